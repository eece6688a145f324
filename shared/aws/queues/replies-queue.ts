import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { replyHash } from '#shared/aws/store/sending/reply-hash';
import { hashOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import type { ReplyCommand } from '#shared/model/reply';
import type { Queue } from './queue.ts';

/** A command about one conversation, with the fields that the queue needs. */
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

/** The characters that SQS takes in a group id. Each of our conversation ids fits; one from outside may not. */
const groupIdCharacters = /^[!-~]{1,128}$/;

function groupIdOf(conversationId: string): string {
  return groupIdCharacters.test(conversationId) ? conversationId : hashOf(conversationId);
}

/**
 * Gives the same reply the same id. The hash includes the conversation, because the local emulator deduplicates per
 * queue, SQS per group.
 */
export function replyDeduplicationId(command: ReplyCommand): string {
  return hashOf(command.conversationId, command.caller, command.replyId, replyHash(command));
}

/** The id of a read receipt or typing indicator. Each request has its own, because a second "typing" is meant too. */
export function signalDeduplicationId(conversationId: string, requestId: string): string {
  return hashOf('signal', conversationId, requestId);
}
