import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { Queue } from '#shared/aws/publish/queues';
import { replyHash } from '#shared/aws/store/sending/accept';
import { canonicalJson } from '#shared/canonical-json';
import { hashOf } from '#shared/ids';
import type { ReplyCommand } from '#shared/model/reply';

/** A command about one conversation, as far as the queue has to know it. */
export interface Command {
  readonly conversationId: string;
  readonly [field: string]: unknown;
}

/**
 * Puts one command on `replies.fifo`, behind the earlier ones of its conversation. Within five minutes SQS drops a
 * second one with the same deduplication id.
 */
export async function enqueueCommand(
  { client, url }: Queue,
  command: Command,
  deduplicationId: string,
): Promise<void> {
  await client.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: canonicalJson(command),
      MessageGroupId: groupIdOf(command.conversationId),
      MessageDeduplicationId: deduplicationId,
    }),
  );
}

/** The characters that SQS takes in a group id. No conversation of ours has another id. */
const groupIdCharacters = /^[!-~]{1,128}$/;

function groupIdOf(conversationId: string): string {
  return groupIdCharacters.test(conversationId) ? conversationId : hashOf(conversationId);
}

/**
 * The same reply has the same id. The hash holds the conversation, because the local emulator deduplicates per queue
 * where SQS does per group.
 */
export function replyDeduplicationId(command: ReplyCommand): string {
  return hashOf(command.conversationId, command.caller, command.replyId, replyHash(command));
}

/** Of a sign of reading or typing: each request is one of its own, because the second "typing" is meant too. */
export function signalDeduplicationId(conversationId: string, requestId: string): string {
  return hashOf('signal', conversationId, requestId);
}
