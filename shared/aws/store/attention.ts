import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { sequenceOfKey, stateKey } from '#shared/table/keys';
import type { EntryState } from '#shared/table/state';
import { attentionPk } from './claim.ts';
import { unlessRefused } from './cursor.ts';
import { parkedPk } from './park.ts';
import { type Place, writeState } from './state.ts';
import type { Table } from './table.ts';

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
    sequence: sequenceOfKey(String(item['sk'])),
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
 * Has the sweep look after a reply from then on, unless its sending is over. The sender does it before it works on a
 * command that has come back again and again, so that a reply whose command dies is not forgotten.
 */
export async function markDue(
  table: Table,
  place: Place,
  state: EntryState,
  at: string,
): Promise<void> {
  const { delivery } = state;
  if (!delivery || delivery.state === 'sent' || delivery.state === 'failed') return;
  const changes = { set: { attentionPk, attentionAt: at } };
  await writeState(table, place, state, changes, { 'delivery.state': delivery.state });
}

/** Puts off the next look at a reply that is still to be sent. */
export async function lookAgainAt(
  table: Table,
  { conversationId, sequence }: Place,
  at: string,
): Promise<void> {
  await unlessRefused(table, {
    Key: stateKey(conversationId, sequence),
    UpdateExpression: 'SET attentionAt = :at',
    ConditionExpression: 'attribute_exists(attentionPk)',
    ExpressionAttributeValues: { ':at': at },
  });
}

/** Takes a reply off the list whose outcome (uncertain, or failed here) has been published. */
export async function lookedAfter(
  table: Table,
  { conversationId, sequence }: Place,
): Promise<void> {
  await unlessRefused(table, {
    Key: stateKey(conversationId, sequence),
    UpdateExpression: 'REMOVE attentionPk, attentionAt',
    // What was settled in between is off the list, or due again for its next part.
    ConditionExpression: 'delivery.#state IN (:uncertain, :failed)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':uncertain': 'uncertain', ':failed': 'failed' },
  });
}
