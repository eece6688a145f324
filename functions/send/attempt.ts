import { statusLookUpAt } from '#connectors/capabilities';
import { raiseAlert } from '#shared/aws/publish/account-trouble';
import { isOvertaken, leasePart, overtakenError } from '#shared/aws/store/sending/lease';
import { bucketOf, holdBucket, pauseAccount, resumeAccount } from '#shared/aws/store/sending/pause';
import {
  recordFailed,
  recordNotSent,
  recordProvedUnsent,
  recordUncertain,
} from '#shared/aws/store/sending/record-outcome';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import type { SendOutcome } from '#shared/connector/sender';
import { failpoint } from '#shared/failpoint';
import { logger } from '#shared/logger';
import { count, type MetricName } from '#shared/metrics';
import type { DeliveryError } from '#shared/model/delivery-status';
import { RetryLater } from '#shared/retry-later';
import type { EntryState } from '#shared/table/state';
import {
  attemptsAtPart,
  isoAfter,
  joinParts,
  maxAttempts,
  type Outbound,
  type Prepared,
  placeOf,
  precedingId,
  type SendDependencies,
  unknownSince,
} from './outbound.ts';
import { priceOf } from './price.ts';
import type { GrantedSlot } from './rate-limit.ts';
import { recordRefusal } from './refusal.ts';
import { afterRenewal } from './renewed.ts';
import { attemptSeconds, requestReady } from './upload.ts';

/** Doubled with each attempt where the provider does not say how long to wait. */
const firstWaitSeconds = 2;
const longestWaitSeconds = 900;
/** Providers count for a day at the most. */
const longestHoldSeconds = 86_400;
/** The time to record and publish the outcome of an attempt. */
const recordSeconds = 1;
/** The queue message brings the reply back before this; the sweep does when the queue message is gone. */
const lookAfterSeconds = 900;

const metricOf = {
  sent: 'AttemptsSent',
  not_sent: 'AttemptsNotSent',
  failed: 'AttemptsFailed',
  uncertain: 'AttemptsUncertain',
  account_paused: 'AccountsPaused',
} as const satisfies Record<SendOutcome['kind'], MetricName>;

/**
 * Takes the lease of the next part, makes one HTTP attempt, and records what is known of its outcome. Resolves with the
 * state after it; undefined where it has to be read.
 */
export async function attemptPart(
  dependencies: SendDependencies,
  outbound: Outbound,
  prepared: Prepared,
  { afterPause }: GrantedSlot,
): Promise<EntryState | undefined> {
  const { target } = dependencies;
  const { part } = outbound.entry.delivery;
  // A status of an earlier part may have come before its id was known; if it failed, no further part leaves.
  if (part > 0) await joinParts(target, outbound);
  const ready = await requestReady(dependencies, outbound, prepared);
  if (!ready) return undefined;
  const sent = await attempt(dependencies, outbound, prepared, ready.request);
  if (afterPause && sent) await resume(dependencies, outbound);
  return sent;
}

/** Makes one attempt, from the lease to the record. Resolves with the state of a part that was sent. */
async function attempt(
  dependencies: SendDependencies,
  outbound: Outbound,
  prepared: Prepared,
  request: unknown,
): Promise<EntryState | undefined> {
  const { target, now, leaseSeconds } = dependencies;
  const { part } = outbound.entry.delivery;
  const timeoutSeconds = attemptSeconds(dependencies, prepared.sender, request);
  if (dependencies.remainingSeconds() < timeoutSeconds + recordSeconds) {
    throw new RetryLater(1, 'too little time is left for an attempt');
  }
  const claim = {
    ...{ part, parts: prepared.requests.length, at: now().toISOString() },
    leaseUntil: isoAfter(now(), leaseSeconds),
    ...(prepared.prices ? priceOf(prepared, part) : {}),
  };
  const claimed = await leasePart(target.table, placeOf(outbound), claim, outbound.entry);
  if (!claimed) return undefined;
  failpoint('send.afterClaim');
  if (isTooShort(claimed, now(), timeoutSeconds)) {
    await standDown(dependencies, outbound, claimed);
    return undefined;
  }
  const answered = await send(prepared, request, claimed, timeoutSeconds);
  const isPaused = answered.kind === 'account_paused';
  const outcome = isPaused ? await afterRenewal(dependencies, prepared, answered) : answered;
  failpoint('send.afterHttp');
  count(metricOf[outcome.kind], outbound.conversation.connector);
  const { attemptedAt } = claimed.delivery ?? {};
  logger.info('attempt made', { ...placeOf(outbound), part, outcome: outcome.kind, attemptedAt });
  const sent = await settle(dependencies, outbound, claimed, outcome);
  failpoint('send.afterRecord');
  return sent;
}

async function send(
  { sender, context }: Prepared,
  request: unknown,
  claimed: EntryState,
  timeoutSeconds: number,
): Promise<SendOutcome> {
  try {
    const { attempt = 1, part = 0 } = claimed.delivery ?? {};
    const before = { ...precedingId(claimed, part), ...unknownSince(claimed, part) };
    return await sender.send(request, { ...context, ...before, part, attempt, timeoutSeconds });
  } catch (fault) {
    // A sender classifies what can happen; what it throws all the same may have happened after the request.
    const name = fault instanceof Error ? fault.name : 'unknown';
    logger.error('sender fault', { name });
    const title = `sender fault: ${name}`;
    return { kind: 'uncertain', error: { code: 'outcome_unknown', title, retryable: false } };
  }
}

