import { canonicalJson } from '#shared/canonical-json';
import { hashOf } from '#shared/ids';
import type { StatusesMessage } from '#shared/model/statuses';
import { queueBody } from '#shared/queue-message';
import { enqueueItems, type IngressItem, type IngressQueue } from './ingress-queue.ts';
import { type BatchQueue, sendBatches } from './send-batches.ts';

interface Lanes extends IngressQueue {
  /** Of the queue for delivery statuses. */
  readonly statusesUrl: string;
}

/**
 * Queues what came through a door: delivery statuses on `statuses`, everything else on `ingress.fifo`, both at once.
 * Returns only when SQS has accepted each item; throws `unavailable` when it did not, after both are over.
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

/** What one message holds at most. One that fails is repeated whole, so it is not many. */
const mostItems = 10;
/** SQS counts a request for every 64 KB: fewer and larger messages would cost the same. */
const mostBytes = 60_000;
/** A larger status is none that a provider would write, and goes the way of messages, which knows claim checks. */
const mostStatusBytes = 30_000;

/** Whether an item may travel on the queue of statuses: what has no place in its messages goes the way of messages. */
function isForStatuses({ isStatus, unreadable, raw, payload }: IngressItem): boolean {
  if (!isStatus || unreadable !== undefined || raw) return false;
  return canonicalJson(payload).length <= mostStatusBytes;
}

/**
 * Queues statuses, several to a message, and returns only when SQS has accepted each of them; throws `unavailable` when
 * it did not. The queue is a standard one, so no order is kept. Its message group is the account: a flood of one
 * account's statuses does not hold back those of the others (a "fair queue" in SQS's words).
 */
export async function enqueueStatuses(
  queue: BatchQueue,
  items: readonly IngressItem[],
): Promise<void> {
  const entries = packed(items).map((pack) => ({
    MessageBody: queueBody(messageOf(pack)),
    MessageGroupId: accountOf(pack[0]),
  }));
  await sendBatches(queue, entries);
}

type Pack = readonly [IngressItem, ...IngressItem[]];

/** Neighbours together, as long as they are of one account and small. */
function packed(items: readonly IngressItem[]): Pack[] {
  const packs: [IngressItem, ...IngressItem[]][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = canonicalJson(item.payload).length;
    const pack = packs.at(-1);
    const isOfAccount = pack && accountOf(pack[0]) === accountOf(item);
    if (isOfAccount && pack.length < mostItems && bytes + size <= mostBytes) {
      pack.push(item);
      bytes += size;
    } else {
      packs.push([item]);
      bytes = size;
    }
  }
  return packs;
}

/** A valid group id, whatever an account is called. */
function accountOf({ connector, account }: IngressItem): string {
  return hashOf(connector, account);
}

function messageOf(pack: Pack): StatusesMessage {
  const { connector, account, receivedAt } = pack[0];
  const items = pack.map(({ deduplicationId, payload }) => ({ deduplicationId, payload }));
  return { connector, account, receivedAt, items };
}
