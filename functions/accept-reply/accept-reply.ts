import { capabilitiesOf } from '#connectors/capabilities';
import { type ReplySettings, replyRulesOf } from '#connectors/reply-rules';
import type { FileLook } from '#shared/aws/objects/file-reader';
import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import { refusalEvent } from '#shared/aws/publish/refusal';
import { requestSignal, sendEvent } from '#shared/aws/queues/queue';
import { appendReply } from '#shared/aws/store/sending/accept';
import { placeOfRefusal, recordRefusal } from '#shared/aws/store/sending/refuse';
import { replyHash, replyIdReused } from '#shared/aws/store/sending/reply-hash';
import { signalledMessage } from '#shared/aws/store/sending/signal-message';
import { validateStored } from '#shared/aws/store/sending/validate';
import { readConversation } from '#shared/aws/store/table';
import { type RefusedCommand, readCommand } from '#shared/command/read-command';
import { ConnectorError, type FailureCode } from '#shared/errors';
import { failpoint } from '#shared/failpoint';
import { hashOf } from '#shared/ids';
import { logger } from '#shared/logger';
import { count } from '#shared/metrics';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ReplyCommand, SignalCommand } from '#shared/model/reply';

export interface AcceptReplyDependencies {
  readonly target: PublishTarget;
  readonly settings: ReplySettings;
  /** Looks at the files that replies show. */
  readonly look: FileLook;
  readonly now: () => Date;
}

/**
 * Takes one reply command: checks what can be known now, appends the outbound message, publishes it (which also asks
 * for it to be sent). A typing indicator or read receipt is passed on and not stored. A command that cannot be accepted
 * is answered on the normalized queue by `message.failed` with a code; it never crashes its consumer. `queueId` names a
 * command that has no replyId of its own.
 */
export function replyAccepter(dependencies: AcceptReplyDependencies) {
  return async (body: string, queueId: string): Promise<void> => {
    const command = readCommand(body);
    if ('refusal' in command) {
      return refuse(
        dependencies,
        { ...command, error: errorOf(command), hash: hashOf(body) },
        queueId,
      );
    }
    try {
      if ('signal' in command) await acceptSignal(dependencies.target, command, queueId);
      else await accept(dependencies, command);
    } catch (fault) {
      const error = lastingRefusal(fault);
      if (!error) throw fault;
      await refuse(dependencies, { ...command, error, hash: hashFor(command, body) }, queueId);
    }
  };
}

/** The limit of a title, in characters: people read no more. */
const maxCharacters = 500;

function errorOf({ refusal: { code, reasons } }: RefusedCommand): DeliveryError {
  const title = reasons.join('; ').slice(0, maxCharacters).toWellFormed();
  return { code, title, retryable: false };
}

/** Tells commands with the same replyId apart: a reply by what it says, anything else by its bytes. */
function hashFor(command: ReplyCommand | SignalCommand, body: string): string {
  return 'content' in command ? replyHash(command) : hashOf(body);
}

const lastingCodes: ReadonlySet<FailureCode> = new Set([
  ...(['unknown_conversation', 'invalid_signal', 'content_not_supported'] as const),
]);

/** The refusal that the same command will always get; undefined for a fault that may pass. */
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
  const { target, settings, look, now } = dependencies;
  const before = await readConversation(target.table, command.conversationId);
  const rules = replyRulesOf(settings, before);
  const validation = await validateStored(
    { table: target.table, look, now },
    command,
    before,
    rules,
  );
  const {
    outcome,
    conversation,
    entry,
    refusal: told,
  } = await appendReply(target.table, command, validation, now().toISOString());
  failpoint('accept.afterStore');
  // Another automatic reply may have taken the turn since the check.
  const refusal = validation.refusal ?? entry?.firstErrors?.[0];
  if (outcome === 'accepted' && !refusal) count('RepliesAccepted', conversation.connector);
  if (refusal) count('RepliesRefused', conversation.connector);
  logger.info('reply handled', {
    conversationId: conversation.id,
    outcome,
    refused: refusal?.code ?? '',
  });
  if (outcome === 'conflict') {
    const error = replyIdReused(command);
    return refuse(dependencies, { ...command, error, hash: replyHash(command) }, command.replyId);
  }
  if (told) {
    const event = refusalEvent(command.caller, command.replyId, replyHash(command), told);
    await sendEvent(target.normalized, event);
  }
  if (entry) await publish(target, conversation, entry);
  failpoint('accept.afterPublish');
}

/** A command that never becomes a message, with the address of its answer. */
interface Refused extends Pick<RefusedCommand, 'replyId' | 'conversationId' | 'caller'> {
  readonly error: DeliveryError;
  readonly hash: string;
}

/** Records the refusal before it is published, so that a repeat is answered with the same event. */
async function refuse(
  { target, now }: AcceptReplyDependencies,
  { caller = 'default', replyId, conversationId, error, hash }: Refused,
  queueId: string,
): Promise<void> {
  const identity = replyId ?? queueId;
  const recorded = await recordRefusal(target.table, caller, identity, hash, {
    error,
    occurredAt: now().toISOString(),
    ...(replyId === undefined ? {} : { replyId }),
    ...(await placeOfRefusal(target.table, conversationId)),
  });
  count('RepliesRefused');
  logger.warn('reply refused', { code: recorded.error.code });
  await sendEvent(target.normalized, refusalEvent(caller, identity, hash, recorded));
}

/**
 * Passes a typing indicator or read receipt on to the sender, in its order among the replies; nothing is stored. Throws
 * `unknown_conversation`, `content_not_supported` on a channel that has none, and `invalid_signal` where there is no
 * message of the customer that it could be about.
 */
async function acceptSignal(
  { table, outbound }: PublishTarget,
  command: SignalCommand,
  queueId: string,
): Promise<void> {
  const { conversationId, signal } = command;
  const conversation = await readConversation(table, conversationId);
  const capabilities = capabilitiesOf(conversation.connector, conversation.channel);
  const providerMessageId = await signalledMessage(table, conversation, capabilities, command);
  await requestSignal(outbound, { conversationId, signal, providerMessageId }, queueId);
  count('SignalsQueued', conversation.connector);
}
