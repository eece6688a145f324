import { replyRulesOf } from '#connectors/reply-checks';
import { sendEvent } from '#shared/aws/publish/normalized-queue';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import { refusalEvent } from '#shared/aws/publish/refusal';
import { appendReply, replyHash } from '#shared/aws/store/accept';
import { consentedVerdict } from '#shared/aws/store/consent';
import { recordRefusal } from '#shared/aws/store/refuse';
import { readMeta } from '#shared/aws/store/table';
import { ConnectorError, type FailureCode } from '#shared/errors';
import { failpoint } from '#shared/failpoint';
import { hashOf } from '#shared/ids';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ReplyCommand } from '#shared/model/reply';
import { verdictOn } from '#shared/reply-check';
import { acceptSignal } from './accept-signal.ts';
import { readCommand, type UnreadableCommand } from './read-command.ts';

export interface AcceptReplyDependencies {
  readonly target: PublishTarget;
  readonly now: () => Date;
}

/**
 * Takes one reply command: checks what can be known now, appends the outbound message, publishes it (which also
 * asks for it to be sent). A sign of reading or typing is passed on and kept nowhere. What cannot be accepted is
 * answered on the normalized queue by `message.failed` with a code; a command never crashes its consumer. `queueId`
 * names a command that has no replyId of its own.
 */
export function replyAccepter(dependencies: AcceptReplyDependencies) {
  return async (body: string, queueId: string): Promise<void> => {
    const command = readCommand(body);
    if ('refusal' in command) return refuse(dependencies, command, queueId);
    try {
      if ('signal' in command) await acceptSignal(dependencies.target, command, queueId);
      else await accept(dependencies, command);
    } catch (fault) {
      const refusal = lastingRefusal(fault);
      if (!refusal) throw fault;
      await refuse(dependencies, { ...command, refusal, bodyHash: hashOf(body) }, queueId);
    }
  };
}

const lastingCodes: ReadonlySet<FailureCode> = new Set(['unknown_conversation', 'invalid_signal']);

/** What will be said again of the same command, however often it comes. */
function lastingRefusal(fault: unknown): DeliveryError | undefined {
  if (fault instanceof ConnectorError && lastingCodes.has(fault.code)) {
    return { code: fault.code, title: fault.message, retryable: false };
  }
  if (fault instanceof Error && fault.name === 'ValidationException') {
    return { code: 'invalid_reply', title: 'no entry can hold this content', retryable: false };
  }
  return undefined;
}

async function accept(dependencies: AcceptReplyDependencies, command: ReplyCommand): Promise<void> {
  const { target, now } = dependencies;
  const conversation = await readMeta(target.table, command.conversationId);
  const rules = replyRulesOf(conversation.connector, conversation.channel);
  const judged = verdictOn(command, conversation, rules, now());
  const verdict = await consentedVerdict(target.table, conversation, command, judged);
  const { refusal } = verdict;
  const { outcome, meta, entry } = await appendReply(
    target.table,
    command,
    verdict,
    now().toISOString(),
  );
  failpoint('accept.afterStore');
  if (outcome === 'accepted' && !refusal) count('RepliesAccepted', meta.connector);
  if (refusal) count('RepliesRefused', meta.connector);
  logger.info('reply handled', { conversationId: meta.id, outcome, refused: refusal?.code ?? '' });
  if (outcome === 'conflict') {
    const title = `replyId ${command.replyId} already stands for another reply`;
    const error: DeliveryError = { code: 'reply_id_reused', title, retryable: false };
    return refuse(dependencies, { ...command, refusal: error }, command.replyId);
  }
  if (entry) await publish(target, meta, entry);
  failpoint('accept.afterPublish');
}

/** Recorded before it is published, so that a repeat is answered with the same event. */
async function refuse(
  { target, now }: AcceptReplyDependencies,
  command: UnreadableCommand | (ReplyCommand & { refusal: DeliveryError }),
  queueId: string,
): Promise<void> {
  const { caller = 'default', replyId, conversationId, refusal } = command;
  const contentHash = 'content' in command ? replyHash(command) : command.bodyHash;
  const identity = replyId ?? queueId;
  const recorded = await recordRefusal(target.table, caller, identity, contentHash, {
    error: refusal,
    occurredAt: now().toISOString(),
    ...(replyId === undefined ? {} : { replyId }),
    ...(conversationId === undefined ? {} : { conversationId }),
  });
  count('RepliesRefused');
  logger.warn('reply refused', { code: recorded.error.code });
  await sendEvent(target.normalized, refusalEvent(caller, identity, contentHash, recorded));
}
