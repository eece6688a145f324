import { looksUpAttempts } from '#connectors/capabilities';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import { requestSend } from '#shared/aws/queues/queue';
import { lookAgainAt, removeDue } from '#shared/aws/store/due/check-due';
import { isOvertaken, overtakenError } from '#shared/aws/store/sending/lease';
import {
  announceUncertain,
  recordFailed,
  recordUncertain,
} from '#shared/aws/store/sending/record-outcome';
import { type Place, readState } from '#shared/aws/store/state';
import { readConversation } from '#shared/aws/store/table';
import { count } from '#shared/metrics';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { Delivery } from '#shared/table/state';
import { stepFor } from './uncertain.ts';

export interface DueCheckDependencies {
  readonly target: PublishTarget;
  readonly now: () => Date;
  /** The time for evidence of an uncertain outcome to come; after it the helpdesk is told. */
  readonly uncertainAfterSeconds: number;
}

const lookAgainSeconds = 900;

/**
 * Takes one reply further whose time has come and for which no queue message is left. What it does depends on the state
 * that the table holds now; a crash between two steps leaves the reply due, and the next run repeats them.
 */
export async function checkDue(dependencies: DueCheckDependencies, place: Place): Promise<void> {
  const { target, now } = dependencies;
  const entry = await readState(target.table, place);
  switch (entry?.delivery?.state) {
    case 'sending': {
      // Its lease was taken since it was listed: its sender is alive.
      if (Date.parse(entry.delivery.leaseUntil ?? '') > now().getTime()) return;
      // Due at once: the lease has outlived every callback worth waiting for.
      const lookAfterAt = now().toISOString();
      await recordUncertain(target.table, place, entry, { lookAfterAt });
      return;
    }
    case 'uncertain':
      return resolve(dependencies, place, entry.delivery);
    case 'accepted':
      return askAgain(dependencies, place, entry.delivery);
    case 'failed':
      return finish(target, place);
    default:
      return;
  }
}

async function resolve(
  dependencies: DueCheckDependencies,
  place: Place,
  delivery: Delivery,
): Promise<void> {
  const { target, now, uncertainAfterSeconds } = dependencies;
  const { connector } = await readConversation(target.table, place.conversationId);
  const canBeLookedUp = looksUpAttempts(connector);
  const step = stepFor(delivery, { now: now(), uncertainAfterSeconds, canBeLookedUp });
  if (step.kind === 'announce') return announce(dependencies, place, delivery);
  const { nextAt: at } = step;
  if (step.kind === 'wait') return lookAgainAt(target.table, place, delivery, { at });
  const { lookUps } = step;
  await requestSend(target.outbound, place, `${delivery.attempt}.look-up.${lookUps}`);
  return lookAgainAt(target.table, place, delivery, { at, lookUps });
}

/**
 * Asks for a reply whose command is lost or dead to be sent, unless a later one of its conversation has gone out
 * meanwhile. Fenced by the attempt: a sender that has taken the lease since decides itself.
 */
async function askAgain(
  { target, now }: DueCheckDependencies,
  place: Place,
  delivery: Delivery,
): Promise<void> {
  const { attempt } = delivery;
  if (!(await isOvertaken(target.table, place))) {
    await requestSend(target.outbound, place, String(attempt));
    const at = new Date(now().getTime() + lookAgainSeconds * 1000).toISOString();
    return lookAgainAt(target.table, place, delivery, { at });
  }
  const failure = { error: overtakenError, at: now().toISOString(), attempt };
  const settled = await recordFailed(target.table, place, { ...failure, staysDue: true });
  if (settled) await finish(target, place);
}

/** Publishes the outcome, and only then takes it off the list: no queue message would come back for it. */
async function finish(target: PublishTarget, place: Place): Promise<void> {
  const conversation = await readConversation(target.table, place.conversationId);
  const entry = await readState(target.table, place);
  if (entry) await publish(target, conversation, entry);
  await removeDue(target.table, place);
}

/** Never resent by itself: whether it reached the customer, only a person can find out now. */
async function announce(
  { target, now }: DueCheckDependencies,
  place: Place,
  { attempt }: Delivery,
): Promise<void> {
  const title = `nobody knows whether attempt ${attempt} was sent`;
  const error: DeliveryError = { code: 'outcome_unknown', title, retryable: false };
  const at = now().toISOString();
  if (await announceUncertain(target.table, place, { at, error })) count('RepliesUncertain');
  return finish(target, place);
}
