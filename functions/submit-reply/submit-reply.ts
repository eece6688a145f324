import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { capabilitiesOf } from '#connectors/capabilities';
import { type ReplySettings, replyRulesOf } from '#connectors/reply-rules';
import type { FileLook } from '#shared/aws/objects/file-reader';
import { replyDeduplicationId, signalDeduplicationId } from '#shared/aws/queues/replies-queue';
import { replyHash, replyIdReused } from '#shared/aws/store/sending/reply-hash';
import { signalledMessage } from '#shared/aws/store/sending/signal-message';
import { validateStored } from '#shared/aws/store/sending/validate';
import { readConversation, readEntry, readItem, type Table } from '#shared/aws/store/table';
import { readReply, readSignal } from '#shared/command/read-command';
import { ConnectorError, type FailureCode, failures } from '#shared/errors';
import { bodyOf, json } from '#shared/http';
import { omitUndefined } from '#shared/json';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ReplyCommand, SignalCommand } from '#shared/model/reply';
import type { ReplyValidation } from '#shared/reply/check';
import { ReplyItem } from '#shared/table/items';
import { replyKey } from '#shared/table/keys';

export interface SubmitReplyDependencies {
  readonly table: Table;
  readonly settings: ReplySettings;
  /** Looks at the files that replies show. */
  readonly look: FileLook;
  readonly enqueue: (
    command: ReplyCommand | SignalCommand,
    deduplicationId: string,
  ) => Promise<void>;
  readonly now: () => Date;
}

/**
 * Takes a reply by HTTP: every problem that can be known is the answer to the caller, and nothing is queued then. 202
 * means queued and possible as far as is known; its outcome comes on the normalized queue.
 */
export function replySubmitter(dependencies: SubmitReplyDependencies) {
  return (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
    refusing(async () => {
      const command = readReply(bodyOf(event), conversationIn(event));
      if ('refusal' in command) return refusal(command.refusal.code, command.refusal.reasons);
      const { refusal: error, metadata } = await validateNow(dependencies, command);
      if (error) return refusal(codeOf(error), [error.title], error);
      await dependencies.enqueue(command, replyDeduplicationId(command));
      const { replyId, conversationId } = command;
      const { costWarning } = metadata ?? {};
      const warnings = costWarning === undefined ? {} : { warnings: [costWarning] };
      return json(202, { replyId, conversationId, status: 'queued', ...warnings });
    });
}

async function validateNow(
  { table, settings, look, now }: SubmitReplyDependencies,
  command: ReplyCommand,
): Promise<ReplyValidation> {
  const conversation = await readConversation(table, command.conversationId);
  const known = await readItem(table, ReplyItem, replyKey(command.caller, command.replyId), true);
  if (known) {
    const refusal = await refusalOfKnown(table, command, known);
    return refusal ? { refusal } : {};
  }
  const rules = replyRulesOf(settings, conversation);
  return validateStored({ table, look, now }, command, conversation, rules);
}

/** Repeats the refusal of a replyId that is known already, by either way. */
async function refusalOfKnown(
  table: Table,
  command: ReplyCommand,
  { contentHash, refusal: refused, sequence = 0 }: ReplyItem,
): Promise<DeliveryError | undefined> {
  if (contentHash !== replyHash(command)) return replyIdReused(command);
  if (refused) return refused.error;
  const entry = await readEntry(table, command.conversationId, sequence);
  return entry?.firstStatus === 'failed' ? entry.firstErrors?.[0] : undefined;
}

function codeOf({ code }: DeliveryError): FailureCode {
  return code in failures ? (code as FailureCode) : 'invalid_reply';
}

/**
 * Takes a typing indicator or read receipt by HTTP. One that cannot be shown is answered here and goes nowhere. 202
 * means queued; no event tells its outcome.
 */
export function signalSubmitter({ table, enqueue }: SubmitReplyDependencies) {
  return (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> =>
    refusing(async () => {
      const command = readSignal(bodyOf(event), conversationIn(event));
      if ('refusal' in command) return refusal(command.refusal.code, command.refusal.reasons);
      const { conversationId, signal } = command;
      const conversation = await readConversation(table, conversationId);
      await signalledMessage(
        table,
        conversation,
        capabilitiesOf(conversation.connector, conversation.channel),
        command,
      );
      const { requestId } = event.requestContext;
      await enqueue(command, signalDeduplicationId(conversationId, requestId));
      return json(202, { conversationId, signal, status: 'queued' });
    });
}

/** The conversation that the path names. */
function conversationIn({ pathParameters }: APIGatewayProxyEventV2): string {
  return pathParameters?.['id'] ?? '';
}

/**
 * Refuses a request: with the code of the rule, a reason for each problem, and what the error says beside its title:
 * the personal data that was found, and the other way to reach the customer.
 */
function refusal(
  code: FailureCode,
  reasons: readonly string[],
  { findings, advice }: Pick<DeliveryError, 'findings' | 'advice'> = {},
): APIGatewayProxyStructuredResultV2 {
  const body = { error: code, reasons, ...omitUndefined({ findings, advice }) };
  return json(failures[code].httpStatus, body);
}

/** Answers a problem that the caller can solve with its reason; an internal error goes on. */
async function refusing(
  work: () => Promise<APIGatewayProxyStructuredResultV2>,
): Promise<APIGatewayProxyStructuredResultV2> {
  try {
    return await work();
  } catch (fault) {
    if (!(fault instanceof ConnectorError) || failures[fault.code].httpStatus >= 500) throw fault;
    return refusal(fault.code, [fault.message]);
  }
}
