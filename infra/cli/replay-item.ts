import * as z from 'zod';
import { isConnectorId } from '#connectors/declarations';
import { parsers } from '#connectors/parsers';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { IngressMessage } from '#shared/model/ingress';
import { wellFormed } from '#shared/well-formed';
import { type Objects, readObject } from './replay-objects.ts';
import type { ReplayStack } from './replay-stack.ts';

/** One item as it was set aside or archived. */
export interface ReplayItem {
  readonly uri: string;
  /** Absent when the object holds no item. */
  readonly item?: IngressMessage;
  /** Why it was quarantined, and when. */
  readonly quarantined?: { readonly reason: string; readonly at: string };
}

const Quarantined = z.looseObject({
  reason: z.string(),
  quarantinedAt: z.string(),
  item: z.unknown(),
});

/** Reads one object of the archive; undefined when it is not there any more. */
export async function readReplayItem(
  objects: Objects,
  key: string,
): Promise<ReplayItem | undefined> {
  const bytes = await readObject(objects, { bucket: objects.archive, key });
  if (bytes === undefined) return undefined;
  const uri = `s3://${objects.archive}/${key}`;
  const value = jsonOf(bytes);
  const quarantined = key.startsWith('quarantine/') ? Quarantined.safeParse(value).data : undefined;
  const item = IngressMessage.safeParse(quarantined ? quarantined.item : value).data;
  return {
    uri,
    ...(item ? { item } : {}),
    ...(quarantined
      ? { quarantined: { reason: quarantined.reason, at: quarantined.quarantinedAt } }
      : {}),
  };
}

/** What the current parser makes of an item, or why it cannot: the same rules as normalize's. */
export async function readEvents(
  { accounts, objects }: Pick<ReplayStack, 'accounts' | 'objects'>,
  item: IngressMessage,
): Promise<readonly ChannelEvent[] | string> {
  const { connector, account } = item;
  if (item.unreadable !== undefined) return item.unreadable;
  if (!isConnectorId(connector)) return `no connector ${connector}`;
  const setting = accounts.find(
    (each) => each.connector === connector && each.account === account,
  );
  if (!setting) return `no account ${connector}/${account}`;
  const raw = item.raw && (await readObject(objects, item.raw));
  if (item.raw && !raw) return `its body ${item.raw.key} is not kept any more`;
  const claimed = item.claim && (await readObject(objects, item.claim));
  if (item.claim && !claimed) return `its payload ${item.claim.key} is not kept any more`;
  const payload = claimed ? jsonOf(claimed) : item.payload;
  try {
    const input = { payload, account: setting.settings, ...(raw ? { raw } : {}) };
    return wellFormed(await parsers[connector](input));
  } catch (fault) {
    if (fault instanceof ConnectorError) return fault.message;
    return `parser fault: ${fault instanceof Error ? fault.name : 'unknown'}`;
  }
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
