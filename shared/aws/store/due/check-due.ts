import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { type Place, writeState } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import { statusRank } from '#shared/model/delivery-status';
import type { EntryItem } from '#shared/table/entry';
import { dueAs, dueAttributes, dueClassOf, sequenceOfKey, stateKey } from '#shared/table/keys';
import type { Delivery, EntryState } from '#shared/table/state';
import type { DueItem } from './due.ts';

/** The reply that an index item belongs to. */
export function placeOf({ pk, sk }: DueItem): Place {
  return {
    conversationId: pk.slice('CONVERSATION#'.length),
    sequence: sequenceOfKey(sk),
  };
}

/**
 * Takes updates whose message has not come for a day out of the index. They stay on their reference until it expires,
 * in case the message still comes. False if it has come, or if another run was first.
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
 * Puts a reply into the index for the sweep, unless its sending is over. The sender calls it before it works on a
 * command that keeps coming back, so that a reply whose command dies is not forgotten.
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
 * Postpones the next check of a reply, which stays as it is. With `lookUps` also stores how many look-ups of its
 * attempt were requested. A reply that has moved on since it was read keeps its newer time.
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

/** Takes a reply whose outcome (uncertain, or failed here) has been published out of the index. */
export async function removeDue(table: Table, { conversationId, sequence }: Place): Promise<void> {
  await unlessRefused(table, {
    Key: stateKey(conversationId, sequence),
    UpdateExpression: `REMOVE ${dueAttributes}`,
    // A reply with a newer outcome is out of the index already, or due again for its next part.
    ConditionExpression: 'delivery.#state IN (:uncertain, :failed)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':uncertain': 'uncertain', ':failed': 'failed' },
  });
}

/**
 * True when the status of a sent reply is to be looked up: so many seconds after it was sent, and not answered yet. A
 * reply that its provider keeps is sent at its `sendAt`.
 */
export function isStatusDue(
  entry: EntryState & Pick<EntryItem, 'reply'>,
  now: Date,
  afterSeconds: number,
): boolean {
  if (dueClassOf(entry) !== 'status') return false;
  const { attemptedAt = '' } = entry.delivery ?? {};
  const sentMs = Math.max(Date.parse(attemptedAt), Date.parse(entry.reply?.sendAt ?? attemptedAt));
  return sentMs + afterSeconds * 1000 <= now.getTime();
}

/** True for a status after which only a read receipt can come. */
export function isFinal({ status }: EntryState): boolean {
  return status !== undefined && (status === 'failed' || statusRank[status] > statusRank.sent);
}

const keyOf = (conversationId: string) => dueAs('status', conversationId, '').duePk;

/** Takes a reply out of the index: its status is final, or its provider has answered. */
export async function endStatusLookUp(
  table: Table,
  { conversationId, sequence }: Place,
): Promise<void> {
  await unlessRefused(table, {
    Key: stateKey(conversationId, sequence),
    UpdateExpression: `REMOVE ${dueAttributes}`,
    ConditionExpression: 'delivery.#state IN (:sent, :failed) AND duePk = :status',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':sent': 'sent',
      ':failed': 'failed',
      ':status': keyOf(conversationId),
    },
  });
}

/** Postpones the look-up: its command is on the queue, and comes again if that one dies. */
export async function lookUpStatusAgainAt(
  table: Table,
  { conversationId, sequence }: Place,
  at: string,
): Promise<boolean> {
  return unlessRefused(table, {
    Key: stateKey(conversationId, sequence),
    UpdateExpression: 'SET dueAt = :at',
    ConditionExpression: 'duePk = :status',
    ExpressionAttributeValues: { ':at': at, ':status': keyOf(conversationId) },
  });
}
