import { setTimeout as sleep } from 'node:timers/promises';
import { invoke, invokeBatch, type Stage } from '#test/faults/stage';
import type { Invoked } from '#test/faults/worker/fleet';
import type { Ending } from '#test/faults/worker/worker';
import { signedEvent, type Webhook } from './sign.ts';

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
const mostTries = 40;
let posted = 0;

/**
 * Posts a webhook as a provider does, again and again until it is answered with anything but a 5xx. An answer that
 * never comes, because the function died, counts as one.
 */
export async function post(stage: Stage, webhook: Webhook): Promise<Answered> {
  posted += 1;
  const number = posted;
  const startedAt = performance.now();
  for (let attempt = 1; attempt <= mostTries; attempt += 1) {
    const event = signedEvent(webhook, stage.weather.generation);
    const { ending } = await invokeReceive(stage, webhook.account.connector, event);
    const status = statusOf(ending);
    if (status < 500) {
      const residentBytes = 'residentBytes' in ending ? ending.residentBytes : 0;
      return { webhook: number, status, startedAt, ackedAt: performance.now(), residentBytes };
    }
    stage.faults.add('seen: webhook repeated after a 5xx');
    await sleep(Math.min(30 * attempt, 500));
  }
  return { webhook: number, status: 599, startedAt, ackedAt: performance.now(), residentBytes: 0 };
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
