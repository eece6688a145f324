import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { canonicalJson } from '#shared/canonical-json';
import type { WebhookItem } from '#shared/connector/webhook';
import { ConnectorError } from '#shared/errors';
import { hashOf } from '#shared/ids';
import type { IngressMessage } from '#shared/model/ingress';

export interface IngressQueue {
  readonly client: SQSClient;
  readonly url: string;
}

export interface IngressItem extends WebhookItem {
  readonly connector: string;
  readonly account: string;
  readonly receivedAt: string;
  readonly raw?: { readonly bucket: string; readonly key: string };
}

/** SQS takes 10 entries and 1 MiB per batch; a little is left for what SQS counts beside the bodies. */
const mostEntries = 10;
const mostBytes = 1_000_000;

/**
 * Queues every item, in order, and returns only when SQS has accepted each of them. Throws `unavailable` when it
 * did not: the webhook is then answered 503 and comes again, and what was queued already is a duplicate then.
 *
 * Items of one group never share a batch, because entries succeed and fail each on its own: the second one of a
 * customer could be accepted and the first one not.
 */
export async function enqueueItems(
  { client, url }: IngressQueue,
  items: readonly IngressItem[],
): Promise<void> {
  for (const Entries of batchesOf(items)) {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: url, Entries }),
    );
    if (Failed.length > 0) {
      const codes = [...new Set(Failed.map(({ Code }) => Code))].join(', ');
      throw new ConnectorError('unavailable', `${Failed.length} items not queued: ${codes}`);
    }
  }
}

function batchesOf(items: readonly IngressItem[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let batch: SendMessageBatchRequestEntry[] = [];
  let bytes = 0;
  let groups = new Set<string>();
  for (const item of items) {
    const entry = entryOf(item, String(batch.length));
    const size = entry.MessageBody?.length ?? 0;
    const group = entry.MessageGroupId ?? '';
    if (batch.length === mostEntries || bytes + size > mostBytes || groups.has(group)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
      groups = new Set();
    }
    batch.push({ ...entry, Id: String(batch.length) });
    bytes += size;
    groups.add(group);
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}

/** Ids are hashes: always valid characters and lengths, and no personal data in metadata. */
function entryOf(item: IngressItem, id: string): SendMessageBatchRequestEntry {
  const { connector, account, receivedAt, deduplicationId, payload, raw, unreadable } = item;
  const message: IngressMessage = {
    connector,
    account,
    receivedAt,
    deduplicationId,
    payload,
    ...(raw ? { raw } : {}),
    ...(unreadable === undefined ? {} : { unreadable }),
  };
  return {
    Id: id,
    MessageBody: canonicalJson(message),
    MessageGroupId: hashOf(connector, account, ...item.groupKey),
    MessageDeduplicationId: hashOf(connector, account, deduplicationId),
  };
}
