import { declarations, isConnectorId } from '#connectors/declarations';
import { raiseAlert } from '#shared/aws/publish/account-trouble';
import { claimPart } from '#shared/aws/store/claim';
import { mayFallBack, switchToFallback } from '#shared/aws/store/fallback';
import { settleFailed, settleNotSent, settleUncertain } from '#shared/aws/store/settle';
import { settleSent } from '#shared/aws/store/settle-sent';
import { pauseAccount, resumeAccount, takeTurn } from '#shared/aws/store/turn';
import type { Declaration } from '#shared/connector/declaration';
import type { SendOutcome } from '#shared/connector/sender';
import { failpoint } from '#shared/failpoint';
import { logger } from '#shared/logger';
import { count, type MetricName } from '#shared/metrics';
import type { DeliveryError } from '#shared/model/delivery-status';
import { RetryLater } from '#shared/retry-later';
import { withState } from '#shared/table/entry';
import type { EntryState } from '#shared/table/state';
import { joinParts } from './finish.ts';
import {
  attemptsAtPart,
  mostAttempts,
  type Outbound,
  placeOf,
  type SendDependencies,
  secondsFrom,
} from './outbound.ts';
import type { Prepared } from './prepare.ts';
import { isOver, standDown } from './stand-down.ts';
import { requestReady } from './upload.ts';

/** Doubled with each attempt where the provider does not say how long to wait. */
const firstWaitSeconds = 2;
const longestWaitSeconds = 900;
/** To record and publish what came of an attempt. */
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

/** Claims the next part, makes one HTTP attempt, and records what is known of its outcome. */
export async function attemptPart(
  dependencies: SendDependencies,
  outbound: Outbound,
  prepared: Prepared,
): Promise<void> {
  const { target, now, leaseSeconds } = dependencies;
  const { part } = outbound.entry.delivery;
  // A status of an earlier part may have come before its id was known; if it failed, no further part leaves.
  if (part > 0) await joinParts(target, outbound);
  const afterPause = await waitTurn(dependencies, outbound, prepared);
  const ready = await requestReady(dependencies, outbound, prepared);
  if (!ready) return;
  if (dependencies.remainingSeconds() < dependencies.attemptTimeoutSeconds + recordSeconds) {
    throw new RetryLater(1, 'too little time is left for an attempt');
  }
  const claim = {
    part,
    parts: prepared.requests.length,
    leaseUntil: secondsFrom(now(), leaseSeconds),
    at: now().toISOString(),
  };
  const claimed = await claimPart(target.table, placeOf(outbound), claim, outbound.entry);
  if (!claimed) return;
  failpoint('send.afterClaim');
  if (isOver(claimed, now())) return standDown(dependencies, outbound, claimed);
  const outcome = await send(prepared, ready.request, claimed);
  failpoint('send.afterHttp');
  count(metricOf[outcome.kind], outbound.meta.connector);
  logger.info('attempt made', { ...placeOf(outbound), part, outcome: outcome.kind });
  await settle(dependencies, outbound, claimed, outcome);
  failpoint('send.afterRecord');
  if (afterPause && outcome.kind === 'sent') await resume(dependencies, outbound);
}

/** Resolves when the account may send now, with whether it was paused before; throws `RetryLater` when it may not. */
async function waitTurn(
  { target, now }: SendDependencies,
  { meta }: Outbound,
  { setting }: Prepared,
): Promise<boolean> {
  const declaration: Declaration | undefined = isConnectorId(meta.connector)
    ? declarations[meta.connector]
    : undefined;
  const pacing = setting.pacing ?? declaration?.pacing;
  const turn = await takeTurn(target.table, meta, pacing, now());
  if (turn.granted) return turn.afterPause;
  throw new RetryLater(turn.waitSeconds, `the account waits: ${turn.reason}`);
}

async function send(
  { sender, context }: Prepared,
  request: unknown,
  claimed: EntryState,
): Promise<SendOutcome> {
  try {
    const { attempt = 1, part = 0 } = claimed.delivery ?? {};
    return await sender.send(request, { ...context, part, attempt });
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
): Promise<void> {
  const { target, now, reconcileAfterSeconds } = dependencies;
  const { meta, entry } = outbound;
  const { attempt = 1 } = claimed.delivery ?? {};
  const at = now().toISOString();
  switch (outcome.kind) {
    case 'sent': {
      const { kind: _, ...ids } = outcome;
      const { part } = entry.delivery;
      await settleSent(target.table, meta, entry.sequence, { part, at, ...ids });
      return;
    }
    case 'failed': {
      if (await fellBack(dependencies, outbound, outcome.error, claimed)) return;
      const failure = { error: outcome.error, at, attempt };
      await settleFailed(target.table, placeOf(outbound), failure);
      if (outcome.accountTrouble) await raiseAlert(target, meta, outcome.error, at);
      return;
    }
    case 'uncertain': {
      const lookAfterAt = secondsFrom(now(), reconcileAfterSeconds);
      await settleUncertain(target.table, placeOf(outbound), claimed, { lookAfterAt });
      return;
    }
    case 'account_paused':
      // What is sure is recorded first: a fault of the alert must not leave the attempt without an outcome.
      await settleUnsent(dependencies, outbound, claimed, outcome, 0);
      await pauseAccount(target.table, meta, outcome.retryAfterSeconds, now());
      return raiseAlert(target, meta, outcome.error, at);
    case 'not_sent': {
      const tries = attemptsAtPart(attempt, entry.delivery.part);
      await settleUnsent(dependencies, outbound, claimed, outcome, waitSeconds(outcome, tries));
      if (outcome.accountTrouble) await raiseAlert(target, meta, outcome.error, at);
      return;
    }
  }
}

/** The provider has the last word on its window, and a reply may have brought what can be sent outside it. */
async function fellBack(
  { target }: SendDependencies,
  outbound: Outbound,
  { code }: DeliveryError,
  claimed: EntryState,
): Promise<boolean> {
  if (code !== 'reply_window_closed' || !mayFallBack(outbound.entry)) return false;
  return switchToFallback(target.table, placeOf(outbound), withState(outbound.entry, claimed));
}

async function settleUnsent(
  { target, now }: SendDependencies,
  outbound: Outbound,
  claimed: EntryState,
  { error }: SendOutcome & { kind: 'not_sent' | 'account_paused' },
  seconds: number,
): Promise<void> {
  const { attempt = 1, part = 0 } = claimed.delivery ?? {};
  if (attemptsAtPart(attempt, part) >= mostAttempts) {
    const failure = { error, at: now().toISOString(), attempt };
    await settleFailed(target.table, placeOf(outbound), failure);
    return;
  }
  await settleNotSent(target.table, placeOf(outbound), claimed, {
    notBefore: secondsFrom(now(), seconds),
    lookAfterAt: secondsFrom(now(), seconds + lookAfterSeconds),
  });
}

/** What the provider asks for, and never less than the doubled wait: its seconds alone would use the attempts up. */
function waitSeconds(outcome: SendOutcome & { kind: 'not_sent' }, tries: number): number {
  const doubled = Math.min(firstWaitSeconds * 2 ** (tries - 1), longestWaitSeconds);
  return Math.max(outcome.retryAfterSeconds ?? 0, doubled);
}

async function resume({ target, now }: SendDependencies, { meta }: Outbound): Promise<void> {
  if (!(await resumeAccount(target.table, meta))) return;
  const title = 'the account sends again';
  const error: DeliveryError = { code: 'account_resumed', title, retryable: false };
  await raiseAlert(target, meta, error, now().toISOString());
}
