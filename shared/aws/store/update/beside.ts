import { atMost } from '#shared/at-most';
import type { Place } from '#shared/aws/store/state';
import { readItem, type Table } from '#shared/aws/store/table';
import { editKey, reactionKey, shortHash } from '#shared/table/keys';
import { EditItem, ReactionItem } from '#shared/table/state';
import type { OtherRecord } from '#shared/table/update';

/** Reads to make at once. */
const readsAtOnce = 10;

/** Items of one message that are stored beside its state, by sort key, as far as some changes need them. */
export interface Beside {
  readonly reactions: ReadonlyMap<string, ReactionItem>;
  readonly edits: ReadonlyMap<string, EditItem>;
}

/** Reads the items beside a state that these changes need: last reactions of the same people, and the same edits. */
export async function readBeside(
  table: Table,
  { conversationId, sequence }: Place,
  updates: readonly OtherRecord[],
): Promise<Beside> {
  const reactions = new Map<string, ReactionItem>();
  const edits = new Map<string, EditItem>();
  const distinct = new Map(
    updates.flatMap((update) => {
      const key = keyOf(conversationId, sequence, update);
      return key ? [[key.sk, { key, kind: update.kind }] as const] : [];
    }),
  );
  await atMost(readsAtOnce, [...distinct.values()], async ({ key, kind }) => {
    if (kind === 'edit') {
      const edit = await readItem(table, EditItem, key);
      if (edit) edits.set(key.sk, edit);
      return;
    }
    const reaction = await readItem(table, ReactionItem, key, true);
    if (reaction) reactions.set(key.sk, reaction);
  });
  return { reactions, edits };
}

function keyOf(conversationId: string, sequence: number, update: OtherRecord) {
  if (update.kind === 'edit') return editKey(conversationId, sequence, shortHash(update.id));
  if (update.kind !== 'reaction') return undefined;
  return reactionKey(conversationId, sequence, update.author.identity);
}
