import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import type { Queue } from '#shared/aws/publish/queues';

/** One message of a dead-letter queue, in our hands until its visibility timeout ends. */
export interface DeadLetter {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly sentAt: Date;
}

/** Longer than a function that reads them may live. */
const hiddenSeconds = 90;

/** Receives up to ten, the oldest of each group first. */
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

/** Gives letters back, for an operator to see. The newest first: each goes to the front of its group. */
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
