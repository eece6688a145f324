import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { EntryItem } from '#shared/table/items';
import { entryKey } from '#shared/table/keys';
import { attentionPk } from './claim.ts';
import { unlessRefused } from './cursor.ts';
import { parkedPk } from './park.ts';
import type { Table } from './table.ts';
import type { Place } from './update.ts';

type Delivery = NonNullable<EntryItem['delivery']>;

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

/**
 * Takes updates off the list whose message has not come for a day, and says how many they were: they are kept on
 * their reference until it expires, should the message come after all.
 */
export async function expireParked(table: Table, now: string, limit: number): Promise<number> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: 'attention',
      KeyConditionExpression: 'attentionPk = :parked AND attentionAt <= :now',
      ExpressionAttributeValues: { ':parked': parkedPk, ':now': now },
      Limit: limit,
    }),
  );
  let expired = 0;
  for (const { pk, sk } of Items) {
    const taken = await unlessRefused(table, {
      Key: { pk, sk },
      UpdateExpression: 'REMOVE attentionPk, attentionAt',
      ConditionExpression: 'attentionPk = :parked',
      ExpressionAttributeValues: { ':parked': parkedPk },
    });
    if (taken) expired += 1;
  }
  return expired;
}

/**
 * Puts off the next look at a reply, which stays as it is. With `lookUps` also counts how often a look-up of its
 * attempt was asked for. A reply that has moved on since it was read keeps the time it has got from that.
 */
export async function lookAgainAt(
  table: Table,
  { conversationId, sequence }: Place,
  { state, attempt }: Pick<Delivery, 'state' | 'attempt'>,
  { at, lookUps }: { readonly at: string; readonly lookUps?: number },
): Promise<void> {
  await unlessRefused(table, {
    Key: entryKey(conversationId, sequence),
    UpdateExpression: `SET attentionAt = :at${lookUps === undefined ? '' : ', delivery.lookUps = :lookUps'}`,
    ConditionExpression:
      'attribute_exists(attentionPk) AND delivery.#state = :state AND delivery.attempt = :attempt',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':at': at,
      ':state': state,
      ':attempt': attempt,
      ...(lookUps === undefined ? {} : { ':lookUps': lookUps }),
    },
  });
}

/** Takes a reply off the list whose outcome (uncertain, or failed here) has been published. */
export async function lookedAfter(
  table: Table,
  { conversationId, sequence }: Place,
): Promise<void> {
  await unlessRefused(table, {
    Key: entryKey(conversationId, sequence),
    UpdateExpression: 'REMOVE attentionPk, attentionAt',
    // What was settled in between is off the list, or due again for its next part.
    ConditionExpression: 'delivery.#state IN (:uncertain, :failed)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':uncertain': 'uncertain', ':failed': 'failed' },
  });
}
