import { atMost } from '#shared/at-most';
import type { WebhookItem } from '#shared/connector/webhook';
import { ConnectorError } from '#shared/errors';
import { hashOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import type { IngressMessage } from '#shared/model/ingress';
import type { StatusesMessage } from '#shared/model/statuses';
import type { ClaimChecks } from './claim-check.ts';
import { type BatchEntry, callsAtOnce, type Queue, queueBody, sendBatches } from './queue.ts';

interface Lanes extends IngressQueue {
  /** The queue for delivery statuses. */
  readonly statusesUrl: string;
}

/**
 * Queues what a webhook endpoint received: delivery statuses on `statuses`, everything else on `ingress.fifo`, both at
 * once. Returns only when SQS has accepted each item; throws `unavailable` when it did not, after both calls are over.
 */
export function lanes({ statusesUrl, ...ingress }: Lanes) {
  return async (items: readonly IngressItem[]): Promise<void> => {
    const { client } = ingress;
    const parted = Map.groupBy(items, isForStatuses);
    const queued = await Promise.allSettled([
      enqueueItems(ingress, parted.get(false) ?? []),
      enqueueStatuses({ client, url: statusesUrl }, parted.get(true) ?? []),
    ]);
    for (const each of queued) if (each.status === 'rejected') throw each.reason;
  };
}

/** The statuses in one message at most. Few, because a message that fails is repeated whole. */
const maxStatuses = 10;
/** SQS bills every 64 KB as a request, so fewer and larger messages would cost the same. */
const maxStatusesBytes = 60_000;
/** A larger status is not one that a provider would write. It goes on `ingress.fifo`, which knows claim checks. */
const maxStatusBytes = 30_000;

/** Tells whether an item fits the queue of statuses; all others go on `ingress.fifo`. */
function isForStatuses({ isStatus, unreadable, raw, payload }: IngressItem): boolean {
  if (!isStatus || unreadable !== undefined || raw) return false;
  return canonicalJson(payload).length <= maxStatusBytes;
}

/**
 * Queues statuses, several to a message, and returns only when SQS has accepted each of them; throws `unavailable` when
 * it did not. The queue is a standard one and keeps no order. Its message group is the account: a flood of one
 * account's statuses does not hold back the others (a "fair queue" in SQS's words).
 */
export async function enqueueStatuses(queue: Queue, items: readonly IngressItem[]): Promise<void> {
  const entries = packedStatuses(items).map((pack) => ({
    MessageBody: queueBody(statusesMessage(pack)),
    MessageGroupId: accountOf(pack[0]),
  }));
  await sendBatches(queue, entries);
}

type Pack = readonly [IngressItem, ...IngressItem[]];

/** Packs neighbours together while they belong to one account and stay small. */
function packedStatuses(items: readonly IngressItem[]): Pack[] {
  const packs: [IngressItem, ...IngressItem[]][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = canonicalJson(item.payload).length;
    const pack = packs.at(-1);
    const isOfAccount = pack && accountOf(pack[0]) === accountOf(item);
    if (isOfAccount && pack.length < maxStatuses && bytes + size <= maxStatusesBytes) {
      pack.push(item);
      bytes += size;
    } else {
      packs.push([item]);
      bytes = size;
    }
  }
  return packs;
}

/** A hash of the account: a valid group id for every account name. */
function accountOf({ connector, account }: IngressItem): string {
  return hashOf(connector, account);
}

function statusesMessage(pack: Pack): StatusesMessage {
  const { connector, account, receivedAt } = pack[0];
  const items = pack.map(({ deduplicationId, payload }) => ({ deduplicationId, payload }));
  return { connector, account, receivedAt, items };
}

interface IngressQueue extends Queue {
  /** Stores items that are too large for the queue; without it they are refused. */
  readonly claims?: ClaimChecks;
}

/** A larger payload is stored in S3: ten items of this size still fit into one SQS batch of 1 MiB. */
const maxItemBytes = 100_000;

/**
 * Queues every item, in order, and returns only when SQS has accepted each of them. Throws `unavailable` when it did
 * not: the webhook is then answered 503 and comes again, and the items already queued are duplicates then.
 *
 * Messages of one group never share a batch and never travel at once: entries succeed and fail independently, so the
 * second message of a customer could be accepted without the first.
 */
export async function enqueueItems(
  queue: IngressQueue,
  items: readonly IngressItem[],
): Promise<void> {
  for (const round of roundsOf(messagesOf(items))) {
    const entries = await atMost(callsAtOnce, round, (message) => entryOf(message, queue.claims));
    await sendBatches(queue, entries);
  }
}

/** Splits into rounds: the first message of every group, then the second of every group that has one, and so on. */
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

async function entryOf(
  { group, message }: GroupedMessage,
  claims: ClaimChecks | undefined,
): Promise<BatchEntry> {
  const { connector, account, deduplicationId } = message;
  const body = queueBody(message);
  return {
    MessageBody: body.length <= maxItemBytes ? body : await claimed(message, claims),
    MessageGroupId: group,
    MessageDeduplicationId: hashOf(connector, account, deduplicationId),
  };
}

/** Writes the payload before the queue message that names it: a crash leaves only an unused object. */
async function claimed(message: IngressMessage, claims: ClaimChecks | undefined): Promise<string> {
  if (!claims) throw new ConnectorError('body_too_large', 'this queue takes no large items');
  const { connector, account, deduplicationId, payload } = message;
  const key = `claims/${hashOf(connector, account, deduplicationId)}.json`;
  const claim = await claims.put(key, canonicalJson(payload));
  return queueBody({ ...message, payload: null, claim });
}

export interface IngressItem extends WebhookItem {
  readonly connector: string;
  readonly account: string;
  readonly receivedAt: string;
  readonly raw?: { readonly bucket: string; readonly key: string };
}

/** One message for the queue, and the group that keeps its order. Ids are hashes: valid, and free of personal data. */
interface GroupedMessage {
  readonly group: string;
  readonly message: IngressMessage;
}

/** Up to this number, items of one customer travel alone, each with its own deduplication: the usual case. */
const fewItems = 4;
const maxItems = 50;
/** The items of one message together, so that it never needs a claim check. */
const maxBundleBytes = 60_000;

/**
 * Makes the queue messages that carry the items, in order. Entries of one group must follow one another batch by batch,
 * so a thousand items of one customer would be a thousand calls, more than a webhook waits for: many items of a group
 * are packed, in order, into as few messages as possible.
 */
function messagesOf(items: readonly IngressItem[]): GroupedMessage[] {
  const byGroup = new Map<string, IngressItem[]>();
  for (const item of items) {
    const group = hashOf(item.connector, item.account, ...item.groupKey);
    const own = byGroup.get(group);
    if (own) own.push(item);
    else byGroup.set(group, [item]);
  }
  return [...byGroup].flatMap(([group, own]) =>
    (own.length > fewItems ? packed(own) : own.map((item) => [item])).map((pack) => ({
      group,
      message: messageOf(pack),
    })),
  );
}

/** Packs neighbours together while they are small; an item whose body is stored elsewhere travels alone. */
function packed(items: readonly IngressItem[]): IngressItem[][] {
  const packs: IngressItem[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = canonicalJson(item.payload).length;
    const pack = packs.at(-1);
    const fits = pack && pack.length < maxItems && bytes + size <= maxBundleBytes;
    if (fits && !item.raw && !pack[0]?.raw) {
      pack.push(item);
      bytes += size;
    } else {
      packs.push([item]);
      bytes = size;
    }
  }
  return packs;
}

function messageOf(pack: readonly IngressItem[]): IngressMessage {
  const [first] = pack;
  if (!first) throw new Error('a queue message without an item');
  const { connector, account, receivedAt, deduplicationId, payload, raw, unreadable } = first;
  const origin = { connector, account, receivedAt };
  if (pack.length > 1) {
    const items = pack.map((item) => ({
      deduplicationId: item.deduplicationId,
      payload: item.payload,
      ...(item.unreadable === undefined ? {} : { unreadable: item.unreadable }),
    }));
    const ids = items.map((item) => item.deduplicationId);
    return { ...origin, deduplicationId: hashOf(...ids), payload: null, items };
  }
  return {
    ...origin,
    deduplicationId,
    payload,
    ...(raw ? { raw } : {}),
    ...(unreadable === undefined ? {} : { unreadable }),
  };
}
