import * as z from 'zod';
import { replyRulesOf } from '#connectors/reply-rules';
import { passOn } from '#shared/aws/publish/release';
import { readQueueBody } from '#shared/aws/queues/queue';
import { validateConsented } from '#shared/aws/store/contacts/consent';
import { suppressedAmong } from '#shared/aws/store/contacts/suppressed';
import { markDue } from '#shared/aws/store/due/check-due';
import { mayFallBack, overtakenError, switchToFallback } from '#shared/aws/store/sending/lease';
import { recordFailed, recordUncertain } from '#shared/aws/store/sending/record-outcome';
import { readState } from '#shared/aws/store/state';
import { readConversation, readEntry } from '#shared/aws/store/table';
import { omitUndefined } from '#shared/json';
import { logger } from '#shared/logger';
import type { DeliveryError } from '#shared/model/delivery-status';
import { SendCommand, SendSignal } from '#shared/model/send-command';
import { type ReplyValidation, validateReply } from '#shared/reply/check';
import { toldRecipients } from '#shared/reply/recipients';
import { RetryLater, type WaitForSlot } from '#shared/retry-later';
import { withState } from '#shared/table/entry';
import type { EntryState } from '#shared/table/state';
import { attemptPart } from './attempt.ts';
import { contentOf } from './content.ts';
import {
  finish,
  isoAfter,
  type Outbound,
  placeOf,
  publishPending,
  type SendDependencies,
  tooLate,
} from './outbound.ts';
import { prepare } from './prepare.ts';
import {
  awaitEarlierPart,
  awaitProvider,
  awaitRateLimit,
  type Given,
  waitBehind,
} from './rate-limit.ts';
import { reconcile } from './reconcile.ts';
import { type Route, routeOf } from './route.ts';
import { showSignal } from './signal.ts';
import { lookUpStatus } from './status-look-up.ts';

const Command = z.union([SendSignal, SendCommand]);

/** Most commands are received once; one that waits for its account, or for a slow provider, a few times. */
const worryingReceives = 10;
/** Longer than a command stays away between two receives, so that the sweep looks only when it comes no more. */
const lookAfterSeconds = 900;

/**
 * Takes one reply as far as it can go: take the lease of a part, make one HTTP attempt, record its outcome, publish;
 * part after part. What state it finds decides what it does, so a redelivery after any crash goes on where the last one
 * died and never sends a part again whose outcome is not surely "not sent".
 *
 * A typing indicator or read receipt comes the same way, in the same order, and is tried once (signal.ts).
 *
 * Throws `RetryLater` when the reply must wait for a short time; the queue keeps the conversation's later replies
 * behind it. A reply that must wait longer leaves the queue (turn.ts) and is released later. `reserved` is the slot
 * that the batch has reserved for this command.
 */
export function replySender(dependencies: SendDependencies) {
  return async (body: string, received = 1, reserved?: Given): Promise<void> => {
    const command = Command.parse(readQueueBody(body));
    if ('signal' in command) return showSignal(dependencies, command);
    if (received >= worryingReceives) await beLookedAfter(dependencies, command);
    const journey: Journey = { given: givenBy(command) ?? reserved };
    while ((await takeStep(dependencies, command, journey)) === 'again');
  };
}

/**
 * Takes on a command behind one of its group that waits for its slot on the queue. True when it waits in `due` from now
 * on, and its queue message is done.
 */
export function replyWaiter(dependencies: SendDependencies) {
  return async (body: string, first: WaitForSlot, reserved?: Given): Promise<boolean> => {
    const command = Command.parse(readQueueBody(body));
    if ('signal' in command) return false;
    const outbound = await read(dependencies, command.conversationId, command.sequence);
    if (!outbound) return false;
    await publishPending(dependencies.target, outbound, outbound.entry);
    return waitBehind(dependencies, outbound, first.slotMs, givenBy(command) ?? reserved);
  };
}

/** The state kept between the steps of one command. */
interface Journey {
  /** The slot that no attempt has used up yet. */
  given: Given | undefined;
  /** The reply as its last attempt has left it: nothing is read again then. */
  next?: Outbound | undefined;
}

/** The rest of the work for a command: the next step, nothing, or nothing while its reply waits in `due`. */
type Step = 'again' | 'done' | 'parked';

function givenBy({ slotAt }: SendCommand): Given | undefined {
  return slotAt === undefined ? undefined : { slotMs: Date.parse(slotAt) };
}

/** A command that comes back so often may die: the sweep finds its reply then. On the good path it costs nothing. */
async function beLookedAfter({ target, now }: SendDependencies, place: SendCommand): Promise<void> {
  const state = await readState(target.table, place);
  if (state) await markDue(target.table, place, state, isoAfter(now(), lookAfterSeconds));
}

async function read(
  { target }: SendDependencies,
  conversationId: string,
  sequence: number,
): Promise<Outbound | undefined> {
  const [conversation, entry] = await Promise.all([
    readConversation(target.table, conversationId),
    readEntry(target.table, conversationId, sequence),
  ]);
  if (!entry?.delivery) {
    logger.error('no such reply', { conversationId, sequence });
    return undefined;
  }
  return { conversation, entry: { ...entry, delivery: entry.delivery } };
}

