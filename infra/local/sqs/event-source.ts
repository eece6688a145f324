import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '#infra/local/lambda/outcome';
import { semaphore } from '#infra/local/process/semaphore';
import { doneMessages } from './batch-result.ts';
import type { QueueClient, QueueMessage } from './queue-client.ts';
import { sqsEvent } from './sqs-event.ts';

export interface EventSource {
  readonly queueArn: string;
  readonly queue: QueueClient;
  readonly batchSize: number;
  /** Seconds that a batch waits for more messages: `MaximumBatchingWindowInSeconds`. Default 0. */
  readonly windowSeconds?: number;
  readonly reportsFailures: boolean;
  /** Batches in work at once: `MaximumConcurrency`, or the concurrency of the function. */
  readonly concurrency: number;
  readonly invoke: (payload: string) => Promise<Outcome>;
  /** Receives warnings in words for people. */
  readonly warn: (text: string) => void;
}

export interface RunningEventSource {
  /** Takes no more messages; resolves when the batches in work are done. */
  readonly stop: () => Promise<void>;
}

/**
 * Feeds a function from a queue, as an event source mapping does. Messages that failed are left alone: they come back
 * when their visibility timeout ends, and until then a FIFO queue gives out no later message of their group. Messages
 * are only received once the function can take them, so that none waits while its timeout runs.
 */
export function startEventSource(source: EventSource): RunningEventSource {
  const stopping = new AbortController();
  const places = semaphore(source.concurrency);
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

/** SQS gives ten at a time; a larger batch is collected until it is full or its window ends. */
const maxReceived = 10;
const pauseMilliseconds = 50;

async function receive(
  { queue, batchSize, windowSeconds = 0, warn }: EventSource,
  signal: AbortSignal,
): Promise<readonly QueueMessage[]> {
  const messages: QueueMessage[] = [];
  try {
    messages.push(...(await queue.receive(Math.min(batchSize, maxReceived), signal)));
    const end = Date.now() + windowSeconds * 1000;
    while (messages.length > 0 && messages.length < batchSize && Date.now() < end) {
      const count = Math.min(batchSize - messages.length, maxReceived);
      const more = await queue.receive(count, signal, 0);
      messages.push(...more);
      if (more.length === 0) await sleep(pauseMilliseconds);
    }
  } catch (fault) {
    if (signal.aborted) return messages;
    warn(`cannot receive: ${String(fault)}`);
    await sleep(500, undefined, { ref: false });
  }
  return messages;
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
