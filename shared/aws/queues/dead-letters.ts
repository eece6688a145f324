import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Queue } from './queue.ts';

/** One message of a dead-letter queue, hidden from other readers until its visibility timeout ends. */
export interface DeadLetter {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly sentAt: Date;
}

/** Longer than the timeout of any function that reads them. */
const hiddenSeconds = 90;

/** Receives up to ten messages, the oldest of each group first. */
export async function receiveDead({ client, url }: Queue): Promise<DeadLetter[]> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: hiddenSeconds,
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  return Messages.map(({ MessageId = '', ReceiptHandle = '', Body = '', Attributes }) => ({
    messageId: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    sentAt: new Date(Number(Attributes?.SentTimestamp ?? 0)),
  }));
}

export async function deleteDead({ client, url }: Queue, letter: DeadLetter): Promise<void> {
  const { receiptHandle: ReceiptHandle } = letter;
  await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle }));
}

/** Returns messages to the queue, for an operator to see. The newest first: each goes to the front of its group. */
export async function releaseDead(
  { client, url }: Queue,
  letters: readonly DeadLetter[],
): Promise<void> {
  for (const { receiptHandle: ReceiptHandle } of letters.toReversed()) {
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 }),
    );
  }
}
