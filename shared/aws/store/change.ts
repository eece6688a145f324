import type { Attachment } from '#shared/model/attachment';
import { editKey, reactionKey, shortHash } from '#shared/table/keys';
import { isLater, placeInTime, placeOfEdit, placeOfKey } from '#shared/table/recent';
import {
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
import type { Attributes } from './expressions.ts';
import { putOnce } from './put-once.ts';
import { sameExpiry } from './retention.ts';
import type { Place } from './state.ts';
import { readItem, type Table } from './table.ts';

/** What a change makes of a state: its new attributes, and what is to be published. */
interface Change {
  readonly set: Attributes;
  readonly pending: PendingUpdate;
}

/**
 * Works out what a change makes of the state; undefined where it changes nothing any more. The content of an edit is
 * put first, so that the state never names one that is not there.
 */
export async function changeOf(
  table: Table,
  place: Place,
  state: EntryState,
  update: OtherRecord,
): Promise<Change | undefined> {
  const { occurredAt } = update;
  switch (update.kind) {
    case 'reaction':
      return reactionChange(table, place, state, update);
    case 'edit':
      return editChange(table, place, state, update);
    case 'deletion':
      if (state.deletedAt !== undefined) return undefined;
      return { set: { deletedAt: occurredAt }, pending: { kind: 'deletion', occurredAt } };
    case 'attachment':
      return attachmentChange(state, update);
  }
}

/**
 * The edit with the latest time on the provider's clock is the text, whatever order they come in. An older one that
 * comes late is kept beside and not told: told after the newer one, it would make the helpdesk's text the older.
 */
async function editChange(
  table: Table,
  { conversationId, sequence }: Place,
  state: EntryState,
  update: UpdateRecord<EditUpdate>,
): Promise<Change | undefined> {
  const { id, occurredAt, content, text } = update;
  const key = shortHash(id);
  const edit = { occurredAt, content, text, ...sameExpiry(state) };
  await putOnce(table, editKey(conversationId, sequence, key), edit);
  const last = placeOfEdit(update);
  if (!isLater(state, last, state.edits?.last)) return undefined;
  return {
    set: { edits: { count: (state.edits?.count ?? 0) + 1, last } },
    pending: { kind: 'edit', key, occurredAt },
  };
}

/** Of each person the latest reaction on the provider's clock counts; an older one that comes late is not told. */
async function reactionChange(
  table: Table,
  { conversationId, sequence }: Place,
  state: EntryState,
  { id, occurredAt, emoji, author }: UpdateRecord<ReactionUpdate>,
): Promise<Change | undefined> {
  const key = reactionKey(conversationId, sequence, author.identity);
  const told = await readItem(table, ReactionItem, key, true);
  const waiting = state.pending.flatMap((each) => {
    if (each.kind !== 'reaction') return [];
    const { sk } = reactionKey(conversationId, sequence, each.author.identity);
    return sk === key.sk ? [placeOfKey(each.key, each.occurredAt)] : [];
  });
  const place = placeInTime(id, occurredAt);
  if (!isLater(state, place, waiting.at(-1) ?? told?.place)) return undefined;
  return {
    set: { reactions: (state.reactions ?? 0) + 1 },
    pending: { kind: 'reaction', key: shortHash(id), occurredAt, emoji, author },
  };
}

function attachmentChange(
  state: EntryState,
  { attachment, occurredAt }: AttachmentUpdate,
): Change | undefined {
  const { id, error, ...file } = attachment;
  const before = state.files?.[id];
  if (before?.state === 'stored' || before?.state === file.state) return undefined;
  const reason = error === undefined ? {} : { error };
  return {
    set: { files: { ...state.files, [id]: fileState(attachment) } },
    pending: { kind: 'attachment', attachmentId: id, state: file.state, occurredAt, ...reason },
  };
}

/** Of a file that is not ours there is nothing but the reason. */
function fileState({ state, error, uri, sizeBytes, sha256, contentType }: Attachment): FileState {
  if (state !== 'stored') return { state, ...(error === undefined ? {} : { error }) };
  return {
    ...{ state, contentType },
    ...(uri === undefined ? {} : { uri }),
    ...(sizeBytes === undefined ? {} : { sizeBytes }),
    ...(sha256 === undefined ? {} : { sha256 }),
  };
}
