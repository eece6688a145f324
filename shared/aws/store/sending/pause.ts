import * as z from 'zod';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { readItem, type Table } from '#shared/aws/store/table';
import type { Key } from '#shared/table/keys';

/** `ACCOUNT#<connector>#<account>` / `SENDING`: what all senders of an account share. */
export const SendingItem = z.object({
  /** When the bucket would be full again, in epoch milliseconds (generic cell rate algorithm): slots.ts. */
  fullAt: z.number().optional(),
  pausedUntil: z.iso.datetime().optional(),
  /** Pauses in a row; each is twice as long as the one before. */
  pauses: z.number().int().nonnegative().default(0),
  /** When the last trouble that paused it was reported by a status: a status that comes twice pauses once. */
  troubleAt: z.iso.datetime().optional(),
  /** Before this an accepted message proves nothing: what is told by status comes some seconds after the answer. */
  provenAfter: z.iso.datetime().optional(),
  /** Up to when messages of campaigns have been given times, in epoch milliseconds (functions/sweep/campaigns.ts). */
  campaignsUntil: z.number().optional(),
});

export type SendingItem = z.infer<typeof SendingItem>;

const firstPauseSeconds = 60;
const longestPauseSeconds = 3_600;
/** Statuses that fail come within seconds; most of them within this. */
const statusSeconds = 60;

export const sendingKey = (connector: string, account: string): Key => ({
  pk: `ACCOUNT#${connector}#${account}`,
  sk: 'SENDING',
});

/** Which account; everything of a conversation's route that its sending depends on. */
export interface SendingAccount {
  readonly connector: string;
  readonly account: string;
}

/** The account as its items in the index and the commands on the queue name it. */
export function accountName({ connector, account }: SendingAccount): string {
  return `${connector}/${account}`;
}

/** The account that such a name stands for. */
export function namedAccount(name: string): SendingAccount {
  const [connector = '', account = ''] = name.split('/');
  return { connector, account };
}

/** Reads what all senders of an account share. */
export function readSending(
  table: Table,
  { connector, account }: SendingAccount,
  consistent = true,
): Promise<SendingItem | undefined> {
  return readItem(table, SendingItem, sendingKey(connector, account), consistent);
}

/** Until when an account is paused, in epoch milliseconds; undefined where it is not. */
export function pauseEnd(item: SendingItem | undefined, now: Date): number | undefined {
  const endMs = Date.parse(item?.pausedUntil ?? '');
  return endMs > now.getTime() ? endMs : undefined;
}

/** Whether a message that is taken now ends the pauses. */
export function isAfterPause(item: SendingItem | undefined, now: Date): boolean {
  if (!item || item.pauses === 0) return false;
  return (item.provenAfter ?? '') <= now.toISOString();
}

/**
 * Stops an account for a while: its credentials are broken, its credits out, its provider has suspended it. The
 * first attempt after the pause finds out whether that is over; if not, the next pause is twice as long. Attempts
 * that were under way together are one reason to pause: in a running pause nothing is doubled.
 *
 * `reportedAt`: when a status told of it, instead of the answer to an attempt. Then answers prove nothing for a
 * minute after the pause.
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

/** An attempt after a pause was taken by the provider. Returns whether this call was the one that ended the pause. */
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
