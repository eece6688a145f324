import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import type { Table } from '#shared/aws/store/table';
import type { Pacing } from '#shared/connector/declaration';
import {
  isAfterPause,
  pauseEnd,
  readSending,
  type SendingAccount,
  type SendingItem,
  sendingKey,
} from './pause.ts';

/** What an account has given to one who asked for slots. */
export interface Reservation {
  /** In epoch milliseconds, ascending; fewer than were asked for where no more are near enough. */
  readonly slots: readonly number[];
  /** The account is paused until then: it has no slots before. */
  readonly pausedUntilMs?: number;
  /** The account was paused before, and a message that is taken now ends that. */
  readonly afterPause: boolean;
  /** No message has been taken since the pause. */
  readonly isProbing: boolean;
}

export interface Wanted {
  readonly now: Date;
  readonly count: number;
  /** Slots further away than this are not taken. */
  readonly withinMs: number;
}

/** Only the change between an idle account and a busy one, or a full one, meets another sender. */
const mostTries = 8;

/**
 * Reserves the next free slots of an account: one write moves its next free time on by one interval for each. Senders
 * that ask together each get their own, and nobody asks twice. Where no pace is known, every moment outside a pause is a
 * slot, and nothing is written; nor where the time that is near enough is full.
 *
 * All senders of an account write the same item, and DynamoDB takes about 1,000 writes a second of one key: a batch asks
 * once for all of its replies. Who is refused for that reason gets no slot, as if the near time were full.
 */
export async function reserveSlots(
  table: Table,
  account: SendingAccount,
  pacing: Pacing | undefined,
  wanted: Wanted,
): Promise<Reservation> {
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const item = await readSending(table, account, attempt > 0);
    const state = {
      afterPause: isAfterPause(item, wanted.now),
      isProbing: (item?.pauses ?? 0) > 0,
    };
    const pausedUntilMs = pauseEnd(item, wanted.now);
    if (pausedUntilMs !== undefined) return { slots: [], pausedUntilMs, ...state };
    const slots = pacing ? await tryTake(table, account, pacing, item, wanted) : unpaced(wanted);
    if (slots) return { slots, ...state };
  }
  return { slots: [], afterPause: false, isProbing: false };
}

function unpaced({ now, count }: Wanted): number[] {
  return Array.from({ length: count }, () => now.getTime());
}

/** Undefined where the account is another than it was read as. */
async function tryTake(
  table: Table,
  account: SendingAccount,
  pacing: Pacing,
  item: SendingItem | undefined,
  wanted: Wanted,
): Promise<readonly number[] | undefined> {
  const bucket = bucketOf(pacing);
  const count = Math.min(wanted.count, fitIn(bucket, item?.fullAt ?? 0, wanted));
  return count < 1 ? [] : take(table, account, bucket, item, { ...wanted, count });
}

interface Bucket {
  readonly intervalMs: number;
  /** How far before the time at which the bucket is full again a burst may go. */
  readonly leadMs: number;
}

/** The interval in whole microseconds, so that sums of it are exact. */
export function bucketOf({ perSecond, burst }: Pacing): Bucket {
  const intervalMs = Math.ceil(1e6 / perSecond) / 1e3;
  return { intervalMs, leadMs: (burst - 1) * intervalMs };
}

/** How many slots lie within the time. */
function fitIn({ intervalMs, leadMs }: Bucket, fullAt: number, { now, withinMs }: Wanted): number {
  const nowMs = now.getTime();
  const firstMs = Math.max(fullAt, nowMs) - leadMs;
  return Math.floor((nowMs + withinMs - firstMs) / intervalMs) + 1;
}

/**
 * A busy account's time only grows, whatever others have added since it was read; an idle one's starts anew. Undefined
 * where the account is another than it was read as: busy, full or paused.
 */
async function take(
  table: Table,
  { connector, account }: SendingAccount,
  { intervalMs, leadMs }: Bucket,
  item: SendingItem | undefined,
  { now, count, withinMs }: Wanted,
): Promise<readonly number[] | undefined> {
  const nowMs = now.getTime();
  const isBusy = (item?.fullAt ?? 0) > nowMs;
  const lengthMs = count * intervalMs;
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: sendingKey(connector, account),
        UpdateExpression: isBusy ? 'SET fullAt = fullAt + :length' : 'SET fullAt = :next',
        ConditionExpression: `(attribute_not_exists(pausedUntil) OR pausedUntil <= :at) AND ${
          isBusy
            ? 'fullAt > :now AND fullAt <= :most'
            : '(attribute_not_exists(fullAt) OR fullAt <= :now)'
        }`,
        ExpressionAttributeValues: {
          ':at': now.toISOString(),
          ':now': nowMs,
          ...(isBusy
            ? { ':length': lengthMs, ':most': nowMs + withinMs + leadMs }
            : { ':next': nowMs + lengthMs }),
        },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    const firstMs = Number(Attributes?.['fullAt']) - lengthMs - leadMs;
    return Array.from({ length: count }, (_, index) =>
      Math.max(nowMs, firstMs + index * intervalMs),
    );
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return undefined;
    if (isThrottled(fault)) return [];
    throw fault;
  }
}

/** DynamoDB takes no more writes of this item at the moment. */
function isThrottled(fault: unknown): boolean {
  const name = fault instanceof Error ? fault.name : '';
  return name === 'ThrottlingException' || name === 'ProvisionedThroughputExceededException';
}

/** Keeps up to when messages of campaigns have been given times. */
export async function saveCampaignsUntil(
  table: Table,
  { connector, account }: SendingAccount,
  atMs: number,
): Promise<void> {
  await unlessRefused(table, {
    Key: sendingKey(connector, account),
    UpdateExpression: 'SET campaignsUntil = :at',
    ConditionExpression: 'attribute_not_exists(campaignsUntil) OR campaignsUntil < :at',
    ExpressionAttributeValues: { ':at': atMs },
  });
}
