import { setTimeout as sleep } from 'node:timers/promises';
import type { Webhook } from '#test/faults/channels/channel';
import { channels } from '#test/faults/channels/channels';
import { invoke, invokeBatch } from '#test/faults/invocations';
import type { Stage } from '#test/faults/stage';
import type { Invoked } from '#test/faults/worker/fleet';
import type { Ending } from '#test/faults/worker/worker';
import { handOver } from './hand-over.ts';
import { signedEvent } from './signed-event.ts';

/** Times are milliseconds of the process's own clock, which nobody sets back. */
export interface Answered {
  /** Which posting this was. */
  readonly webhook: number;
  readonly status: number;
  readonly startedAt: number;
  readonly ackedAt: number;
  readonly residentBytes: number;
}

/** More patience than any provider has between two tries, and far less in all than Meta's seven days. */
const maxTries = 40;
let posted = 0;

/**
 * Posts a webhook as a provider does, again and again until it is answered with anything but a 5xx. An answer that
 * never comes, because the function died, counts as one. What AWS hands over itself goes by its own way.
 */
export async function post(stage: Stage, webhook: Webhook): Promise<Answered> {
  posted += 1;
  const number = posted;
  const startedAt = performance.now();
  const { status, residentBytes } = channels[webhook.account.connector].sign
    ? await postUntilAnswered(stage, webhook)
    : {
        status: (await handOver(stage.emulators.endpoints, webhook)) ? 200 : 599,
        residentBytes: 0,
      };
  return { webhook: number, status, startedAt, ackedAt: performance.now(), residentBytes };
}

async function postUntilAnswered(
  stage: Stage,
  webhook: Webhook,
): Promise<Pick<Answered, 'status' | 'residentBytes'>> {
  for (let attempt = 1; attempt <= maxTries; attempt += 1) {
    const event = signedEvent(webhook, stage.conditions.generation);
    const { ending } = await invokeReceive(stage, webhook.account.connector, event);
    const status = statusOf(ending);
    if (status < 500) {
      return { status, residentBytes: 'residentBytes' in ending ? ending.residentBytes : 0 };
    }
    stage.faults.add('seen: webhook repeated after a 5xx');
    await sleep(Math.min(30 * attempt, 500));
  }
  return { status: 599, residentBytes: 0 };
}

/** The door of one connector is a function of its own. */
export function invokeReceive(
  stage: Stage,
  connector: string,
  event: unknown,
  inPeace = false,
): Promise<Invoked> {
  const fleet = `receive-${connector}`;
  return inPeace
    ? invoke(stage, fleet, { event })
    : invokeBatch(stage, 'receive', event, [], fleet);
}

/** What the caller gets: a function that died or failed is a 502 of API Gateway. */
export function statusOf(ending: Ending): number {
  if (ending.kind !== 'returned') return 502;
  const { statusCode } = ending.value as { statusCode?: number };
  return statusCode ?? 502;
}
