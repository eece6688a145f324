import type { EntryItem } from '#shared/table/items';
import { entryKey } from '#shared/table/keys';
import { unlessRefused } from './cursor.ts';
import { type DueItem, dueAttributes } from './due.ts';
import type { Table } from './table.ts';
import type { Place } from './update.ts';

type Delivery = NonNullable<EntryItem['delivery']>;

/** The reply that stands in the index. */
export function placeOf({ pk, sk }: DueItem): Place {
  return {
    conversationId: pk.slice('CONVERSATION#'.length),
    sequence: Number(/^ENTRY#(\d+)/.exec(sk)?.[1]),
  };
}

/**
 * Takes updates off the list whose message has not come for a day. They are kept on their reference until it expires,
 * should the message come after all. False where it has come, or where another run has been there.
 */
export async function takeOffMissed(table: Table, { pk, sk, dueAt }: DueItem): Promise<boolean> {
  return unlessRefused(table, {
    Key: { pk, sk },
    UpdateExpression: `REMOVE ${dueAttributes}`,
    ConditionExpression: 'dueAt = :listed',
    ExpressionAttributeValues: { ':listed': dueAt },
  });
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
    UpdateExpression: `SET dueAt = :at${lookUps === undefined ? '' : ', delivery.lookUps = :lookUps'}`,
    ConditionExpression:
      'attribute_exists(duePk) AND delivery.#state = :state AND delivery.attempt = :attempt',
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
    UpdateExpression: `REMOVE ${dueAttributes}`,
    // What was settled in between is off the list, or due again for its next part.
    ConditionExpression: 'delivery.#state IN (:uncertain, :failed)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':uncertain': 'uncertain', ':failed': 'failed' },
  });
}
