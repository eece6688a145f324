import * as z from 'zod';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { readItem, type Table } from '#shared/aws/store/table';
import type { ReplyPacing } from '#shared/connector/declaration';
import type { Key } from '#shared/table/keys';

/**
 * The replies of an account that share one send rate: all of them, or those in public conversations, where the provider
 * counts them apart.
 */
export type Bucket = 'all' | 'public';

export const bucketOf = (pacing: ReplyPacing | undefined): Bucket => pacing?.bucket ?? 'all';

/** The attributes of each bucket. */
export const bucketAttributes = {
  all: { fullAt: 'fullAt', heldUntil: 'heldUntil', campaignsUntil: 'campaignsUntil' },
  public: {
    fullAt: 'publicFullAt',
    heldUntil: 'publicHeldUntil',
    campaignsUntil: 'publicCampaignsUntil',
  },
} as const;

/** `ACCOUNT#<connector>#<account>` / `SENDING`: the state that all senders of an account share. */
export const SendingItem = z.object({
  /** The time when the bucket would be full again, in epoch milliseconds (generic cell rate algorithm): slots.ts. */
  fullAt: z.number().optional(),
  publicFullAt: z.number().optional(),
  /** The end of the wait that the provider has asked for: until then it takes no reply of this bucket. */
  heldUntil: z.iso.datetime().optional(),
  publicHeldUntil: z.iso.datetime().optional(),
  pausedUntil: z.iso.datetime().optional(),
  /** Pauses in a row; each is twice as long as the one before. */
  pauses: z.number().int().nonnegative().default(0),
  /** The time when a status last reported a problem that paused it: a status that comes twice pauses once. */
  troubleAt: z.iso.datetime().optional(),
  /** An accepted message proves nothing before this time: a status comes some seconds after the answer. */
  provenAfter: z.iso.datetime().optional(),
  /** The end of the times given to messages of campaigns, in epoch milliseconds (functions/sweep/campaigns.ts). */
  campaignsUntil: z.number().optional(),
  publicCampaignsUntil: z.number().optional(),
});

export type SendingItem = z.infer<typeof SendingItem>;

const firstPauseSeconds = 60;
const longestPauseSeconds = 3_600;
/** Failed statuses come within seconds; most of them within this. */
const statusSeconds = 60;

export const sendingKey = (connector: string, account: string): Key => ({
  pk: `ACCOUNT#${connector}#${account}`,
  sk: 'SENDING',
});

/** An account, by the fields of a conversation's route that its sending depends on. */
export interface SendingAccount {
  readonly connector: string;
  readonly account: string;
  /** Decides the send rate (`pacingOf`). A pause stops the whole account. */
  readonly visibility?: 'private' | 'public';
}

const publicEnd = 'public';

/**
 * The name of an account in index items and in commands on the queue; for a reply in a public conversation with
 * `/public` at the end. The release before reads both as the account.
 */
export function accountName({ connector, account, visibility }: SendingAccount): string {
  return `${connector}/${account}${visibility === 'public' ? `/${publicEnd}` : ''}`;
}

/** Parses such a name. */
export function namedAccount(name: string): SendingAccount {
  const [connector = '', account = '', end] = name.split('/');
  return { connector, account, ...(end === publicEnd ? { visibility: 'public' } : {}) };
}

/** Reads the state that all senders of an account share. */
export function readSending(
  table: Table,
  { connector, account }: SendingAccount,
  consistent = true,
): Promise<SendingItem | undefined> {
  return readItem(table, SendingItem, sendingKey(connector, account), consistent);
}

/** The end of an account's pause, in epoch milliseconds; undefined if it is not paused. */
export function pauseEnd(item: SendingItem | undefined, now: Date): number | undefined {
  const endMs = Date.parse(item?.pausedUntil ?? '');
  return endMs > now.getTime() ? endMs : undefined;
}

/** The times, in epoch milliseconds, before which nothing of a bucket is sent; absent where they have passed. */
export interface SendingStop {
  /** The end of the account's pause. */
  readonly pausedUntilMs?: number;
  /** The end of the wait that the provider has asked for. */
  readonly heldUntilMs?: number;
}

