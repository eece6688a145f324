import {
  ChangeMessageVisibilityCommand,
  type Message,
  type MessageAttributeValue,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { type DeadLetterQueue, depthOf } from './queues.ts';

/** One message of a dead-letter queue, in our hands until its visibility timeout ends. */
export interface DeadMessage {
  readonly queue: DeadLetterQueue;
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  /** As SQS keeps them: group, receive count, times in milliseconds since 1970. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, MessageAttributeValue>>;
}

/**
 * The group within which a message keeps its order; undefined on a standard queue. There a group only shares the queue
 * out (`statuses`), and no order is kept.
 */
export function groupOf({ queue, attributes }: DeadMessage): string | undefined {
  return queue.source.endsWith('.fifo') ? attributes['MessageGroupId'] : undefined;
}

/**
 * Long enough to read or to move the messages received; a process that is killed meanwhile hides them for this long.
 */
const hiddenSeconds = 30;

/** Receives up to ten, the oldest of each group first. None only when there are none to be had now. */
export async function receive(queue: DeadLetterQueue): Promise<DeadMessage[]> {
  const { Messages = [] } = await queue.client.send(
    new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: hiddenSeconds,
      // A short poll asks a few of SQS's servers only, and may find nothing where there is something.
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  );
  return Messages.map((message) => messageOf(queue, message));
}

function messageOf(
  queue: DeadLetterQueue,
  { MessageId, ReceiptHandle, Body, Attributes, MessageAttributes }: Message,
): DeadMessage {
  return {
    queue,
    messageId: MessageId ?? '',
    receiptHandle: ReceiptHandle ?? '',
    body: Body ?? '',
    attributes: { ...Attributes },
    messageAttributes: { ...MessageAttributes },
  };
}

/** Makes messages visible to all readers again at once. The newest first: each goes to the front. */
export async function release(messages: readonly DeadMessage[]): Promise<void> {
  for (const { queue, receiptHandle } of messages.toReversed()) {
    await queue.client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queue.url,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: 0,
      }),
    );
  }
}

/**
 * The oldest messages of a queue, at most so many; all of them are back on it when this resolves. SQS has no other
 * way to look: of a FIFO group it shows as many as one receive gives, on the local stack the oldest one.
 */
export async function peek(queue: DeadLetterQueue, max: number): Promise<DeadMessage[]> {
  const held: DeadMessage[] = [];
  const { waiting } = await depthOf(queue);
  try {
    while (held.length < Math.min(waiting, max)) {
      const messages = await receive(queue);
      held.push(...messages);
      if (messages.length === 0) break;
    }
    return held.slice(0, max);
  } finally {
    await release(held);
  }
}