async function takeStep(
  dependencies: SendDependencies,
  { conversationId, sequence }: SendCommand,
  journey: Journey,
): Promise<Step> {
  const outbound = journey.next ?? (await read(dependencies, conversationId, sequence));
  journey.next = undefined;
  if (!outbound) return 'done';
  const step = await advance(dependencies, outbound, journey);
  if (step === 'done') await passOn(dependencies, outbound.conversation, sequence);
  return step;
}

/** One step of the state machine. */
async function advance(
  dependencies: SendDependencies,
  outbound: Outbound,
  journey: Journey,
): Promise<Step> {
  const { target } = dependencies;
  switch (outbound.entry.delivery.state) {
    case 'sent':
      await finish(target, outbound);
      if (outbound.entry.duePk !== undefined) await lookUpStatus(dependencies, outbound);
      return 'done';
    case 'failed':
      await finish(target, outbound);
      return 'done';
    case 'uncertain':
      return (await reconcile(dependencies, outbound)) ? 'done' : 'again';
    case 'sending':
      return resumeAfterCrash(dependencies, outbound);
    case 'accepted':
      return sendNext(dependencies, outbound, journey);
  }
}

/**
 * Handles a part whose lease was taken and whose outcome was never recorded. While the lease runs its sender may be
 * alive; after it the outcome is unknown.
 */
async function resumeAfterCrash(
  { target, now, reconcileAfterSeconds }: SendDependencies,
  outbound: Outbound,
): Promise<Step> {
  const { entry } = outbound;
  const leftMs = Date.parse(entry.delivery.leaseUntil ?? '') - now().getTime();
  if (leftMs > 0) throw new RetryLater(leftMs / 1000, 'the claim of another attempt is running');
  const lookAfterAt = isoAfter(now(), reconcileAfterSeconds);
  await recordUncertain(target.table, placeOf(outbound), entry, { lookAfterAt });
  return 'again';
}

async function sendNext(
  dependencies: SendDependencies,
  outbound: Outbound,
  journey: Journey,
): Promise<Step> {
  const { target, now } = dependencies;
  const { entry } = outbound;
  await publishPending(target, outbound, entry);
  const late = tooLate(outbound, now());
  if (late) return fail(dependencies, outbound, late);
  awaitEarlierPart(dependencies, outbound);
  const waited = await awaitProvider(dependencies, outbound);
  if (waited !== 'now') return waited === 'parked' ? 'parked' : 'again';
  const turn = await awaitRateLimit(dependencies, outbound, journey.given);
  if (turn === 'parked') return 'parked';
  if (turn === 'moved') return 'again';
  journey.given = turn;
  const route = await routeOf(dependencies, outbound);
  const validation = await validateNow(dependencies, outbound, route);
  if (validation.refusal) return fail(dependencies, outbound, validation.refusal);
  if (validation.usesFallback) {
    await switchToFallback(target.table, placeOf(outbound), entry);
    return 'again';
  }
  const prepared = await prepare(dependencies, outbound, route);
  if (prepared?.isOvertaken) return fail(dependencies, outbound, overtakenError);
  journey.given = undefined;
  const sent = prepared && (await attemptPart(dependencies, outbound, prepared, turn));
  journey.next = afterAttempt(outbound, sent);
  return 'again';
}

/**
 * The reply with the state that its attempt has left. Undefined where it has to be read again: the state is not known, or
 * the cursor of the conversation may have passed the reply since.
 */
function afterAttempt(
  { conversation, entry }: Outbound,
  state: EntryState | undefined,
): Outbound | undefined {
  const { delivery } = state ?? {};
  if (!state || !delivery || conversation.published < entry.sequence) return undefined;
  return { conversation, entry: { ...withState(entry, state), delivery } };
}

async function fail(
  { target, now }: SendDependencies,
  outbound: Outbound,
  error: DeliveryError,
): Promise<'again'> {
  await recordFailed(target.table, placeOf(outbound), { error, at: now().toISOString() });
  return 'again';
}

/** Asked again just before sending: a window may have closed since, or the customer may have stopped marketing. */
async function validateNow(
  { target, accounts, archiveBucket, now }: SendDependencies,
  { conversation, entry }: Outbound,
  { target: { inReplyToProviderMessageId, lastInboundProviderMessageId } }: Route,
): Promise<ReplyValidation> {
  const rules = replyRulesOf({ accounts, archiveBucket }, conversation);
  const fallbackTemplate = mayFallBack(entry) ? entry.reply?.fallbackTemplate : undefined;
  const { purpose, sendAt } = entry.reply ?? {};
  const reply = { content: contentOf(entry), fallbackTemplate, purpose, sendAt };
  const answered = { inReplyToProviderMessageId, lastInboundProviderMessageId };
  const recipients = toldRecipients(entry.message);
  const route = { ...conversation, recipients, ...omitUndefined(answered) };
  const validation = validateReply({ ...reply, isTaken: true }, route, rules, now());
  const consented = await validateConsented(target.table, conversation, reply, rules, validation);
  if (consented.refusal || !conversation.participants) return consented;
  const refusal = await suppressedAmong(target.table, conversation, route.recipients);
  return refusal ? { refusal } : consented;
}
