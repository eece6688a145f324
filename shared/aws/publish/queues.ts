import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { BatchEntry } from '#shared/aws/queues/send-batches';
import { canonicalJson } from '#shared/canonical-json';
import { derivedId, messageIdOf } from '#shared/ids';
import type { Event } from '#shared/model/event';
import type { SendCommand, SendSignal } from '#shared/model/send-command';
import { queueBody } from '#shared/queue-message';

export interface Queue {
  readonly client: SQSClient;
  readonly url: string;
  /** Puts one event together with those of other publishers (`gathering`); absent where each goes alone. */
  readonly put?: (entry: BatchEntry) => Promise<void>;
}

/**
 * Puts one event on `normalized.fifo`, and resolves when it is there. A publisher puts one at a time, because entries of
 * a batch succeed and fail each on its own, and a later one that succeeds alone would overtake.
 */
export async function sendEvent({ client, url, put }: Queue, event: Event): Promise<void> {
  const entry = entryOf(event);
  if (put) return put(entry);
  await client.send(new SendMessageCommand({ QueueUrl: url, ...entry }));
}

function entryOf(event: Event) {
  return {
    MessageBody: canonicalJson(event),
    MessageGroupId: event.partitionkey,
    MessageDeduplicationId: event.id,
    MessageAttributes: {
      type: { DataType: 'String', StringValue: event.type },
      ...(event.channel ? { channel: { DataType: 'String', StringValue: event.channel } } : {}),
      ...(event.account ? { account: { DataType: 'String', StringValue: event.account } } : {}),
    },
  };
}

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