export function sendingStop(item: SendingItem | undefined, bucket: Bucket, now: Date): SendingStop {
  const pausedUntilMs = pauseEnd(item, now);
  const heldUntilMs = Date.parse(item?.[bucketAttributes[bucket].heldUntil] ?? '');
  return {
    ...(pausedUntilMs === undefined ? {} : { pausedUntilMs }),
    ...(heldUntilMs > now.getTime() ? { heldUntilMs } : {}),
  };
}

/** True while nothing of the bucket is sent. */
export function isStopped({ pausedUntilMs, heldUntilMs }: SendingStop): boolean {
  return pausedUntilMs !== undefined || heldUntilMs !== undefined;
}

/** Tells whether a message accepted now ends the pauses. */
export function isAfterPause(item: SendingItem | undefined, now: Date): boolean {
  if (!item || item.pauses === 0) return false;
  return (item.provenAfter ?? '') <= now.toISOString();
}

/**
 * Stops an account for a while: its credentials are broken, its credits have run out, its provider has suspended it.
 * The first attempt after the pause finds out whether that is over; if not, the next pause is twice as long. Attempts
 * that were under way together count as one reason: during a pause nothing is doubled.
 *
 * `reportedAt`: the time of the status that told of it; absent if the answer to an attempt did. After a status, answers
 * prove nothing for a minute after the pause.
 */
export async function pauseAccount(
  table: Table,
  { connector, account }: SendingAccount,
  askedSeconds: number | undefined,
  now: Date,
  reportedAt?: string,
): Promise<void> {
  const key = sendingKey(connector, account);
  const { pauses = 0 } = (await readItem(table, SendingItem, key, true)) ?? {};
  const seconds = Math.min(askedSeconds ?? firstPauseSeconds * 2 ** pauses, longestPauseSeconds);
  const after = (delaySeconds: number) =>
    new Date(now.getTime() + delaySeconds * 1000).toISOString();
  const isFree = '(attribute_not_exists(pausedUntil) OR pausedUntil <= :now)';
  const isNew = '(attribute_not_exists(troubleAt) OR troubleAt < :reported)';
  await unlessRefused(table, {
    Key: key,
    ...(reportedAt === undefined
      ? {
          UpdateExpression: 'SET pausedUntil = :until, pauses = :pauses REMOVE provenAfter',
          ConditionExpression: isFree,
        }
      : {
          UpdateExpression:
            'SET pausedUntil = :until, pauses = :pauses, troubleAt = :reported, provenAfter = :proven',
          ConditionExpression: `${isFree} AND ${isNew}`,
        }),
    ExpressionAttributeValues: {
      ':until': after(seconds),
      ':now': now.toISOString(),
      ':pauses': pauses + 1,
      ...(reportedAt === undefined
        ? {}
        : { ':reported': reportedAt, ':proven': after(seconds + statusSeconds) }),
    },
  });
}

/**
 * Holds a bucket back until its provider counts anew: one refused attempt is enough to know it. The other bucket of the
 * account goes on, no alert is raised, and it ends by itself.
 */
export async function holdBucket(
  table: Table,
  { connector, account }: SendingAccount,
  bucket: Bucket,
  until: string,
): Promise<void> {
  const { heldUntil } = bucketAttributes[bucket];
  await unlessRefused(table, {
    Key: sendingKey(connector, account),
    UpdateExpression: `SET ${heldUntil} = :until`,
    ConditionExpression: `attribute_not_exists(${heldUntil}) OR ${heldUntil} < :until`,
    ExpressionAttributeValues: { ':until': until },
  });
}

/** Ends the pauses of an account, once the provider has accepted an attempt. Returns whether this call ended them. */
export async function resumeAccount(
  table: Table,
  { connector, account }: SendingAccount,
): Promise<boolean> {
  return unlessRefused(table, {
    Key: sendingKey(connector, account),
    UpdateExpression: 'REMOVE pausedUntil, pauses, provenAfter',
    ConditionExpression: 'attribute_exists(pauses)',
  });
}
