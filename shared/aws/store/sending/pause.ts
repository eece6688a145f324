import * as z from 'zod';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { readItem, type Table } from '#shared/aws/store/table';
import type { Key } from '#shared/table/keys';

/** `ACCOUNT#<connector>#<account>` / `SENDING`: the state that all senders of an account share. */
export const SendingItem = z.object({
  /** The time when the bucket would be full again, in epoch milliseconds (generic cell rate algorithm): slots.ts. */
  fullAt: z.number().optional(),
  pausedUntil: z.iso.datetime().optional(),
  /** Pauses in a row; each is twice as long as the one before. */
  pauses: z.number().int().nonnegative().default(0),
  /** The time when a status last reported a problem that paused it: a status that comes twice pauses once. */
  troubleAt: z.iso.datetime().optional(),
  /** An accepted message proves nothing before this time: a status comes some seconds after the answer. */
  provenAfter: z.iso.datetime().optional(),
  /** The end of the times given to messages of campaigns, in epoch milliseconds (functions/sweep/campaigns.ts). */
  campaignsUntil: z.number().optional(),
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
}

/** The account's name in index items and in commands on the queue. */
export function accountName({ connector, account }: SendingAccount): string {
  return `${connector}/${account}`;
}

/** Parses such a name. */
export function namedAccount(name: string): SendingAccount {
  const [connector = '', account = ''] = name.split('/');
  return { connector, account };
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
