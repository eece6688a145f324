import { setTimeout as sleep } from 'node:timers/promises';
import type { SimulatedAccount, SimulatedSend, SimulatorWorld, Webhook } from './simulator.ts';

/** Seconds before each repeat of a webhook we answered with 5xx, or not at all: short, because it is a laptop. */
const repeatAfterSeconds = [0.2, 0.5, 1, 2, 4, 8, 15];

export interface LiveWorld extends SimulatorWorld {
  readonly forget: () => void;
  /** Sets how far the provider's clock is ahead of ours. */
  readonly setClock: (offsetSeconds: number) => void;
  readonly stop: () => void;
}

/** The world of one simulator: what it has sent, and the webhooks it still owes. */
export function liveWorld(
  accounts: readonly SimulatedAccount[],
  url: () => string = () => '',
): LiveWorld {
  let offsetSeconds = 0;
  const stopping = new AbortController();
  const sent: SimulatedSend[] = [];
  const deliver = async (webhook: Webhook): Promise<number> => {
    let status = await post(webhook, stopping.signal);
    for (const seconds of repeatAfterSeconds) {
      if (status < 500 || stopping.signal.aborted) break;
      await pause(seconds * 1000, stopping.signal);
      status = await post(webhook, stopping.signal);
    }
    return status;
  };
  return {
    accounts,
    url,
    now: () => new Date(Date.now() + offsetSeconds * 1000),
    setClock: (seconds) => {
      offsetSeconds = seconds;
    },
    sent,
    record: (send) => sent.push(send),
    deliver,
    later: (milliseconds, work) => {
      void pause(milliseconds, stopping.signal).then(() =>
        stopping.signal.aborted ? undefined : work().catch(() => undefined),
      );
    },
    forget: () => sent.splice(0),
    stop: () => stopping.abort(),
  };
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
