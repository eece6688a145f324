import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { atMost } from '#shared/at-most';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import type { Place } from '#shared/aws/store/state';
import { readItem, type Table } from '#shared/aws/store/table';
import type { Attachment } from '#shared/model/attachment';
import { editKey, reactionKey, stateKey } from '#shared/table/keys';
import { placeOfKey, rememberedUpdates } from '#shared/table/recent';
import {
  EditItem,
  type EntryState,
  type FileState,
  type PendingUpdate,
  StateItem,
} from '#shared/table/state';
import type { AttachmentUpdate, EditUpdate, Update } from '#shared/table/update';

/** Items that are read or written at once. */
const callsAtOnce = 10;

/** Completes pending changes with data kept elsewhere: the content of an edit, and the message's attachments. */
export async function completed(
  table: Table,
  conversationId: string,
  state: EntryState,
  attachments: readonly Attachment[],
): Promise<Update[]> {
  const place = { conversationId, sequence: state.sequence };
  return atMost(callsAtOnce, state.pending, async (each) => {
    if (each.kind === 'edit') return editOf(table, place, each);
    return each.kind === 'attachment' ? attachmentOf(state, attachments, each) : whole(each);
  });
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
    case 'delay':
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

/** A stored file stays in the state, so the pending change need not repeat it. */
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
 * Stores the last reaction of each person among the published changes, before they leave the state. A late repeat of
 * one is recognised here.
 */
export async function keepReactions(
  table: Table,
  conversationId: string,
  { sequence, publishedRevision, expiresAt }: EntryState,
  published: readonly PendingUpdate[],
): Promise<void> {
  const last = new Map(
    published.flatMap((each, index) => {
      if (each.kind !== 'reaction') return [];
      const Key = reactionKey(conversationId, sequence, each.author.identity);
      return [[Key.sk, { Key, each, index }] as const];
    }),
  );
  await atMost(callsAtOnce, [...last.values()], async ({ Key, each, index }) => {
    const { emoji, author, occurredAt, key, sameTime } = each;
    await unlessRefused(table, {
      Key,
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
  });
}

/** Builds the expression that writes a reaction over the earlier one. */
function expressionOf(optional: Readonly<Record<string, unknown>>): string {
  const given = Object.keys(optional).filter((name) => optional[name] !== undefined);
  const removed = Object.keys(optional).filter((name) => optional[name] === undefined);
  const set = ['emoji', 'author', 'revision', ...given].map((name) => `${name} = :${name}`);
  const remove = removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : '';
  return `SET ${set.join(', ')}, occurredAt = :at, place = :place${remove}`;
}

/**
 * Moves the cursor of a message over its next `count` changes and removes them from the state in the same write; the
 * last published ones are remembered. Lists only grow at their ends, and only this write removes from their beginnings:
 * so the positions read are still right while the cursor is the one that was read. Returns the new state; undefined if
 * another publisher was first.
 */
export async function movePublishedRevision(
  table: Table,
  { conversationId, sequence }: Place,
  { publishedRevision, pending, recent }: EntryState,
  count: number,
): Promise<EntryState | undefined> {
  const stillPending = pending.length - count;
  const forgotten = Math.max(0, recent.length - stillPending - rememberedUpdates);
  // From the last to the first: DynamoDB removes all at once, the emulator one after the other.
  const first = (list: string, length: number) =>
    Array.from({ length }, (_, index) => `${list}[${length - 1 - index}]`);
  const removed = [...first('pending', count), ...first('recent', forgotten)];
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: stateKey(conversationId, sequence),
        UpdateExpression: `SET publishedRevision = :next REMOVE ${removed.join(', ')}`,
        ConditionExpression: 'publishedRevision = :read',
        ExpressionAttributeValues: {
          ':read': publishedRevision,
          ':next': publishedRevision + count,
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return StateItem.parse(Attributes);
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return undefined;
    throw fault;
  }
}
