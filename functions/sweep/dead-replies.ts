import type { PublishTarget } from '#shared/aws/publish/publish';
import { refusalEvent } from '#shared/aws/publish/refusal';
import {
  type DeadLetter,
  deleteDead,
  receiveDead,
  releaseDead,
} from '#shared/aws/queues/dead-letters';
import { type Queue, sendEvent } from '#shared/aws/queues/queue';
import { hasAcceptedSince } from '#shared/aws/store/sending/lease';
import {
  placeOfRefusal,
  type Refusal,
  recordNotAccepted,
  recordRefusal,
} from '#shared/aws/store/sending/refuse';
import { replyHash } from '#shared/aws/store/sending/reply-hash';
import { hashOf } from '#shared/ids';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ReplyCommand } from '#shared/model/reply';
import { type DeadCommand, readDeadCommand } from './dead-command.ts';

export interface DeadRepliesDependencies {
  readonly target: PublishTarget;
  readonly deadReplies: Queue;
  readonly now: () => Date;
}

/** One run takes on so many; the next comes a minute later. */
const lettersPerRun = 100;
/** The time in which an operator may still redrive a command that nothing has overtaken. */
const answerAfterSeconds = 3600;

const notAccepted: DeliveryError = {
  code: 'not_accepted',
  title: 'a fault of ours kept it from being accepted; send it again under a new replyId',
  retryable: true,
};

/**
 * Answers commands that died on the replies queue with `message.failed`, each once: as soon as later replies of the
 * conversation have been accepted, and after an hour in any case. Until then a command stays where it is, so that it
 * can be redriven; an answered one leaves the queue. Resolves with how many were answered, and how many could not be.
 */
export async function answerDeadReplies(
  dependencies: DeadRepliesDependencies,
  hasTime: () => boolean,
): Promise<{ readonly done: number; readonly failed: number }> {
  const outcomes = new Map<DeadLetter, Outcome>();
  const which = (...wanted: readonly Outcome[]) =>
    [...outcomes].filter(([, outcome]) => wanted.includes(outcome)).map(([letter]) => letter);
  try {
    while (outcomes.size < lettersPerRun && hasTime()) {
      const letters = await receiveDead(dependencies.deadReplies);
      if (letters.length === 0) break;
      for (const letter of letters) outcomes.set(letter, await takeOn(dependencies, letter));
    }
  } finally {
    await releaseDead(dependencies.deadReplies, which('kept', 'failed'));
  }
  return { done: which('answered').length, failed: which('failed').length };
}

type Outcome = 'answered' | 'kept' | 'failed';

async function takeOn(dependencies: DeadRepliesDependencies, letter: DeadLetter): Promise<Outcome> {
  try {
    const command = readDeadCommand(letter.body);
    if (!(await isDue(dependencies, letter, command))) return 'kept';
    const told = await answer(dependencies, letter, command);
    await deleteDead(dependencies.deadReplies, letter);
    logger.warn('dead command answered', { messageId: letter.messageId, told });
    return 'answered';
  } catch (fault) {
    const name = fault instanceof Error ? fault.name : 'unknown';
    logger.error('dead command not answered', { messageId: letter.messageId, name });
    return 'failed';
  }
}

async function isDue(
  { target, now }: DeadRepliesDependencies,
  { sentAt }: DeadLetter,
  { conversationId }: DeadCommand,
): Promise<boolean> {
  if (now().getTime() - sentAt.getTime() >= answerAfterSeconds * 1000) return true;
  if (conversationId === undefined) return false;
  return hasAcceptedSince(target.table, conversationId, sentAt);
}

/** Resolves with the code that was told; empty where no answer was due. */
async function answer(
  dependencies: DeadRepliesDependencies,
  { messageId, body }: DeadLetter,
  { kind, reply, caller = 'default', replyId, conversationId }: DeadCommand,
): Promise<string> {
  // No event tells the outcome of a typing indicator or read receipt.
  if (kind === 'signal') return '';
  const refusal: Refusal = {
    error: notAccepted,
    occurredAt: dependencies.now().toISOString(),
    ...(replyId === undefined ? {} : { replyId }),
    ...(await placeOfRefusal(dependencies.target.table, conversationId)),
  };
  if (reply) return answerReply(dependencies, reply, refusal);
  return tell(dependencies, {
    caller,
    identity: replyId ?? messageId,
    hash: hashOf(body),
    refusal,
  });
}

/** Takes the replyId first: from then on this reply cannot be accepted any more, so what is told is true. */
async function answerReply(
  dependencies: DeadRepliesDependencies,
  reply: ReplyCommand,
  refusal: Refusal,
): Promise<string> {
  const { caller, replyId } = reply;
  const hash = replyHash(reply);
  const known = await recordNotAccepted(dependencies.target.table, reply, hash, refusal);
  if (known.contentHash !== hash) {
    const title = `replyId ${replyId} already stands for another reply`;
    const error: DeliveryError = { code: 'reply_id_reused', title, retryable: false };
    return tell(dependencies, { caller, identity: replyId, hash, refusal: { ...refusal, error } });
  }
  if (!known.refusal) return '';
  return publishRefusal(dependencies, { caller, identity: replyId, hash, refusal: known.refusal });
}

interface Answer {
  readonly caller: string;
  readonly identity: string;
  readonly hash: string;
  readonly refusal: Refusal;
}

/** Recorded before it is published, so that a repeat after a crash is the same event. */
async function tell(dependencies: DeadRepliesDependencies, answer: Answer): Promise<string> {
  const { caller, identity, hash } = answer;
  const { table } = dependencies.target;
  const refusal = await recordRefusal(table, caller, identity, hash, answer.refusal);
  return publishRefusal(dependencies, { ...answer, refusal });
}

async function publishRefusal(
  { target }: DeadRepliesDependencies,
  { caller, identity, hash, refusal }: Answer,
): Promise<string> {
  await sendEvent(target.normalized, refusalEvent(caller, identity, hash, refusal));
  count('RepliesNotAccepted');
  return refusal.error.code;
}
