import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Changes, type Place, toldChanges, writeState } from '#shared/aws/store/state';
import type { Table } from '#shared/aws/store/table';
import type { ReplyPacing } from '#shared/connector/declaration';
import type { Delay } from '#shared/model/delay';
import type { EntryState } from '#shared/table/state';
import {
  bucketAttributes,
  bucketOf,
  readSending,
  type SendingAccount,
  type SendingStop,
  sendingKey,
  sendingStop,
} from './pause.ts';
import { fullAtOf, isThrottled, rateOf } from './slots.ts';

/** A wait that is told, and when that was decided. */
export interface ToldDelay extends Delay {
  readonly at: string;
}

/** The changes of a state that tell of a wait, for a write that expects `revision` as it was read. */
export function delayChanges(state: EntryState, { at, ...delay }: ToldDelay): Changes {
  const pending = { kind: 'delay', occurredAt: at, ...delay } as const;
  const record = { ...pending, id: `delay:${state.revision + 1}` };
  const { set, append } = toldChanges(state, [{ record, pending }]);
  return { set: { ...set, 'delivery.delayed': delay }, ...(append ? { append } : {}) };
}

/** Tells of the wait of a reply that stays on the queue. Undefined if the reply has moved on since it was read. */
export function recordDelay(
  table: Table,
  place: Place,
  state: EntryState,
  delay: ToldDelay,
): Promise<EntryState | undefined> {
  const { delivery, revision } = state;
  return writeState(table, place, state, delayChanges(state, delay), {
    ...{ 'delivery.state': 'accepted', 'delivery.attempt': delivery?.attempt },
    revision,
  });
}

/** The slot that a reply which waits for its account can expect. */
export interface ExpectedSlot extends SendingStop {
  /** In epoch milliseconds; absent if the account is paused, or if it takes too many writes to count. */
  readonly slotMs?: number;
}

/**
 * Estimates when a reply that begins to wait in `due` will have its slot. The replies that wait are counted in a bucket
 * of their own, which each of them moves on by one interval, beyond the slots already reserved: they are released in the
 * order in which they came. `isCounted`: the reply has waited before.
 */
export async function expectedSlot(
  table: Table,
  account: SendingAccount,
  pacing: ReplyPacing | undefined,
  { now, isCounted }: { readonly now: Date; readonly isCounted: boolean },
): Promise<ExpectedSlot> {
  const item = await readSending(table, account);
  const bucket = bucketOf(pacing);
  const stop = sendingStop(item, bucket, now);
  if (stop.pausedUntilMs !== undefined) return stop;
  const earliestMs = Math.max(now.getTime(), stop.heldUntilMs ?? 0);
  if (!pacing) return { ...stop, slotMs: earliestMs };
  const { intervalMs, leadMs } = rateOf(pacing);
  const fromMs = Math.max(earliestMs, fullAtOf(item, bucket));
  const { fullAt } = bucketAttributes[bucket];
  const counter = { account, fullAt, fromMs, intervalMs };
  const fullMs = isCounted ? fromMs + intervalMs : await countWaiting(table, counter);
  if (fullMs === undefined) return stop;
  return { ...stop, slotMs: Math.max(earliestMs, fullMs - intervalMs - leadMs) };
}

/** Counts one more reply that waits; resolves with the time when the bucket would be full again after it. */
async function countWaiting(
  table: Table,
  {
    account: { connector, account },
    fullAt,
    fromMs,
    intervalMs,
  }: {
    readonly account: SendingAccount;
    readonly fullAt: string;
    readonly fromMs: number;
    readonly intervalMs: number;
  },
): Promise<number | undefined> {
  const counted = async (isBehind: boolean) => {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { ...sendingKey(connector, account), sk: 'WAITING' },
        UpdateExpression: isBehind
          ? `SET ${fullAt} = ${fullAt} + :length`
          : `SET ${fullAt} = :next`,
        ConditionExpression: isBehind
          ? `${fullAt} > :from`
          : `attribute_not_exists(${fullAt}) OR ${fullAt} <= :from`,
        ExpressionAttributeValues: {
          ':from': fromMs,
          ...(isBehind ? { ':length': intervalMs } : { ':next': fromMs + intervalMs }),
        },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return Number(Attributes?.[fullAt]);
  };
  // Another reply may be the first one between two tries.
  for (const isBehind of [true, false, true]) {
    try {
      return await counted(isBehind);
    } catch (fault) {
      if (isThrottled(fault)) return undefined;
      if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
    }
  }
  return undefined;
}
