import { unlessRefused } from '#shared/aws/store/conditional-writes';
import type { Place } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import { statusRank } from '#shared/model/delivery-status';
import { stateKey } from '#shared/table/keys';
import type { EntryState } from '#shared/table/state';
import { dueAs, dueAttributes, dueClassOf } from './due.ts';

/** True when the status of a sent reply is to be looked up: so many seconds after it was sent, and not answered yet. */
export function isStatusDue(state: EntryState, now: Date, afterSeconds: number): boolean {
  if (dueClassOf(state) !== 'status') return false;
  const sentMs = Date.parse(state.delivery?.attemptedAt ?? '');
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
