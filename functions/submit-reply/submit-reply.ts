import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { replyRulesOf } from '#connectors/reply-checks';
import { type Command, replyDeduplicationId } from '#shared/aws/replies-queue';
import { replyHash } from '#shared/aws/store/accept';
import { consentedVerdict } from '#shared/aws/store/consent';
import { readEntry, readItem, readMeta, type Table } from '#shared/aws/store/table';
import { canonicalJson } from '#shared/canonical-json';
import { type FailureCode, failures } from '#shared/errors';
import { json } from '#shared/http';
import { hashOf } from '#shared/ids';
import type { DeliveryError } from '#shared/model/delivery-status';
import { ReplyCommand } from '#shared/model/reply';
import { verdictOn } from '#shared/reply-check';
import { ReplyItem } from '#shared/table/items';
import { replyKey } from '#shared/table/keys';
import { postedCommand } from './posted-command.ts';

export interface SubmitReplyDependencies {
  readonly table: Table;
  readonly enqueue: (command: Command, deduplicationId: string) => Promise<void>;
  readonly now: () => Date;
}

/**
 * Takes a reply by HTTP: tells the caller at once what is wrong with it, and puts the command on the replies queue
 * either way, so that both ways of replying are one and the helpdesk's queue shows every refusal too. 202 means
 * queued, nothing more: what becomes of it comes on the normalized queue.
 */
export function replySubmitter(dependencies: SubmitReplyDependencies) {
  return async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const command = postedCommand(event);
    const reply = ReplyCommand.safeParse(command);
    const deduplicationId = reply.success
      ? replyDeduplicationId(reply.data)
      : hashOf(canonicalJson(command));
    await dependencies.enqueue(command, deduplicationId);
    if (!reply.success) {
      const reasons = reply.error.issues.map(
        ({ path, message }) => `${path.join('.')}: ${message}`,
      );
      return json(400, { error: 'invalid_reply', reasons });
    }
    const refusal = await refusalNow(dependencies, reply.data);
    if (refusal) return json(failures[refusal.code].httpStatus, refusal.body);
    const { replyId, conversationId } = reply.data;
    return json(202, { replyId, conversationId, status: 'queued' });
  };
}

interface Refusal {
  readonly code: FailureCode;
  readonly body: Record<string, unknown>;
}

async function refusalNow(
  { table, now }: SubmitReplyDependencies,
  command: ReplyCommand,
): Promise<Refusal | undefined> {
  const conversation = await readMeta(table, command.conversationId);
  const known = await readItem(table, ReplyItem, replyKey(command.caller, command.replyId), true);
  if (known) {
    const same = known.contentHash === replyHash(command);
    if (!same) return { code: 'reply_id_reused', body: { error: 'reply_id_reused' } };
    if (known.refusal) return refusalBy(known.refusal.error);
    // The queue's consumer may have been faster than this answer: what it refused is refused here too.
    const entry = await readEntry(table, conversation.id, known.sequence ?? 0);
    return entry?.firstStatus === 'failed' ? refusalBy(entry.firstErrors?.[0]) : undefined;
  }
  const rules = replyRulesOf(conversation.connector, conversation.channel);
  const judged = verdictOn(command, conversation, rules, now());
  return refusalBy((await consentedVerdict(table, conversation, command, judged)).refusal);
}

function refusalBy(error: DeliveryError | undefined): Refusal | undefined {
  if (!error) return undefined;
  const code = error.code in failures ? (error.code as FailureCode) : 'invalid_reply';
  return { code, body: { error: error.code, reasons: [error.title] } };
}
