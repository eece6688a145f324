import * as z from 'zod';
import { IngressMessage } from '#shared/model/ingress';
import { type Objects, readObject } from './replay-objects.ts';

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

/** An object's bytes as JSON; undefined when they are none. */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}
