import * as z from 'zod';
import { replyRulesOf } from '#connectors/reply-checks';
import { consentedVerdict } from '#shared/aws/store/consent';
import { mayFallBack, switchToFallback } from '#shared/aws/store/fallback';
import { markDue } from '#shared/aws/store/look-after';
import { overtakenError } from '#shared/aws/store/overtaken';
import { settleFailed, settleUncertain } from '#shared/aws/store/settle';
import { readState } from '#shared/aws/store/state';
import { readEntry, readMeta } from '#shared/aws/store/table';
import { logger } from '#shared/logger';
import type { DeliveryError } from '#shared/model/delivery-status';
import { SendCommand, SendSignal } from '#shared/model/send-command';
import { readQueueBody } from '#shared/queue-message';
import { type Verdict, verdictOn } from '#shared/reply-check';
import { RetryLater } from '#shared/retry-later';
import { attemptPart } from './attempt.ts';
import { finish } from './finish.ts';
import { type Outbound, placeOf, type SendDependencies, secondsFrom } from './outbound.ts';
import { prepare } from './prepare.ts';
import { reconcile } from './reconcile.ts';
import { contentOf } from './route.ts';
import { showSignal } from './signal.ts';

const Command = z.union([SendSignal, SendCommand]);

/** An answer that could not be handed over for a day is worse than none: the agent is told instead. */
const giveUpAfterSeconds = 86_400;

/** Most commands are received once; one that waits for its account, or for a slow provider, a few times. */
const worryingReceives = 10;
/** Longer than a command stays away between two receives, so that the sweep looks only when it comes no more. */
const lookAfterSeconds = 900;

/**
 * Takes one reply as far as it can go: claim a part, one HTTP attempt, record what came of it, publish; part after
 * part. What state it finds decides what it does, so a redelivery after any crash goes on where the last one died
 * and never sends a part again whose outcome is not surely "not sent".
 *
 * A sign of reading or typing comes the same way, in its turn, and is tried once (signal.ts).
 *
 * Throws `RetryLater` when the reply must wait; the queue keeps the conversation's later replies behind it.
 */
export function replySender(dependencies: SendDependencies) {
  return async (body: string, received = 1): Promise<void> => {
    const command = Command.parse(readQueueBody(body));
    if ('signal' in command) return showSignal(dependencies, command);
    const { conversationId, sequence } = command;
    if (received >= worryingReceives) await beLookedAfter(dependencies, command);
    for (;;) {
      const outbound = await read(dependencies, conversationId, sequence);
      if (!outbound || (await advance(dependencies, outbound))) return;
    }
  };
}

/** A command that comes back so often may die: the sweep finds its reply then. On the good path it costs nothing. */
async function beLookedAfter({ target, now }: SendDependencies, place: SendCommand): Promise<void> {
  const state = await readState(target.table, place);
  if (state) await markDue(target.table, place, state, secondsFrom(now(), lookAfterSeconds));
}

async function read(
  { target }: SendDependencies,
  conversationId: string,
  sequence: number,
): Promise<Outbound | undefined> {
  const meta = await readMeta(target.table, conversationId);
  const entry = await readEntry(target.table, conversationId, sequence);
  if (!entry?.delivery) {
    logger.error('no such reply', { conversationId, sequence });
    return undefined;
  }
  return { meta, entry: { ...entry, delivery: entry.delivery } };
}

/** One step of the state machine. Resolves with true when nothing is left for this message to do. */
async function advance(dependencies: SendDependencies, outbound: Outbound): Promise<boolean> {
  const { target } = dependencies;
  switch (outbound.entry.delivery.state) {
    case 'sent':
    case 'failed':
      await finish(target, outbound);
      return true;
    case 'uncertain':
      return reconcile(dependencies, outbound);
    case 'sending':
      return resumeAfterCrash(dependencies, outbound);
    case 'accepted':
      return sendNext(dependencies, outbound);
  }
}

/** Somebody claimed and never recorded. While the lease runs he may be alive; after it the outcome is unknown. */
async function resumeAfterCrash(
  { target, now, reconcileAfterSeconds }: SendDependencies,
  outbound: Outbound,
): Promise<boolean> {
  const { entry } = outbound;
  const leftMs = Date.parse(entry.delivery.leaseUntil ?? '') - now().getTime();
  if (leftMs > 0) throw new RetryLater(leftMs / 1000, 'the claim of another attempt is running');
  const lookAfterAt = secondsFrom(now(), reconcileAfterSeconds);
  await settleUncertain(target.table, placeOf(outbound), entry, { lookAfterAt });
  return false;
}

async function sendNext(dependencies: SendDependencies, outbound: Outbound): Promise<boolean> {
  const { target, now } = dependencies;
  const { meta, entry } = outbound;
  const waitMs = Date.parse(entry.delivery.notBefore ?? '') - now().getTime();
  if (waitMs > 0) throw new RetryLater(waitMs / 1000, 'the provider asked to wait');
  const verdict = await verdictNow(dependencies, outbound);
  const refusal = tooLate(outbound, now()) ?? verdict.refusal;
  if (!refusal && verdict.usesFallback) {
    await switchToFallback(target.table, placeOf(outbound), entry);
    return false;
  }
  if (refusal) {
    const failure = { error: refusal, at: now().toISOString() };
    await settleFailed(target.table, placeOf({ meta, entry }), failure);
    return false;
  }
  const prepared = await prepare(dependencies, outbound);
  if (prepared?.isOvertaken) {
    const failure = { error: overtakenError, at: now().toISOString() };
    await settleFailed(target.table, placeOf(outbound), failure);
    return false;
  }
  if (prepared) await attemptPart(dependencies, outbound, prepared);
  return false;
}

/** Asked again just before sending: a window may have closed since, or the customer may have stopped marketing. */
async function verdictNow(
  { target, accounts, archiveBucket, now }: SendDependencies,
  { meta, entry }: Outbound,
): Promise<Verdict> {
  const rules = replyRulesOf({ accounts, archiveBucket }, meta);
  const fallbackTemplate = mayFallBack(entry) ? entry.reply?.fallbackTemplate : undefined;
  const reply = { content: contentOf(entry), fallbackTemplate };
  return consentedVerdict(target.table, meta, reply, verdictOn(reply, meta, rules, now()));
}

function tooLate({ entry }: Outbound, now: Date): DeliveryError | undefined {
  const { part } = entry.delivery;
  const acceptedAt = Date.parse(entry.message?.receivedAt ?? '');
  if (part > 0 || now.getTime() - acceptedAt < giveUpAfterSeconds * 1000) return undefined;
  const title = 'the provider did not take it for a day';
  return { code: 'not_sent_in_time', title, retryable: true };
}
