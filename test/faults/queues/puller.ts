import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { callJson } from '#infra/local/emulators/aws-call';
import type { Endpoints } from '#test/faults/proxy/forward';

const Received = z.looseObject({
  Messages: z
    .array(
      z.looseObject({
        MessageId: z.string(),
        ReceiptHandle: z.string(),
        Body: z.string(),
        Attributes: z.record(z.string(), z.string()).default({}),
      }),
    )
    .default([]),
});

export interface Pulled {
  readonly id: string;
  readonly body: string;
  readonly group: string;
}

/**
 * Takes messages off the emulator in the order it gives them, each once, until the signal. The emulator may be down
 * for a while, and may give a message again whose removal it has not seen.
 */
export async function pull(
  endpoints: Endpoints,
  queueName: string,
  take: (message: Pulled) => void,
  signal: AbortSignal,
): Promise<void> {
  const seen = new Set<string>();
  while (!signal.aborted) {
    try {
      await pullOnce(endpoints, queueName, seen, take);
    } catch {
      await sleep(50);
    }
  }
}

async function pullOnce(
  { sqs }: Endpoints,
  queueName: string,
  seen: Set<string>,
  take: (message: Pulled) => void,
): Promise<void> {
  const QueueUrl = queueUrl(sqs, queueName);
  const { Messages } = Received.parse(
    await callJson(sqs, 'AmazonSQS.ReceiveMessage', {
      QueueUrl,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 1,
      MessageSystemAttributeNames: ['All'],
    }),
  );
  if (Messages.length === 0) return;
  for (const { MessageId: id, Body: body, Attributes } of Messages) {
    if (seen.has(id)) continue;
    seen.add(id);
    take({ id, body, group: Attributes['MessageGroupId'] ?? '' });
  }
  await callJson(sqs, 'AmazonSQS.DeleteMessageBatch', {
    QueueUrl,
    Entries: Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
  });
}

export function queueUrl(endpoint: string, queueName: string): string {
  return `${endpoint}/000000000000/${queueName}`;
}
