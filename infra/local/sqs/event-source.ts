import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '#infra/local/lambda/outcome';
import { turnstile } from '#infra/local/process/turnstile';
import { doneMessages } from './batch-result.ts';
import type { QueueClient, QueueMessage } from './queue-client.ts';
import { sqsEvent } from './sqs-event.ts';

export interface EventSource {
  readonly queueArn: string;
  readonly queue: QueueClient;
  readonly batchSize: number;
  readonly reportsFailures: boolean;
  /** Batches in work at once: `MaximumConcurrency`, or what the function can take. */
  readonly concurrency: number;
  readonly invoke: (payload: string) => Promise<Outcome>;
  /** Told of what went wrong in words for people. */
  readonly warn: (text: string) => void;
}

export interface RunningEventSource {
  /** Takes no more messages; resolves when the batches in work are done. */
  readonly stop: () => Promise<void>;
}

/**
 * Feeds a function from a queue, as an event source mapping does. Messages that failed are left alone: they come
 * back when their visibility timeout ends, and until then a FIFO queue gives out no later message of their group.
 * Messages are only received once there is room to work on them, so that none waits while its timeout runs.
 */
export function startEventSource(source: EventSource): RunningEventSource {
  const stopping = new AbortController();
  const places = turnstile(source.concurrency);
  const working = new Set<Promise<void>>();
  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      await places.enter();
      const messages = await receive(source, stopping.signal);
      if (messages.length === 0) {
        places.leave();
        continue;
      }
      const batch = work(source, messages).finally(() => {
        places.leave();
        working.delete(batch);
      });
      working.add(batch);
    }
  };
  const polling = poll();
  return {
    stop: async () => {
      stopping.abort();
      await polling;
      await Promise.all([...working]);
    },
  };
}

async function receive(
  { queue, batchSize, warn }: EventSource,
  signal: AbortSignal,
): Promise<readonly QueueMessage[]> {
  try {
    return await queue.receive(Math.min(batchSize, 10), signal);
  } catch (fault) {
    if (signal.aborted) return [];
    warn(`cannot receive: ${String(fault)}`);
    await sleep(500, undefined, { ref: false });
    return [];
  }
}

async function work(source: EventSource, messages: readonly QueueMessage[]): Promise<void> {
  try {
    const outcome = await source.invoke(sqsEvent(source.queueArn, messages));
    const done = doneMessages(messages, outcome, source.reportsFailures);
    await source.queue.remove(done);
    const failed = messages.length - done.length;
    if (failed > 0) source.warn(`${failed} of ${messages.length} messages failed`);
  } catch (fault) {
    source.warn(String(fault));
  }
}
