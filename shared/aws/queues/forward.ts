import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import type { Queue } from './queue.ts';

/** Puts a message of one FIFO queue on another one as it is: with its group and its deduplication id. */
export async function forward({ client, url }: Queue, { body, attributes }: SQSRecord) {
  await client.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: body,
      MessageGroupId: attributes.MessageGroupId,
      MessageDeduplicationId: attributes.MessageDeduplicationId,
    }),
  );
}
