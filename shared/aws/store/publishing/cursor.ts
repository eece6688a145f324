import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import type { Place } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import { metaKey, stateKey } from '#shared/table/keys';
import { rememberedUpdates } from '#shared/table/recent';
import { type EntryState, StateItem } from '#shared/table/state';

/** Moves the conversation's cursor forward; a cursor that is further on already stays. */
export async function movePublished(
  table: Table,
  conversationId: string,
  published: number,
): Promise<void> {
  await unlessRefused(table, {
    Key: metaKey(conversationId),
    UpdateExpression: 'SET published = :published',
    ConditionExpression: 'published < :published',
    ExpressionAttributeValues: { ':published': published },
  });
}

/**
 * Moves the cursor of a message over its next `count` changes, which leave the state in the same write; of the
 * published ones the last are remembered. Lists only grow at their ends, and nothing but this write takes from their
 * beginnings: so the places read are the places written, as long as the cursor is the one that was read. Returns the
 * state as it then is; undefined where another publisher was there before.
 */
export async function movePublishedRevision(
  table: Table,
  { conversationId, sequence }: Place,
  { publishedRevision, pending, recent }: EntryState,
  count: number,
): Promise<EntryState | undefined> {
  const stillPending = pending.length - count;
  const forgotten = Math.max(0, recent.length - stillPending - rememberedUpdates);
  // The last first: DynamoDB takes all places as they were, the emulator one after the other.
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
