import { isoOf } from '#shared/aws/publish/release';
import { expectedSlot, recordDelay, type ToldDelay } from '#shared/aws/store/sending/delay';
import type { SendingStop } from '#shared/aws/store/sending/pause';
import { isCampaign, keepSlot, putToWait } from '#shared/aws/store/sending/wait';
import type { Delay } from '#shared/model/delay';
import { type Outbound, placeOf, publishPending, type SendDependencies } from './outbound.ts';

/** A reply that leaves later than this after it was taken is told. */
const toldAfterSeconds = 60;
/** A wait is told again where its end has moved by more than this. */
const movedSeconds = 900;

/** The sweep runs once in so many seconds, and releases nothing between two runs. */
const sweepSeconds = 60;

/** Why a reply waits in `due`. */
export interface Cause {
  readonly reason: Delay['reason'];
  /** It is not released before; absent: at any time. */
  readonly untilMs?: number | undefined;
  /** It is not expected before, although it may be released. */
  readonly behindMs?: number;
}

/** The cause where an account has no slot to give: it is paused, its bucket is held, or the near time is full. */
export function noSlot({ pausedUntilMs, heldUntilMs }: SendingStop): Cause {
  const untilMs = Math.max(pausedUntilMs ?? 0, heldUntilMs ?? 0);
  return {
    reason: pausedUntilMs === undefined ? 'rate_limit' : 'account_paused',
    ...(untilMs > 0 ? { untilMs } : {}),
  };
}

/** Puts a reply into `due` to wait, and tells of it where it will be long. The queue message is done then. */
export async function park(
  dependencies: SendDependencies,
  outbound: Outbound,
  cause: Cause,
): Promise<'parked' | 'moved'> {
  const { target, now } = dependencies;
  const { conversation, entry } = outbound;
  const { untilMs } = cause;
  const at = isoOf(untilMs ?? now().getTime());
  const { receivedAt = at } = entry.message ?? {};
  const wait = isCampaign(entry)
    ? ({ dueClass: 'campaign', at: untilMs === undefined ? receivedAt : at } as const)
    : ({ dueClass: 'slot', at } as const);
  const delay = await delayBy(dependencies, outbound, cause);
  const state = await putToWait(target.table, conversation, entry, { ...wait, delay });
  if (!state) return 'moved';
  await publishPending(target, outbound, state);
  return 'parked';
}

/** Stores the slot of a reply that waits for it on the queue, and tells of the wait where it is long. */
export async function waitForSlot(
  dependencies: SendDependencies,
  outbound: Outbound,
  slotMs: number,
): Promise<void> {
  const { target } = dependencies;
  const delay = newDelay(dependencies, outbound, { reason: 'rate_limit', expectedMs: slotMs });
  const slot = { slotAt: isoOf(slotMs), delay };
  const state = await keepSlot(target.table, placeOf(outbound), outbound.entry, slot);
  if (state) await publishPending(target, outbound, state);
}

/** Tells of a wait on the queue until the next attempt, where it is long: of its own, or of a reply before it. */
export async function tellRetry(
  dependencies: SendDependencies,
  outbound: Outbound,
  expectedMs: number,
  reason: 'retry' | 'earlier_reply' = 'retry',
): Promise<void> {
  const delay = newDelay(dependencies, outbound, { reason, expectedMs });
  if (!delay) return;
  const { target } = dependencies;
  const state = await recordDelay(target.table, placeOf(outbound), outbound.entry, delay);
  if (state) await publishPending(target, outbound, state);
}

/** The wait in `due` as it is told; undefined where it is short or told already. */
async function delayBy(
  dependencies: SendDependencies,
  outbound: Outbound,
  { reason, untilMs = 0, behindMs = 0 }: Cause,
): Promise<ToldDelay | undefined> {
  const { target, now, pacingOf } = dependencies;
  const { conversation, entry } = outbound;
  if (isCampaign(entry)) return undefined;
  const paused = { reason: 'account_paused' } as const;
  if (reason === 'account_paused') return newDelay(dependencies, outbound, paused);
  const { pausedUntilMs, heldUntilMs, slotMs } = await expectedSlot(
    ...([target.table, conversation, pacingOf(conversation)] as const),
    { now: now(), isCounted: entry.delivery.waits !== undefined },
  );
  if (pausedUntilMs !== undefined) return newDelay(dependencies, outbound, paused);
  const sweptMs = now().getTime() + sweepSeconds * 1000;
  const isLimit = reason === 'retry' && heldUntilMs !== undefined;
  return newDelay(dependencies, outbound, {
    reason: isLimit ? 'rate_limit' : reason,
    ...(slotMs === undefined ? {} : { expectedMs: Math.max(slotMs, untilMs, behindMs, sweptMs) }),
  });
}

/** The time from which a wait of a reply counts: when it was taken, or its `sendAt`; of a further part, now. */
function waitsSince({ message, reply, delivery }: Outbound['entry'], now: Date): number {
  const takenMs = Date.parse(message?.receivedAt ?? now.toISOString());
  const sinceMs = delivery.part > 0 ? now.getTime() : takenMs;
  return Math.max(sinceMs, reply?.sendAt ? Date.parse(reply.sendAt) : 0);
}

/**
 * A wait as it is told: each reply once, and again where its account is paused or sends again meanwhile, or where the
 * expected time has moved by much. The wait of a campaign's message is no news, nor is one that ends before `sendAt`.
 */
function newDelay(
  { now }: Pick<SendDependencies, 'now'>,
  { entry }: Outbound,
  { reason, expectedMs }: { readonly reason: Delay['reason']; readonly expectedMs?: number },
): ToldDelay | undefined {
  const { delivery } = entry;
  const fromMs = waitsSince(entry, now());
  if (
    isCampaign(entry) ||
    (expectedMs ?? Number.POSITIVE_INFINITY) - fromMs <= toldAfterSeconds * 1000
  )
    return undefined;
  const told = delivery.delayed;
  const isPaused = reason === 'account_paused';
  const toldMs = told?.expectedAt === undefined ? undefined : Date.parse(told.expectedAt);
  const moved = (expectedMs ?? 0) - (toldMs ?? Number.POSITIVE_INFINITY) > movedSeconds * 1000;
  const isNews = !told || isPaused !== (told.reason === 'account_paused') || moved;
  if (!isNews) return undefined;
  const at = now().toISOString();
  return { at, reason, ...(expectedMs === undefined ? {} : { expectedAt: isoOf(expectedMs) }) };
}
