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
  /** When the last trouble that paused it was reported by a status: a status that comes twice pauses once. */
  troubleAt: z.iso.datetime().optional(),
  /** Before this an accepted message proves nothing: what is told by status comes some seconds after the answer. */
  provenAfter: z.iso.datetime().optional(),
});

export type Turn =
  | { readonly granted: true; readonly afterPause: boolean }
  | { readonly granted: false; readonly waitSeconds: number; readonly reason: 'paused' | 'pacing' };

const firstPauseSeconds = 60;
const longestPauseSeconds = 3_600;
/** Statuses that fail come within seconds; most of them within this. */
const statusSeconds = 60;
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
  const afterPause = isAfterPause(item, now);
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

/** Whether a message that is taken now ends the pauses. */
function isAfterPause(item: z.infer<typeof SendingItem> | undefined, now: Date): boolean {
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
