import { type Objects, readObject } from '#infra/cli/replay/objects';
import { unpackRaw } from '#shared/raw/unpack';
import type { EntryItem } from '#shared/table/entry';
import { type ConversationItem, ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import { readItem, type Table } from './table.ts';

/** The places where raw items are kept. */
export interface Keeping {
  readonly table: Table;
  readonly objects: Objects;
}

/**
 * The raw item of a stored message as text: from the message's reference, or from the archive where the reference names
 * a key. Undefined where none is kept: of a reply, or when its time in the archive is over. Throws for an item that
 * cannot be unpacked.
 */
export async function keptItem(
  { table, objects }: Keeping,
  { connector, account }: Pick<ConversationItem, 'connector' | 'account'>,
  { message, providerMessageId }: EntryItem,
): Promise<string | undefined> {
  const id = message?.raw && (message.raw.keptUnder ?? providerMessageId);
  if (id === undefined) return undefined;
  const key = referenceKey(connector, account, id);
  const { raw, rawKey } = (await readItem(table, ReferenceItem, key)) ?? {};
  if (raw) return unpackRaw(raw);
  if (rawKey === undefined) return undefined;
  const bytes = await readObject(objects, { bucket: objects.archive, key: rawKey });
  return bytes && new TextDecoder().decode(bytes);
}
