import { atMost } from '#shared/at-most';
import { putOnce } from '#shared/aws/store/conditional-writes';
import { emptyEdit } from '#shared/aws/store/redaction/edits';
import type { Attributes, Place } from '#shared/aws/store/state';
import { readItem, sameExpiry, type Table } from '#shared/aws/store/table';
import type { Attachment } from '#shared/model/attachment';
import { isRedacted } from '#shared/table/entry';
import { editKey, reactionKey, shortHash } from '#shared/table/keys';
import { comparedInTime, keyOf, placeInTime, placeOfEdit, placeOfKey } from '#shared/table/recent';
import {
  EditItem,
  type EntryState,
  type FileState,
  type PendingUpdate,
  ReactionItem,
} from '#shared/table/state';
import type {
  AttachmentUpdate,
  EditUpdate,
  OtherRecord,
  ReactionUpdate,
  UpdateRecord,
} from '#shared/table/update';

/** The effect of a change on a state: its new attributes, and the update to publish. */
export interface Change {
  readonly set: Attributes;
  readonly pending: PendingUpdate;
}

/**
 * Works out the effect of a change on the state; undefined if it no longer changes anything. The content of an edit is
 * written first, so that the state never names a missing one. `beside` was read after the state.
 */
export async function changeOf(
  table: Table,
  place: Place,
  state: EntryState,
  update: OtherRecord,
  beside: Beside,
): Promise<Change | undefined> {
  switch (update.kind) {
    case 'reaction':
      return reactionChange(place, state, update, beside);
    case 'edit':
      return editChange(table, place, state, update, beside);
    case 'deletion':
      return deletionChange(state, update);
    case 'attachment':
      return attachmentChange(state, update);
  }
}

/**
 * The edit with the latest time on the provider's clock is the text, in whatever order edits come. A late, older one is
 * stored but not published: after the newer one, it would give the helpdesk the older text.
 */
async function editChange(
  table: Table,
  place: Place,
  state: EntryState,
  update: UpdateRecord<EditUpdate>,
  beside: Beside,
): Promise<Change | undefined> {
  const { id, occurredAt } = update;
  // The words of a deleted message do not come back, and those a racing writer has put already go.
  if (isRedacted(state)) {
    await emptyEdit(table, editKey(place.conversationId, place.sequence, shortHash(id)));
    return undefined;
  }
  const isNew = await putEdit(table, place, state, update, beside);
  const last = placeOfEdit(update);
  if (!isNew || comparedInTime(last, state.edits?.last ?? '') < 0) return undefined;
  return {
    set: { edits: { count: (state.edits?.count ?? 0) + 1, last } },
    pending: { kind: 'edit', key: shortHash(id), occurredAt },
  };
}

/**
 * Writes the content of an edit. True if the edit has not been published: it is new, or the edit that counted when it
 * was written still counts, so its writer must have died. Providers count seconds, and of two edits in the same second
 * the later arrival counts: only this tells it from a repeat of the earlier one.
 */
async function putEdit(
  table: Table,
  { conversationId, sequence }: Place,
  state: EntryState,
  { id, occurredAt, content, text }: UpdateRecord<EditUpdate>,
  { edits }: Beside,
): Promise<boolean> {
  const key = editKey(conversationId, sequence, shortHash(id));
  const after = state.edits?.last;
  const known = edits.get(key.sk);
  if (known) return known.after === after;
  const edit = { occurredAt, content, text, ...sameExpiry(state) };
  if (await putOnce(table, key, { ...edit, ...(after === undefined ? {} : { after }) }))
    return true;
  return (await readItem(table, EditItem, key, true))?.after === after;
}

/** The last reaction of a person, and the keys of their others at the same time. */
interface Reacted {
  readonly place: string;
  readonly sameTime?: readonly string[] | undefined;
}

/** Keys to remember; a real person does not react more often in one second. */
const maxAtSameTime = 20;

/**
 * Works out a reaction. For each person the latest one on the provider's clock counts, and at equal times the last to
 * arrive; an older one that comes late, or again, is not published.
 */
function reactionChange(
  { conversationId, sequence }: Place,
  state: EntryState,
  { id, occurredAt, emoji, author }: UpdateRecord<ReactionUpdate>,
  { reactions }: Beside,
): Change | undefined {
  const itemKey = reactionKey(conversationId, sequence, author.identity);
  const told: Reacted | undefined = reactions.get(itemKey.sk);
  const waiting = state.pending.flatMap((each): Reacted[] => {
    if (each.kind !== 'reaction') return [];
    const { sk } = reactionKey(conversationId, sequence, each.author.identity);
    const { sameTime } = each;
    return sk === itemKey.sk ? [{ place: placeOfKey(each.key, each.occurredAt), sameTime }] : [];
  });
  const last = waiting.at(-1) ?? told;
  const order = comparedInTime(placeInTime(id, occurredAt), last?.place ?? '');
  const key = shortHash(id);
  const others = last && order === 0 ? [keyOf(last.place), ...(last.sameTime ?? [])] : [];
  if (order < 0 || others.includes(key)) return undefined;
  const sameTime = others.length === 0 ? {} : { sameTime: others.slice(0, maxAtSameTime) };
  return {
    set: { reactions: (state.reactions ?? 0) + 1 },
    pending: { kind: 'reaction', key, occurredAt, emoji, author, ...sameTime },
  };
}

/** A deletion is told once; one that redacts marks the words as due in the same write. */
function deletionChange(
  { deletedAt }: EntryState,
  { occurredAt, redacts }: OtherRecord & { readonly kind: 'deletion' },
): Change | undefined {
  if (deletedAt !== undefined) return undefined;
  return {
    set: { deletedAt: occurredAt, ...(redacts ? { redaction: 'due' } : {}) },
    pending: { kind: 'deletion', occurredAt },
  };
}

function attachmentChange(
  state: EntryState,
  { attachment, occurredAt }: AttachmentUpdate,
): Change | undefined {
  if (isRedacted(state)) return undefined;
  const { id, error, ...file } = attachment;
  const before = state.files?.[id];
  if (before?.state === 'stored' || before?.state === file.state) return undefined;
  const reason = error === undefined ? {} : { error };
  return {
    set: { files: { ...state.files, [id]: fileState(attachment) } },
    pending: { kind: 'attachment', attachmentId: id, state: file.state, occurredAt, ...reason },
  };
}

/** A file that is not stored has only its state and the reason. */
function fileState({ state, error, uri, sizeBytes, sha256, contentType }: Attachment): FileState {
  if (state !== 'stored') return { state, ...(error === undefined ? {} : { error }) };
  return {
    ...{ state, contentType },
    ...(uri === undefined ? {} : { uri }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}

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
      const key = besideKey(conversationId, sequence, update);
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

function besideKey(conversationId: string, sequence: number, update: OtherRecord) {
  if (update.kind === 'edit') return editKey(conversationId, sequence, shortHash(update.id));
  if (update.kind !== 'reaction') return undefined;
  return reactionKey(conversationId, sequence, update.author.identity);
}
