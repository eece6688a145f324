import { isConnectorId } from '#connectors/declarations';
import { parsers } from '#connectors/parsers';
import type { ChannelEvent } from '#shared/connector/channel-event';
import type { ParseInput } from '#shared/connector/parser';
import { ConnectorError } from '#shared/errors';
import { parsedJson } from '#shared/json';
import type { IngressMessage } from '#shared/model/ingress';
import { storable, wellFormed } from '#shared/storable';
import { type Objects, readObject } from './objects.ts';
import type { ReplayStack } from './stack.ts';

/** Reads an item with the current parser, or says in words why it cannot: the same rules as normalize's. */
export async function readEvents(
  { accounts, objects }: Pick<ReplayStack, 'accounts' | 'objects'>,
  item: IngressMessage,
): Promise<readonly ChannelEvent[] | string> {
  const { connector, account, unreadable } = item;
  if (unreadable !== undefined) return unreadable;
  if (!isConnectorId(connector)) return `no connector ${connector}`;
  const setting = accounts.find((each) => each.connector === connector && each.account === account);
  if (!setting) return `no account ${connector}/${account}`;
  const input = await inputOf(objects, item);
  if (typeof input === 'string') return input;
  try {
    return wellFormed(storable(await parsers[connector]({ ...input, account: setting.settings })));
  } catch (fault) {
    if (fault instanceof ConnectorError) return fault.message;
    return `parser fault: ${fault instanceof Error ? fault.name : 'unknown'}`;
  }
}

/** The payload, from the item itself or from S3, and the body kept beside it. */
async function inputOf(
  objects: Objects,
  { payload, claim, raw, released }: IngressMessage,
): Promise<Omit<ParseInput, 'account'> | string> {
  const claimed = claim && (await readObject(objects, claim));
  if (claim && !claimed) return `its payload, ${claim.key}, is not kept any more`;
  const body = raw && (await readObject(objects, raw));
  if (raw && !body) return `its body, ${raw.key}, is not kept any more`;
  return {
    payload: claimed ? parsedJson(new TextDecoder().decode(claimed)) : payload,
    ...(body ? { raw: body } : {}),
    ...(released ? { released } : {}),
  };
}
