import type { Place } from '#shared/aws/store/state';
import { readItem, type Table } from '#shared/aws/store/table';
import { editKey } from '#shared/table/keys';
import { keyOfLastEdit } from '#shared/table/recent';
import { EditItem, type EntryState } from '#shared/table/state';

/** Reads the edit whose text counts; undefined, and free of cost, for a message that was never edited. */
export async function lastEditOf(
  table: Table,
  { conversationId, sequence }: Place,
  state: EntryState,
): Promise<EditItem | undefined> {
  const key = keyOfLastEdit(state);
  if (key === undefined) return undefined;
  return readItem(table, EditItem, editKey(conversationId, sequence, key), true);
}
