import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { canonicalJson } from '#shared/canonical-json';
import { ConnectorError } from '#shared/errors';
import { hashOf } from '#shared/ids';
import type { IngressMessage } from '#shared/model/ingress';
import type { ClaimChecks } from './claim-check.ts';
import { type GroupedMessage, type IngressItem, messagesOf } from './ingress-messages.ts';

export interface IngressQueue {
  readonly client: SQSClient;
  readonly url: string;
  /** Takes what is too large for the queue; without it such an item is refused. */
  readonly claims?: ClaimChecks;
}

/** Above this an item's payload is left in S3: ten of the largest still make one batch of SQS's 1 MiB. */
const mostItemBytes = 100_000;

/** SQS takes 10 entries and 1 MiB per batch; a little is left for what SQS counts beside the bodies. */
const mostEntries = 10;
const mostBytes = 1_000_000;

/** Calls at once: a thousand customers in one webhook are a hundred batches. */
const callsAtOnce = 10;

/**
 * Queues every item, in order, and returns only when SQS has accepted each of them. Throws `unavailable` when it
 * did not: the webhook is then answered 503 and comes again, and what was queued already is a duplicate then.
 *
 * Messages of one group never share a batch and never travel at once, because entries succeed and fail each on its
 * own: the second one of a customer could be accepted and the first one not.
 */
export async function enqueueItems(
  queue: IngressQueue,
  items: readonly IngressItem[],
): Promise<void> {
  for (const round of roundsOf(messagesOf(items))) {
    const entries = await atOnce(round, (message) => entryOf(message, queue.claims));
    await atOnce(batchesOf(entries), (batch) => sendBatch(queue, batch));
  }
}

/** The first message of every group, then the second of every group that has one, and so on. */
function roundsOf(messages: readonly GroupedMessage[]): GroupedMessage[][] {
  const rounds: GroupedMessage[][] = [];
  const seen = new Map<string, number>();
  for (const message of messages) {
    const number = seen.get(message.group) ?? 0;
    seen.set(message.group, number + 1);
    const round = rounds[number];
    if (round) round.push(message);
    else rounds.push([message]);
  }
  return rounds;
}

/** A few at once. The first failure is thrown when those under way are over, and no more are begun. */
async function atOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += callsAtOnce) {
    const settled = await Promise.allSettled(items.slice(start, start + callsAtOnce).map(work));
    for (const each of settled) {
      if (each.status === 'rejected') throw each.reason;
      results.push(each.value);
    }
  }
  return results;
}

async function sendBatch(
  { client, url }: IngressQueue,
  Entries: SendMessageBatchRequestEntry[],
): Promise<void> {
  const { Failed = [] } = await client.send(
    new SendMessageBatchCommand({ QueueUrl: url, Entries }),
  );
  if (Failed.length === 0) return;
  const codes = [...new Set(Failed.map(({ Code }) => Code))].join(', ');
  throw new ConnectorError('unavailable', `${Failed.length} items not queued: ${codes}`);
}

type Entry = Omit<SendMessageBatchRequestEntry, 'Id'>;

function batchesOf(entries: readonly Entry[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let batch: SendMessageBatchRequestEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = entry.MessageBody?.length ?? 0;
    if (batch.length === mostEntries || bytes + size > mostBytes) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push({ ...entry, Id: String(batch.length) });
    bytes += size;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
}

async function entryOf(
  { group, message }: GroupedMessage,
  claims: ClaimChecks | undefined,
): Promise<Entry> {
  const { connector, account, deduplicationId } = message;
  const body = canonicalJson(message);
  return {
    MessageBody: body.length <= mostItemBytes ? body : await claimed(message, claims),
    MessageGroupId: group,
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
