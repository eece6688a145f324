import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { derivedId, messageIdOf } from '#shared/ids';
import type { SendCommand, SendSignal } from '#shared/model/send-command';
import { queueBody } from '#shared/queue-message';
import type { Queue } from './normalized-queue.ts';

/**
 * Asks for one reply to be sent, or to be looked up where an attempt is uncertain. Replies of one conversation are one
 * group and go out in order. `occasion` keeps a request apart from earlier ones of the same reply within the five
 * minutes of FIFO deduplication; the claim in the table is what makes a reply go out once.
 */
export async function requestSend(
  queue: Queue,
  command: SendCommand,
  occasion = '0',
): Promise<void> {
  await queue.client.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: queueBody(command),
      MessageGroupId: command.conversationId,
      MessageDeduplicationId: `${messageIdOf(command.conversationId, command)}.${occasion}`,
    }),
  );
}

/**
 * Asks for a sign to be shown, in its turn among the replies: dots that come after the answer would stay. `id` names
 * the command, so that the same one asked for twice is shown once, and the next one is shown too.
 */
export async function requestSignal(queue: Queue, signal: SendSignal, id: string): Promise<void> {
  await queue.client.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: queueBody(signal),
      MessageGroupId: signal.conversationId,
      MessageDeduplicationId: derivedId('signal', id),
    }),
  );
}
