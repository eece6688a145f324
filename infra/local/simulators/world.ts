import { setTimeout as sleep } from 'node:timers/promises';
import { type Conditions, usualConditions } from './calls/conditions.ts';
import { type Held, openDelivery } from './calls/delivery.ts';
import type { SimulatedAccount, SimulatedSend, SimulatorWorld, Webhook } from './simulator.ts';

/** Seconds before each repeat of a webhook we answered with 5xx, or not at all: short, because it is a laptop. */
const repeatAfterSeconds = [0.2, 0.5, 1, 2, 4, 8, 15];

export interface LiveWorld extends SimulatorWorld {
  readonly forget: () => void;
  /** Sets the seconds by which the provider's clock is ahead of real time. */
  readonly setClock: (offsetSeconds: number) => void;
  readonly setConditions: (conditions: Conditions) => void;
  /** The number of updates that are held back. */
  readonly waiting: () => number;
  /** Lets all of them go. */
  readonly release: () => Promise<void>;
  readonly stop: () => void;
}

/** The world of one simulator: the messages it has sent, and the webhooks it has still to send. */
export function liveWorld(
  accounts: readonly SimulatedAccount[],
  url: () => string = () => '',
  usual: Conditions = usualConditions(),
): LiveWorld {
  const stopping = new AbortController();
  const sent: SimulatedSend[] = [];
  const held: Held[] = [];
  const state = { offsetSeconds: 0, conditions: usual };
  const conditions = () => state.conditions;
  const later = laterUntil(stopping.signal);
  const post = (webhook: Webhook) => postUntilTaken(webhook, stopping.signal);
  const isSilent = () => conditions().statuses === 'none';
  const surroundings = { conditions, later, post, hold: (each: Held) => held.push(each) };
  return {
    ...surroundings,
    ...{ accounts, url, sent },
    now: () => new Date(Date.now() + state.offsetSeconds * 1000),
    setClock: (seconds) => {
      state.offsetSeconds = seconds;
    },
    setConditions: (changed) => {
      state.conditions = changed;
    },
    record: (send) => sent.push(send),
    // A provider's requests to us are independent of each other.
    deliver: openDelivery<Webhook>(surroundings, { key: () => 'all', webhooksOf: (each) => each })
      .deliver,
    waiting: () => held.reduce((sum, each) => sum + each.waiting(), 0),
    release: async () => {
      await Promise.all(held.map((each) => each.release()));
    },
    report: (milliseconds, work) => {
      if (!isSilent()) later(milliseconds, async () => (isSilent() ? undefined : work()));
    },
    forget: () => sent.splice(0),
    stop: () => stopping.abort(),
  };
}

function laterUntil(signal: AbortSignal): SimulatorWorld['later'] {
  return (milliseconds, work) => {
    void pause(milliseconds, signal).then(() =>
      signal.aborted ? undefined : work().catch(() => undefined),
    );
  };
}

async function postUntilTaken(webhook: Webhook, signal: AbortSignal): Promise<number> {
  let status = await post(webhook, signal);
  if (webhook.repeats === false) return status;
  for (const seconds of repeatAfterSeconds) {
    if (status < 500 || signal.aborted) break;
    await pause(seconds * 1000, signal);
    status = await post(webhook, signal);
  }
  return status;
}

/** One webhook call; an unreachable or silent receiver counts as 503, as it does for a provider. */
async function post(webhook: Webhook, signal: AbortSignal): Promise<number> {
  const method = webhook.method ?? 'POST';
  try {
    const response = await fetch(webhook.url, {
      method,
      headers: webhook.headers,
      ...(method === 'POST' ? { body: webhook.body } : {}),
      signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 503;
  }
}

/** Waits, or stops waiting when the stack stops. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => undefined);
}
