import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionName } from './crash-plan.ts';
import { helpdesk } from './helpdesk.ts';
import { invokeBatch } from './invocations.ts';
import { queueNames } from './names.ts';
import { promiseStatuses } from './provider/later.ts';
import { runEventSource, sqsEvent } from './queues/event-source.ts';
import { pull } from './queues/puller.ts';
import { seededRandom } from './random.ts';
import { fleetSizes, type Stage } from './stage.ts';

export interface Machinery {
  /** Conversations the helpdesk has learned of from its queue, as they come. */
  readonly conversations: readonly string[];
  readonly stop: () => Promise<void>;
}

const sources: readonly (readonly [keyof Stage['models'], FunctionName])[] = [
  ['mail', 'receive-email'],
  ['ingress', 'normalize'],
  ['mailIngress', 'normalize-mail'],
  ['statuses', 'normalize-statuses'],
  ['replies', 'accept-reply'],
  ['outbound', 'send'],
];

/** Everything that runs by itself: event sources, schedule, helpdesk, and what providers tell later. */
export function machinery(stage: Stage): Machinery {
  const stopping = new AbortController();
  const { signal } = stopping;
  const conversations: string[] = [];
  stage.accepted.push((send) => promiseStatuses(stage, send));
  const running = [
    ...sources.map(([queue, name]) => runSource(stage, queue, name, signal)),
    ...sources.map(([queue]) =>
      pull(stage.emulators.endpoints, queueNames[queue], stage.models[queue].put, signal),
    ),
    pull(
      stage.emulators.endpoints,
      queueNames.normalized,
      helpdesk(stage.ledger, conversations),
      signal,
    ),
    sweepForEver(stage, signal),
  ];
  return {
    conversations,
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
    },
  };
}

const batchSizes: Readonly<Record<string, number>> = { mailIngress: 1, statuses: 100 };

function runSource(
  stage: Stage,
  queue: keyof Stage['models'],
  name: FunctionName,
  signal: AbortSignal,
): Promise<void> {
  return runEventSource(
    {
      queueName: queueNames[queue],
      model: stage.models[queue],
      concurrency: fleetSizes[name] ?? 1,
      // As deployed (infra/cdk/inbound.ts).
      batchSize: batchSizes[queue] ?? 10,
      random: seededRandom(stage.options.seed, 'delivery', queue),
      faults: stage.faults,
      rate: () => stage.conditions.rate,
      // A lease is shorter than the visibility timeout so that this cannot be (docs/architecture.md).
      mayOverlap: queue !== 'outbound',
      invoke: async (batch) =>
        (await invokeBatch(stage, name, sqsEvent(batch, queueNames[queue]), batch)).ending,
    },
    signal,
  );
}

async function sweepForEver(stage: Stage, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(700);
    const { ending } = await invokeBatch(stage, 'sweep', {});
    const swept = ending.kind === 'returned' ? (ending.value as Record<string, number>) : undefined;
    const worked = ['published', 'replies', 'failed'].some((name) => swept?.[name] !== 0);
    const isIdle = swept !== undefined && !worked;
    stage.sweeps.idle = isIdle ? stage.sweeps.idle + 1 : 0;
  }
}
