import { ConnectorError } from '#shared/errors';

/**
 * The format of stored items that this release writes and reads. The first one is not written, because each byte of an
 * item is paid for with every write; a later one will be, as the number `format` (docs/decisions/0013-formats-have-numbers.md).
 */
export const itemFormat = 1;

/** An item as it is stored, whatever its kind. */
export type StoredItem = Readonly<Record<string, unknown>>;

/** The same item. Throws `unavailable` for one of a newer release: its meaning is not to be guessed. */
export function readable<Item extends StoredItem>(item: Item): Item {
  const { format = itemFormat, pk, sk } = item;
  if (typeof format === 'number' && format <= itemFormat) return item;
  const place = `${String(pk)} ${String(sk)}`;
  const reason = `${place} is stored in format ${String(format)}; this release reads up to ${itemFormat}`;
  throw new ConnectorError('unavailable', reason);
}
