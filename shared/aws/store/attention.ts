import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { entryKey } from '#shared/table/keys';
import { attentionPk } from './claim.ts';
import { unlessRefused } from './cursor.ts';
import type { Table } from './table.ts';
import type { Place } from './update.ts';

/** Replies whose time to be looked after has come, the most overdue first. */
export async function dueReplies(table: Table, now: string, limit: number): Promise<Place[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: 'attention',
      KeyConditionExpression: 'attentionPk = :attention AND attentionAt <= :now',
      ExpressionAttributeValues: { ':attention': attentionPk, ':now': now },
      Limit: limit,
    }),
  );
  return Items.map((item) => ({
    conversationId: String(item['pk']).slice('CONVERSATION#'.length),
    sequence: Number(String(item['sk']).slice('ENTRY#'.length)),
  }));
}

/** Puts off the next look at a reply that is still to be sent. */
export async function lookAgainAt(
  table: Table,
  { conversationId, sequence }: Place,
  at: string,
): Promise<void> {
  await unlessRefused(table, {
    Key: entryKey(conversationId, sequence),
    UpdateExpression: 'SET attentionAt = :at',
    ConditionExpression: 'attribute_exists(attentionPk)',
    ExpressionAttributeValues: { ':at': at },
  });
}
