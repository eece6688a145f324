import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { atMost } from '#shared/at-most';
import { ConnectorError } from '#shared/errors';

/** A queue that takes batches. */
export interface BatchQueue {
  readonly client: SQSClient;
  readonly url: string;
}

export type BatchEntry = Omit<SendMessageBatchRequestEntry, 'Id'>;

/** SQS takes 10 entries and 1 MiB per batch; the rest is for what SQS counts beside the bodies. */
export const maxEntries = 10;
const maxBytes = 1_000_000;

/** Calls at once: a thousand customers in one webhook are a hundred batches. */
export const callsAtOnce = 10;

/**
 * Sends the entries in as few batches as possible, several batches at once. Throws `unavailable` when SQS did not
 * accept each of them.
 */
export async function sendBatches(
  queue: BatchQueue,
  entries: readonly BatchEntry[],
): Promise<void> {
  await atMost(callsAtOnce, batchesOf(entries), (batch) => sendBatch(queue, batch));
}

async function sendBatch(
  { client, url }: BatchQueue,
  Entries: SendMessageBatchRequestEntry[],
): Promise<void> {
  const { Failed = [] } = await client.send(
    new SendMessageBatchCommand({ QueueUrl: url, Entries }),
  );
  if (Failed.length === 0) return;
  const codes = [...new Set(Failed.map(({ Code }) => Code))].join(', ');
  throw new ConnectorError('unavailable', `${Failed.length} items not queued: ${codes}`);
}

/** Packs the entries into as few batches as possible, in order. */
export function batchesOf(entries: readonly BatchEntry[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let batch: SendMessageBatchRequestEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = entry.MessageBody?.length ?? 0;
    if (batch.length === maxEntries || bytes + size > maxBytes) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push({ ...entry, Id: String(batch.length) });
    bytes += size;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}
