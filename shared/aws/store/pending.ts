import type { Attachment } from '#shared/model/attachment';
import { editKey, reactionKey } from '#shared/table/keys';
import { placeOfKey } from '#shared/table/recent';
import { EditItem, type EntryState, type FileState, type PendingUpdate } from '#shared/table/state';
import type { AttachmentUpdate, EditUpdate, Update } from '#shared/table/update';
import { unlessRefused } from './cursor.ts';
import type { Place } from './state.ts';
import { readItem, type Table } from './table.ts';

/**
 * Completes pending changes with what stands elsewhere: the content of an edit, and what the message told of its files
 * (`attachments`).
 */
export async function completed(
  table: Table,
  conversationId: string,
  state: EntryState,
  attachments: readonly Attachment[],
): Promise<Update[]> {
  const place = { conversationId, sequence: state.sequence };
  const updates: Update[] = [];
  for (const each of state.pending) {
    if (each.kind === 'edit') updates.push(await editOf(table, place, each));
    else if (each.kind === 'attachment') updates.push(attachmentOf(state, attachments, each));
    else updates.push(whole(each));
  }
  return updates;
}

function whole(pending: Exclude<PendingUpdate, { kind: 'edit' | 'attachment' }>): Update {
  switch (pending.kind) {
    case 'status': {
      const { errors = [], metadata = {}, ...status } = pending;
      return { ...status, errors, metadata };
    }
    case 'reaction': {
      const { key: _, sameTime: __, ...reaction } = pending;
      return reaction;
    }
    case 'deletion':
      return pending;
  }
}

async function editOf(
  table: Table,
  { conversationId, sequence }: Place,
  { key, occurredAt, generation }: PendingUpdate & { kind: 'edit' },
): Promise<EditUpdate> {
  const edit = await readItem(table, EditItem, editKey(conversationId, sequence, key), true);
  if (!edit) throw new Error(`the edit ${key} of ${conversationId} ${sequence} is not there`);
  const { content, text } = edit;
  return { kind: 'edit', occurredAt, generation, content, text };
}

/** What is stored stays, so that it need not stand in the pending change too. */
function attachmentOf(
  { files }: EntryState,
  attachments: readonly Attachment[],
  { attachmentId, occurredAt, generation, kind, ...told }: PendingUpdate & { kind: 'attachment' },
): AttachmentUpdate {
  const attachment = attachments.find(({ id }) => id === attachmentId);
  if (!attachment) throw new Error(`the message has no attachment ${attachmentId}`);
  const stored = told.state === 'stored' ? files?.[attachmentId] : undefined;
  const now: FileState = stored ?? told;
  const { contentType = attachment.contentType, ...file } = now;
  return { kind, occurredAt, generation, attachment: { ...attachment, ...file, contentType } };
}

/**
 * Keeps the reactions among published changes, before they leave the state: of each person the last one. A repeat of
 * one that is long published finds it here.
 */
export async function keepReactions(
  table: Table,
  conversationId: string,
  { sequence, publishedRevision, expiresAt }: EntryState,
  published: readonly PendingUpdate[],
): Promise<void> {
  for (const [index, each] of published.entries()) {
    if (each.kind !== 'reaction') continue;
    const { emoji, author, occurredAt, key, sameTime } = each;
    await unlessRefused(table, {
      Key: reactionKey(conversationId, sequence, author.identity),
      UpdateExpression: expressionOf({ sameTime, expiresAt }),
      ConditionExpression: 'attribute_not_exists(pk) OR revision < :revision',
      ExpressionAttributeValues: {
        ':emoji': emoji,
        ':author': author,
        ':at': occurredAt,
        ':place': placeOfKey(key, occurredAt),
        ':revision': publishedRevision + 1 + index,
        ...(expiresAt === undefined ? {} : { ':expiresAt': expiresAt }),
        ...(sameTime === undefined ? {} : { ':sameTime': sameTime }),
      },
    });
  }
}

/** The expression that writes a reaction over the one before. */
function expressionOf(optional: Readonly<Record<string, unknown>>): string {
  const given = Object.keys(optional).filter((name) => optional[name] !== undefined);
  const removed = Object.keys(optional).filter((name) => optional[name] === undefined);
  const set = ['emoji', 'author', 'revision', ...given].map((name) => `${name} = :${name}`);
  const remove = removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : '';
  return `SET ${set.join(', ')}, occurredAt = :at, place = :place${remove}`;
}
