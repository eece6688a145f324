import { setTimeout as sleep } from 'node:timers/promises';
import type { FunctionName } from './crash-plan.ts';
import { queueNames } from './emulators.ts';
import { seconds } from './environment.ts';
import { post } from './load/post.ts';
import { drawStatuses, statusWebhook } from './provider/statuses.ts';
import { runEventSource, sqsEvent } from './queues/event-source.ts';
import { pull } from './queues/puller.ts';
import { seededRandom } from './random.ts';
import { fleetSizes, invokeBatch, type Stage } from './stage.ts';

export interface Machinery {
  /** Conversations the helpdesk has learned of from its queue, as they come. */
  readonly conversations: readonly string[];
  readonly stop: () => Promise<void>;
}

const sources: readonly (readonly [keyof Stage['models'], FunctionName])[] = [
  ['ingress', 'normalize'],
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
    pull(stage.emulators.endpoints, queueNames.normalized, helpdesk(stage, conversations), signal),
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
      // As deployed (infra/inbound.ts).
      batchSize: queue === 'statuses' ? 100 : 10,
      random: seededRandom(stage.options.seed, 'delivery', queue),
      faults: stage.faults,
      rate: () => stage.weather.rate,
      // A lease is shorter than the visibility timeout so that this cannot be (docs/architecture.md).
      mayOverlap: queue !== 'outbound',
      invoke: async (batch) =>
        (await invokeBatch(stage, name, sqsEvent(batch, queueNames[queue]), batch)).ending,
    },
    signal,
  );
}

/** Writes down every event in the order it came, and learns which conversations there are. */
function helpdesk({ ledger }: Stage, conversations: string[]) {
  const known = new Set<string>();
  return ({ body }: { body: string }): void => {
    const { id, subject, type } = JSON.parse(body) as Record<string, string>;
    ledger.events.push({ id: id ?? '', body });
    const isMessage = type === 'switchboard.message.received.v1';
    if (!isMessage || subject === undefined || known.has(subject)) return;
    known.add(subject);
    conversations.push(subject);
  };
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

/** After the lease and the visibility timeout of the one who died. */
const lateSeconds = seconds.visibility + 3;

function promiseStatuses(stage: Stage, send: Parameters<typeof statusWebhook>[0]): void {
  const { messageId, providerId, text } = send;
  const random = seededRandom(stage.options.seed, 'statuses', text);
  // Of a sender that is about to die: half of the time nobody says in time that it had sent.
  const lateMilliseconds =
    stage.doomed.has(messageId) && random.chance(0.5) ? lateSeconds * 1000 : 0;
  for (const { status, afterMilliseconds } of drawStatuses(random)) {
    if (status === 'failed') stage.ledger.providerFailed.add(messageId);
    const owed = sleep(lateMilliseconds + afterMilliseconds)
      .then(() => post(stage, statusWebhook(send, status)))
      .then((answered) => {
        if (answered.status < 300) return;
        stage.ledger.violations.push(`the status ${status} of ${providerId}: ${answered.status}`);
      })
      .finally(() => stage.pending.delete(owed));
    stage.pending.add(owed);
  }
}
