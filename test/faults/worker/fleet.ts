import type { Storm } from '#test/faults/proxy/fault-plan';
import { type AwsProxy, type ProxyWorld, startProxy } from '#test/faults/proxy/proxy';
import type { CrashOrder } from './messages.ts';
import { type Ending, startWorker, type Worker } from './worker.ts';

export interface FleetOptions {
  readonly name: string;
  readonly size: number;
  readonly timeoutSeconds: number;
  readonly world: ProxyWorld;
  /** Which bundle the next environment gets: an old one, a new one. */
  readonly bundle: () => string;
  readonly environment: (proxyUrl: string) => Readonly<Record<string, string>>;
  readonly log: (text: string) => void;
}

export interface Invocation {
  readonly event: unknown;
  readonly order?: CrashOrder;
  readonly storm?: Storm;
  /** Killed after this time, wherever it is then. */
  readonly killAfterMilliseconds?: number;
}

export interface Invoked {
  readonly ending: Ending;
  /** What the function asked AWS for, secrets left out. */
  readonly calls: readonly string[];
}

/** The execution environments of one function; one that dies is replaced. */
export interface Fleet {
  readonly invoke: (invocation: Invocation) => Promise<Invoked>;
  /** New environments for all, as after a deployment: what is at work finishes first. */
  readonly restart: () => void;
  readonly stop: () => void;
}

interface Slot {
  readonly proxy: AwsProxy;
  worker: Worker;
  /** To be replaced as soon as its invocation is over. */
  isOld: boolean;
}

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const slots = await Promise.all(
    Array.from({ length: options.size }, async (): Promise<Slot> => {
      const proxy = await startProxy(options.world);
      return { proxy, worker: newWorker(options, proxy), isOld: false };
    }),
  );
  const idle = [...slots];
  const queue: ((slot: Slot) => void)[] = [];
  const take = (): Promise<Slot> => {
    const slot = idle.pop();
    return slot ? Promise.resolve(slot) : new Promise((resolve) => queue.push(resolve));
  };
  const renew = (slot: Slot): void => {
    slot.worker.kill();
    slot.worker = newWorker(options, slot.proxy);
    slot.isOld = false;
  };
  const giveBack = (slot: Slot): void => {
    if (slot.isOld) renew(slot);
    const next = queue.shift();
    if (next) next(slot);
    else idle.push(slot);
  };
  return {
    invoke: async ({ event, order, storm, killAfterMilliseconds }) => {
      const slot = await take();
      if (!slot.worker.alive()) slot.worker = newWorker(options, slot.proxy);
      slot.proxy.begin(storm);
      const request = { event, ...(order ? { order } : {}) };
      const doomed = slot.worker;
      const timer =
        killAfterMilliseconds === undefined
          ? undefined
          : setTimeout(() => doomed.kill(), killAfterMilliseconds);
      const ending = await doomed.invoke(request, options.timeoutSeconds);
      clearTimeout(timer);
      const calls = slot.proxy.calls();
      if (ending.kind === 'killed' || ending.kind === 'timed_out') {
        slot.worker = newWorker(options, slot.proxy);
      }
      giveBack(slot);
      return { ending, calls };
    },
    restart: () => {
      for (const slot of slots) slot.isOld = true;
      idle.forEach(renew);
    },
    stop: () => {
      for (const { worker, proxy } of slots) {
        worker.kill();
        proxy.stop();
      }
    },
  };
}

function newWorker({ bundle, environment, log }: FleetOptions, { url }: AwsProxy): Worker {
  return startWorker({ bundle: bundle(), environment: environment(url), log });
}
