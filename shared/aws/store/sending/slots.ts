import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import type { Table } from '#shared/aws/store/table';
import type { Pacing, ReplyPacing } from '#shared/connector/declaration';
import {
  type Bucket,
  bucketAttributes,
  bucketOf,
  isAfterPause,
  isStopped,
  readSending,
  type SendingAccount,
  type SendingItem,
  type SendingStop,
  sendingKey,
  sendingStop,
} from './pause.ts';

/** The answer to a request for slots: none while the account or the bucket is stopped. */
export interface Reservation extends SendingStop {
  /** In epoch milliseconds, ascending; fewer than requested if no more are near enough. */
  readonly slots: readonly number[];
  /** True if the account was paused before, and a message accepted now ends that. */
  readonly afterPause: boolean;
  /** True while no message has been accepted since the pause. */
  readonly isProbing: boolean;
}

export interface Wanted {
  readonly now: Date;
  readonly count: number;
  /** Slots further away than this are not taken. */
  readonly withinMs: number;
}

/** Tries of a write. It conflicts only while the account changes between idle and busy, or becomes full. */
const maxTries = 8;

/**
 * Reserves the next free slots of an account: one write moves its next free time on by one interval for each.
 * Concurrent senders each get their own slots, with one request. If the send rate is unknown, every moment outside a
 * pause is a slot and nothing is written; nothing is written either if the near time is full.
 *
 * All senders of an account write the same item, those of both buckets, and DynamoDB takes about 1,000 writes a second of one key: a batch
 * asks once for all of its replies. A sender that is throttled gets no slot, as if the near time were full.
 */
export async function reserveSlots(
  table: Table,
  account: SendingAccount,
  pacing: ReplyPacing | undefined,
  wanted: Wanted,
): Promise<Reservation> {
  const bucket = bucketOf(pacing);
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    const item = await readSending(table, account, attempt > 0);
    const state = {
      afterPause: isAfterPause(item, wanted.now),
      isProbing: (item?.pauses ?? 0) > 0,
    };
    const stop = sendingStop(item, bucket, wanted.now);
    if (isStopped(stop)) return { slots: [], ...stop, ...state };
    const slots = pacing ? await tryTake(table, account, pacing, item, wanted) : unpaced(wanted);
    if (slots) return { slots, ...state };
  }
  return { slots: [], afterPause: false, isProbing: false };
}

function unpaced({ now, count }: Wanted): number[] {
  return Array.from({ length: count }, () => now.getTime());
}

/** Makes one try; undefined if the account has changed since it was read. */
async function tryTake(
  table: Table,
  account: SendingAccount,
  pacing: ReplyPacing,
  item: SendingItem | undefined,
  wanted: Wanted,
): Promise<readonly number[] | undefined> {
  const rate = rateOf(pacing);
  const bucket = bucketOf(pacing);
  const count = Math.min(wanted.count, fitIn(rate, fullAtOf(item, bucket), wanted));
  if (count < 1) return [];
  return take(table, { ...account, bucket }, rate, item, { ...wanted, count });
}

/** The time when a bucket would be full again; 0 where it never was in use. */
export function fullAtOf(item: SendingItem | undefined, bucket: Bucket): number {
  return item?.[bucketAttributes[bucket].fullAt] ?? 0;
}

interface Rate {
  readonly intervalMs: number;
  /** The lead of a burst: how far before the time when the bucket is full again it may begin. */
  readonly leadMs: number;
}

/** Computes the interval in whole microseconds, so that sums of it are exact. */
export function rateOf({ perSecond, burst }: Pacing): Rate {
  const intervalMs = Math.ceil(1e6 / perSecond) / 1e3;
  return { intervalMs, leadMs: (burst - 1) * intervalMs };
}

/** Counts the slots within the time. */
function fitIn({ intervalMs, leadMs }: Rate, fullAt: number, { now, withinMs }: Wanted): number {
  const nowMs = now.getTime();
  const firstMs = Math.max(fullAt, nowMs) - leadMs;
  return Math.floor((nowMs + withinMs - firstMs) / intervalMs) + 1;
}

/**
 * Takes slots. A busy account's time only grows, whatever other senders have added since it was read; an idle one's
 * starts again from now. Undefined if the account has changed since it was read: busy, full or paused.
 */
async function take(
  table: Table,
  { connector, account, bucket }: SendingAccount & { readonly bucket: Bucket },
  { intervalMs, leadMs }: Rate,
  item: SendingItem | undefined,
  { now, count, withinMs }: Wanted,
): Promise<readonly number[] | undefined> {
  const nowMs = now.getTime();
  const { fullAt, heldUntil } = bucketAttributes[bucket];
  const isBusy = fullAtOf(item, bucket) > nowMs;
  const lengthMs = count * intervalMs;
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: sendingKey(connector, account),
        UpdateExpression: isBusy ? `SET ${fullAt} = ${fullAt} + :length` : `SET ${fullAt} = :next`,
        ConditionExpression: [
          ...['pausedUntil', heldUntil].map(notBefore),
          isBusy
            ? `${fullAt} > :now AND ${fullAt} <= :most`
            : `(attribute_not_exists(${fullAt}) OR ${fullAt} <= :now)`,
        ].join(' AND '),
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
    const firstMs = Number(Attributes?.[fullAt]) - lengthMs - leadMs;
    return Array.from({ length: count }, (_, index) =>
      Math.max(nowMs, firstMs + index * intervalMs),
    );
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return undefined;
    if (isThrottled(fault)) return [];
    throw fault;
  }
}

const notBefore = (end: string) => `(attribute_not_exists(${end}) OR ${end} <= :at)`;

/** True if DynamoDB takes no more writes of this item at the moment. */
export function isThrottled(fault: unknown): boolean {
  const name = fault instanceof Error ? fault.name : '';
  return name === 'ThrottlingException' || name === 'ProvisionedThroughputExceededException';
}

/** Stores the end of the times given to messages of campaigns. */
export async function saveCampaignsUntil(
  table: Table,
  { connector, account }: SendingAccount,
  bucket: Bucket,
  atMs: number,
): Promise<void> {
  const { campaignsUntil } = bucketAttributes[bucket];
  await unlessRefused(table, {
    Key: sendingKey(connector, account),
    UpdateExpression: `SET ${campaignsUntil} = :at`,
    ConditionExpression: `attribute_not_exists(${campaignsUntil}) OR ${campaignsUntil} < :at`,
    ExpressionAttributeValues: { ':at': atMs },
  });
}
