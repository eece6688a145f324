import { type Entry, EntryItem, joinEntry } from './entry.ts';
import { readable, type StoredItem } from './items.ts';
import { isStateKey, sequenceOfKey } from './keys.ts';
import { StateItem } from './state.ts';

/** The entries among these items, each with its state if that is there too, in the order of the items. */
export function joinEntries(stored: readonly StoredItem[]): Entry[] {
  const items = stored.map(readable);
  const states = new Map(
    items
      .filter((item) => isStateKey(sortKeyOf(item)))
      .map((item) => [sequenceOfKey(sortKeyOf(item)), StateItem.parse(item)]),
  );
  return items
    .filter((item) => !isStateKey(sortKeyOf(item)))
    .map((item) => joinEntry(EntryItem.parse(item), states.get(sequenceOfKey(sortKeyOf(item)))));
}

const sortKeyOf = (item: StoredItem) => String(item['sk']);
