import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import type { Random } from '#test/faults/random';
import type { Tally } from '#test/faults/tally';
import type { Ending } from '#test/faults/worker/worker';
import type { Delivery, QueueModel } from './queue-model.ts';

const Response = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

export interface EventSource {
  readonly queueName: string;
  readonly model: QueueModel;
  readonly concurrency: number;
  readonly batchSize: number;
  readonly random: Random;
  readonly faults: Tally;
  /** Scales what goes wrong on the way to and from the function; 0 is a quiet day. */
  readonly rate: () => number;
  /** May the same batch be with two workers at once? Where a lease forbids it, no. */
  readonly mayOverlap: boolean;
  readonly invoke: (batch: readonly Delivery[]) => Promise<Ending>;
}

/**
 * Feeds a function from a queue as an event source mapping does (infra/local/sqs/event-source.ts does it for the
 * local stack), and goes wrong as it may: a delete that comes too late, a batch that is with two workers at once.
 */
export async function runEventSource(source: EventSource, signal: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: source.concurrency }, () => work(source, signal)));
}

async function work(source: EventSource, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const batch = source.model.receive(source.batchSize);
    if (batch.length === 0) await sleep(20);
    else await handle(source, batch);
  }
}

async function handle(source: EventSource, batch: readonly Delivery[]): Promise<void> {
  const { random, faults, rate } = source;
  if (source.mayOverlap && random.chance(0.03 * rate())) {
    faults.add('delivery: two workers at once');
    const endings = await Promise.all([source.invoke(batch), source.invoke(batch)]);
    for (const ending of endings) finish(source, batch, ending);
    return;
  }
  const ending = await source.invoke(batch);
  if (ending.kind === 'returned' && random.chance(0.04 * rate())) {
    faults.add('delivery: receipt handle expired');
    for (const { handle: expired } of batch) source.model.changeVisibility(expired, 0.2);
    return;
  }
  finish(source, batch, ending);
}

/** Deletes what is done. After a crash everything stays in flight until its visibility timeout. */
function finish({ model, faults }: EventSource, batch: readonly Delivery[], ending: Ending): void {
  if (ending.kind !== 'returned') return;
  const response = Response.safeParse(ending.value);
  const failed = response.success
    ? new Set(response.data.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier))
    : new Set(batch.map(({ id }) => id));
  if (failed.size > 0) faults.add('seen: batches with failures');
  for (const { id, handle: done } of batch) if (!failed.has(id)) model.remove(done);
}

/** The event a function gets ("Using Lambda with Amazon SQS"). */
export function sqsEvent(batch: readonly Delivery[], queueName: string): unknown {
  return {
    Records: batch.map(({ id, body, group, handle, receives }) => ({
      messageId: id,
      receiptHandle: handle,
      body,
      attributes: { ApproximateReceiveCount: String(receives), MessageGroupId: group },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:eu-central-1:000000000000:${queueName}`,
      awsRegion: 'eu-central-1',
    })),
  };
}
