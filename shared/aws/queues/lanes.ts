import { enqueueItems, type IngressItem, type IngressQueue } from './ingress-queue.ts';
import { enqueueStatuses, isForStatuses } from './statuses-queue.ts';

export interface Lanes extends IngressQueue {
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
