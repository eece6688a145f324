import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { canonicalJson } from '#shared/canonical-json';
import { messageIdOf } from '#shared/ids';
import type { SendCommand } from '#shared/model/send-command';
import type { Queue } from './normalized-queue.ts';

/**
 * Asks for one reply to be sent. Replies of one conversation are one group and go out in order. `attempt` keeps a
 * repeated request apart from the first within the five minutes of FIFO deduplication; the claim in the table is
 * what makes a reply go out once.
 */
export async function requestSend(queue: Queue, command: SendCommand, attempt = 0): Promise<void> {
  await queue.client.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: canonicalJson(command),
      MessageGroupId: command.conversationId,
      MessageDeduplicationId: `${messageIdOf(command.conversationId, command.sequence)}.${attempt}`,
    }),
  );
}
