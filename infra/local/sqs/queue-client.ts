import * as z from 'zod';
import { callJson } from '#infra/local/emulators/aws-call';

const MessageAttribute = z.looseObject({
  DataType: z.string(),
  StringValue: z.string().optional(),
  BinaryValue: z.string().optional(),
});

export const QueueMessage = z.looseObject({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z.record(z.string(), MessageAttribute).default({}),
});
export type QueueMessage = z.infer<typeof QueueMessage>;

const Received = z.looseObject({ Messages: z.array(QueueMessage).default([]) });

/** SQS takes ten entries at a time. */
const maxEntries = 10;

/** One queue, as an event source needs it. */
export interface QueueClient {
  /** Waits for messages, up to 20 seconds unless told otherwise, or until the signal. */
  readonly receive: (
    count: number,
    signal: AbortSignal,
    waitSeconds?: number,
  ) => Promise<readonly QueueMessage[]>;
  readonly remove: (messages: readonly QueueMessage[]) => Promise<void>;
  /** Makes received messages visible again; AWS has no such call, only our emulator. */
  readonly release: () => Promise<void>;
}

export function queueClient(endpoint: string, queueUrl: string): QueueClient {
  const call = (action: string, body: object, signal?: AbortSignal) =>
    callJson(endpoint, `AmazonSQS.${action}`, { QueueUrl: queueUrl, ...body }, signal);
  return {
    receive: async (count, signal, waitSeconds = 20) => {
      const received = await call(
        'ReceiveMessage',
        {
          MaxNumberOfMessages: count,
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        },
        signal,
      );
      return Received.parse(received).Messages;
    },
    release: async () => {
      const released = await fetch(`${endpoint}/_release`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ QueueUrl: queueUrl }),
      });
      await released.arrayBuffer();
      if (!released.ok) throw new Error(`${queueUrl}: release answered ${released.status}`);
    },
    remove: async (messages) => {
      for (let start = 0; start < messages.length; start += maxEntries) {
        const some = messages.slice(start, start + maxEntries);
        await call('DeleteMessageBatch', {
          Entries: some.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
        });
      }
    },
  };
}
