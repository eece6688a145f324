import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { canonicalJson } from '#shared/canonical-json';
import type { Event } from '#shared/model/event';

export interface Queue {
  readonly client: SQSClient;
  readonly url: string;
}

/**
 * Puts one event on `normalized.fifo`. One at a time, because entries of a batch succeed and fail each on its own,
 * and a later one that succeeds alone would overtake (reliability: finding 6).
 */
export async function sendEvent(queue: Queue, event: Event): Promise<void> {
  await queue.client.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: canonicalJson(event),
      MessageGroupId: event.partitionkey,
      MessageDeduplicationId: event.id,
      MessageAttributes: {
        type: { DataType: 'String', StringValue: event.type },
        ...(event.channel ? { channel: { DataType: 'String', StringValue: event.channel } } : {}),
        ...(event.account ? { account: { DataType: 'String', StringValue: event.account } } : {}),
      },
    }),
  );
}
