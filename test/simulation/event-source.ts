import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { FifoQueue } from './fifo-queue.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What AWS says of an event source mapping of a FIFO queue, and of the function behind it. */
export interface LambdaRules {
  /** Invocations at once: as many as there are free groups, and as the AWS account allows. */
  readonly concurrency: number;
  readonly batchSize: number;
  /** From the queue to the function. */
  readonly milliseconds: number;
}

export interface EventSource {
  readonly maxAtOnce: () => number;
  readonly longestSeconds: () => number;
}

/** Feeds a function from a queue: what it does not name as failed is deleted. */
export function eventSource(
  clock: VirtualClock,
  queue: FifoQueue,
  { concurrency, batchSize, milliseconds }: LambdaRules,
  handler: (event: SQSEvent) => Promise<SQSBatchResponse>,
): EventSource {
  let running = 0;
  let maxAtOnce = 0;
  let longestMs = 0;
  const invoke = async (event: SQSEvent): Promise<void> => {
    await clock.sleep(milliseconds);
    const beganMs = clock.nowMs();
    const { batchItemFailures } = await handler(event);
    longestMs = Math.max(longestMs, clock.nowMs() - beganMs);
    const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
    for (const { messageId } of event.Records) if (!failed.has(messageId)) queue.remove(messageId);
  };
  const pull = (): void => {
    while (running < concurrency) {
      const Records = [...queue.receive(batchSize)];
      if (Records.length === 0) return;
      running += 1;
      maxAtOnce = Math.max(maxAtOnce, running);
      void invoke({ Records }).finally(() => {
        running -= 1;
        pull();
      });
    }
  };
  // All that become free at one moment are one batch.
  let isPlanned = false;
  queue.onFree = () => {
    if (isPlanned) return;
    isPlanned = true;
    clock.at(clock.nowMs(), () => {
      isPlanned = false;
      pull();
    });
  };
  return { maxAtOnce: () => maxAtOnce, longestSeconds: () => longestMs / 1000 };
}
