import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { type Place, writeState } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import { sequenceOfKey, stateKey } from '#shared/table/keys';
import type { Delivery, EntryState } from '#shared/table/state';
import { type DueItem, dueAs, dueAttributes } from './due.ts';

/** The reply that stands in the index. */
export function placeOf({ pk, sk }: DueItem): Place {
  return {
    conversationId: pk.slice('CONVERSATION#'.length),
    sequence: sequenceOfKey(sk),
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
  const changes = { set: dueAs('reply', place.conversationId, at) };
  await writeState(table, place, state, changes, { 'delivery.state': delivery.state });
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
    Key: stateKey(conversationId, sequence),
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
    Key: stateKey(conversationId, sequence),
    UpdateExpression: `REMOVE ${dueAttributes}`,
    // What was settled in between is off the list, or due again for its next part.
    ConditionExpression: 'delivery.#state IN (:uncertain, :failed)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':uncertain': 'uncertain', ':failed': 'failed' },
  });
}