async function settle(
  dependencies: SendDependencies,
  outbound: Outbound,
  claimed: EntryState,
  outcome: SendOutcome,
): Promise<EntryState | undefined> {
  const { target, now, reconcileAfterSeconds } = dependencies;
  const { conversation, entry } = outbound;
  const { attempt = 1, part = 0 } = claimed.delivery ?? {};
  const at = now().toISOString();
  switch (outcome.kind) {
    case 'sent': {
      const { kind: _, ...ids } = outcome;
      const lookUp = statusLookUpAt(conversation, now(), entry.reply?.sendAt);
      const sent = { part, at, ...ids, ...lookUp };
      return recordSent(target.table, conversation, entry.sequence, sent);
    }
    case 'failed':
      await recordRefusal(dependencies, outbound, claimed, outcome);
      return undefined;
    case 'uncertain': {
      const lookAfterAt = isoAfter(now(), reconcileAfterSeconds);
      await recordUncertain(target.table, placeOf(outbound), claimed, { lookAfterAt });
      return undefined;
    }
    case 'account_paused':
      // The sure outcome is recorded first: a fault of the alert must not leave the attempt without an outcome.
      await recordUnsent(dependencies, outbound, claimed, outcome, 0);
      await pauseAccount(target.table, conversation, outcome.retryAfterSeconds, now());
      await raiseAlert(target, conversation, outcome.error, at);
      return undefined;
    case 'not_sent': {
      const tries = attemptsAtPart(attempt, part);
      await recordUnsent(dependencies, outbound, claimed, outcome, waitSeconds(outcome, tries));
      await hold(dependencies, outbound, outcome);
      if (outcome.accountTrouble) await raiseAlert(target, conversation, outcome.error, at);
      return undefined;
    }
  }
}

async function recordUnsent(
  { target, now }: SendDependencies,
  outbound: Outbound,
  claimed: EntryState,
  { error }: SendOutcome & { kind: 'not_sent' | 'account_paused' },
  seconds: number,
): Promise<void> {
  const { attempt = 1, part = 0 } = claimed.delivery ?? {};
  if (attemptsAtPart(attempt, part) >= maxAttempts) {
    const failure = { error, at: now().toISOString(), attempt };
    await recordFailed(target.table, placeOf(outbound), failure);
    return;
  }
  await recordNotSent(target.table, placeOf(outbound), claimed, {
    notBefore: isoAfter(now(), seconds),
    lookAfterAt: isoAfter(now(), seconds + lookAfterSeconds),
  });
}

/**
 * The wait before the next attempt, in seconds: as long as the provider asks for, and never less than the doubled wait.
 * The provider's seconds alone would use the attempts up.
 */
function waitSeconds(outcome: SendOutcome & { kind: 'not_sent' }, tries: number): number {
  const doubled = Math.min(firstWaitSeconds * 2 ** (tries - 1), longestWaitSeconds);
  return Math.max(outcome.retryAfterSeconds ?? 0, doubled);
}

/** Holds the whole send rate back, if the refusal is one of every reply that shares it. */
async function hold(
  { target, now, pacingOf }: SendDependencies,
  { conversation }: Outbound,
  { isRateLimit, retryAfterSeconds }: SendOutcome & { kind: 'not_sent' },
): Promise<void> {
  if (!isRateLimit || retryAfterSeconds === undefined) return;
  const until = isoAfter(now(), Math.min(retryAfterSeconds, longestHoldSeconds));
  await holdBucket(target.table, conversation, bucketOf(pacingOf(conversation)), until);
}

async function resume(
  { target, now }: SendDependencies,
  { conversation }: Outbound,
): Promise<void> {
  if (!(await resumeAccount(target.table, conversation))) return;
  const title = 'the account sends again';
  const error: DeliveryError = { code: 'account_resumed', title, retryable: false };
  await raiseAlert(target, conversation, error, now().toISOString());
}

/**
 * True when the lease runs out before an attempt can end: its process stood still. Another one takes over when the
 * lease is over, and the next reply leaves; a request under this lease could still be under way then.
 */
function isTooShort({ delivery }: EntryState, now: Date, attemptSeconds: number): boolean {
  return Date.parse(delivery?.leaseUntil ?? '') <= now.getTime() + attemptSeconds * 1000;
}

/**
 * Gives a lease back that is too old for its attempt: nothing was sent under it, and nothing will be. The reply may be
 * taken again, unless a later one has gone out meanwhile. A state that another process has recorded since then stays.
 */
async function standDown(
  { target, now }: SendDependencies,
  outbound: Outbound,
  claimed: EntryState,
): Promise<void> {
  const place = placeOf(outbound);
  const at = now().toISOString();
  logger.warn('claim too old for its attempt', { ...place });
  if (await isOvertaken(target.table, place)) {
    const { attempt = 1 } = claimed.delivery ?? {};
    await recordFailed(target.table, place, { error: overtakenError, at, attempt });
    return;
  }
  const waits = { notBefore: at, lookAfterAt: at };
  if (await recordNotSent(target.table, place, claimed, waits)) return;
  await recordProvedUnsent(target.table, place, claimed);
}
