import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { BatchEntry } from '#shared/aws/queues/send-batches';
import { canonicalJson } from '#shared/canonical-json';
import type { Event } from '#shared/model/event';

export interface Queue {
  readonly client: SQSClient;
  readonly url: string;
  /** Puts one event together with those of other publishers (gathering.ts); absent where each goes alone. */
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
