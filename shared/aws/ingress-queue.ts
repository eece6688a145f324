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
import type { ClaimChecks } from './claim-check.ts';

export interface IngressQueue {
  readonly client: SQSClient;
  readonly url: string;
  /** Takes what is too large for the queue; without it such an item is refused. */
  readonly claims?: ClaimChecks;
}

export interface IngressItem extends WebhookItem {
  readonly connector: string;
  readonly account: string;
  readonly receivedAt: string;
  readonly raw?: { readonly bucket: string; readonly key: string };
}

/** Above this an item's payload is left in S3: ten of the largest still make one batch of SQS's 1 MiB. */
const mostItemBytes = 100_000;

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
  { client, url, claims }: IngressQueue,
  items: readonly IngressItem[],
): Promise<void> {
  const entries = [];
  for (const item of items) entries.push(await entryOf(item, claims));
  for (const Entries of batchesOf(entries)) {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: url, Entries }),
    );
    if (Failed.length > 0) {
      const codes = [...new Set(Failed.map(({ Code }) => Code))].join(', ');
      throw new ConnectorError('unavailable', `${Failed.length} items not queued: ${codes}`);
    }
  }
}

type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>;

function batchesOf(entries: readonly Entry[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let batch: SendMessageBatchRequestEntry[] = [];
  let bytes = 0;
  let groups = new Set<string>();
  for (const entry of entries) {
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
async function entryOf(item: IngressItem, claims: ClaimChecks | undefined): Promise<Entry> {
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
  const body = canonicalJson(message);
  return {
    MessageBody: body.length <= mostItemBytes ? body : await claimed(message, claims),
    MessageGroupId: hashOf(connector, account, ...item.groupKey),
    MessageDeduplicationId: hashOf(connector, account, deduplicationId),
  };
}

/** The payload is written before the queue message that names it: a crash leaves an object nobody asks for. */
async function claimed(message: IngressMessage, claims: ClaimChecks | undefined): Promise<string> {
  if (!claims) throw new ConnectorError('body_too_large', 'this queue takes no large items');
  const { connector, account, deduplicationId, payload } = message;
  const key = `claims/${hashOf(connector, account, deduplicationId)}.json`;
  const claim = await claims.put(key, canonicalJson(payload));
  return canonicalJson({ ...message, payload: null, claim });
}
