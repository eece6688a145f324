import * as z from 'zod';
import type { Pacing } from '#shared/connector/declaration';
import type { Key } from '#shared/table/keys';
import { unlessRefused } from './cursor.ts';
import { readItem, type Table } from './table.ts';

/** `ACCOUNT#<connector>#<account>` / `SENDING`: what all senders of an account share. */
const SendingItem = z.object({
  /** When the bucket would be full again, in epoch milliseconds (generic cell rate algorithm). */
  fullAt: z.number().optional(),
  pausedUntil: z.iso.datetime().optional(),
  /** Pauses in a row; each is twice as long as the one before. */
  pauses: z.number().int().nonnegative().default(0),
});

export type Turn =
  | { readonly granted: true; readonly afterPause: boolean }
  | { readonly granted: false; readonly waitSeconds: number; readonly reason: 'paused' | 'pacing' };

const firstPauseSeconds = 60;
const longestPauseSeconds = 3_600;
/** What a sum of intervals may be off: epoch milliseconds leave a double three decimals. */
const noWaitMs = 0.01;
/** Senders of one account meet at its item; who loses so often in a row comes again a second later. */
const mostTries = 5;

const sendingKey = (connector: string, account: string): Key => ({
  pk: `ACCOUNT#${connector}#${account}`,
  sk: 'SENDING',
});

/** Which account; everything of a conversation's route that its sending depends on. */
export interface SendingAccount {
  readonly connector: string;
  readonly account: string;
}

/**
 * Asks whether an account may send one message now: not while it is paused, and not faster than its provider
 * allows, counted over every function instance. A granted turn is used up, also when the attempt then fails.
 */
export async function takeTurn(
  table: Table,
  account: SendingAccount,
  pacing: Pacing | undefined,
  now: Date,
): Promise<Turn> {
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const turn = await tryTurn(table, account, pacing, now);
    if (turn) return turn;
  }
  return { granted: false, waitSeconds: 1, reason: 'pacing' };
}

/** Nothing when somebody else took a turn in between. */
async function tryTurn(
  table: Table,
  { connector, account }: SendingAccount,
  pacing: Pacing | undefined,
  now: Date,
): Promise<Turn | undefined> {
  const key = sendingKey(connector, account);
  const item = await readItem(table, SendingItem, key, true);
  const pausedMs = Date.parse(item?.pausedUntil ?? '') - now.getTime();
  if (pausedMs > 0) return { granted: false, waitSeconds: pausedMs / 1000, reason: 'paused' };
  const afterPause = (item?.pauses ?? 0) > 0;
  if (!pacing) return { granted: true, afterPause };
  const intervalMs = 1000 / pacing.perSecond;
  const fullAt = Math.max(item?.fullAt ?? 0, now.getTime());
  const waitMs = fullAt - now.getTime() - (pacing.burst - 1) * intervalMs;
  if (waitMs > noWaitMs) return { granted: false, waitSeconds: waitMs / 1000, reason: 'pacing' };
  const taken = await unlessRefused(table, {
    Key: key,
    UpdateExpression: 'SET fullAt = :next',
    ConditionExpression:
      item?.fullAt === undefined ? 'attribute_not_exists(fullAt)' : 'fullAt = :read',
    ExpressionAttributeValues: {
      ':next': fullAt + intervalMs,
      ...(item?.fullAt === undefined ? {} : { ':read': item.fullAt }),
    },
  });
  return taken ? { granted: true, afterPause } : undefined;
}

/**
 * Stops an account for a while: its credentials are broken, its credits out, its provider has suspended it. The
 * first attempt after the pause finds out whether that is over; if not, the next pause is twice as long. Attempts
 * that were under way together are one reason to pause: in a running pause nothing is doubled.
 */
export async function pauseAccount(
  table: Table,
  { connector, account }: SendingAccount,
  askedSeconds: number | undefined,
  now: Date,
): Promise<void> {
  const key = sendingKey(connector, account);
  const { pauses = 0 } = (await readItem(table, SendingItem, key, true)) ?? {};
  const seconds = Math.min(askedSeconds ?? firstPauseSeconds * 2 ** pauses, longestPauseSeconds);
  await unlessRefused(table, {
    Key: key,
    UpdateExpression: 'SET pausedUntil = :until, pauses = :pauses',
    ConditionExpression: 'attribute_not_exists(pausedUntil) OR pausedUntil <= :now',
    ExpressionAttributeValues: {
      ':until': new Date(now.getTime() + seconds * 1000).toISOString(),
      ':now': now.toISOString(),
      ':pauses': pauses + 1,
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
    UpdateExpression: 'REMOVE pausedUntil, pauses',
    ConditionExpression: 'attribute_exists(pauses)',
  });
}
