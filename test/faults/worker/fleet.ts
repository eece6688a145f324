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
  readonly freezeSeconds: number;
}

export interface Invocation {
  readonly event: unknown;
  readonly order?: CrashOrder;
  readonly storm?: Storm;
  /** Told when the order was to freeze, and it has. */
  readonly frozen?: () => void;
  /** Killed after this time, wherever it is then. */
  readonly killAfterMilliseconds?: number;
}

export interface Invoked {
  readonly ending: Ending;
  /** What the function asked AWS for, secrets left out. */
  readonly calls: readonly string[];
  /** How many of its calls met a fault. */
  readonly faults: number;
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
  /** Told when its worker has been frozen. */
  frozen: (() => void) | undefined;
  /** To be replaced as soon as its invocation is over. */
  isOld: boolean;
}

export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const slots = await Promise.all(
    Array.from({ length: options.size }, async () =>
      newSlot(options, await startProxy(options.world)),
    ),
  );
  const idle = [...slots];
  const queue: ((slot: Slot) => void)[] = [];
  const take = (): Promise<Slot> => {
    const slot = idle.pop();
    return slot ? Promise.resolve(slot) : new Promise((resolve) => queue.push(resolve));
  };
  const renew = (slot: Slot): void => {
    slot.worker.kill();
    slot.worker = newWorker(options, slot);
    slot.isOld = false;
  };
  const giveBack = (slot: Slot): void => {
    if (slot.isOld) renew(slot);
    const next = queue.shift();
    if (next) next(slot);
    else idle.push(slot);
  };
  return {
    invoke: async ({ event, order, storm, frozen, killAfterMilliseconds }) => {
      const slot = await take();
      slot.frozen = frozen;
      if (!slot.worker.alive()) slot.worker = newWorker(options, slot);
      slot.proxy.begin(storm);
      const request = { event, ...(order ? { order } : {}) };
      const doomed = slot.worker;
      const timer =
        killAfterMilliseconds === undefined
          ? undefined
          : setTimeout(() => doomed.kill(), killAfterMilliseconds);
      const ending = await doomed.invoke(request, options.timeoutSeconds);
      clearTimeout(timer);
      const [calls, faults] = [slot.proxy.calls(), slot.proxy.faults()];
      if (ending.kind === 'killed' || ending.kind === 'timed_out') {
        slot.worker = newWorker(options, slot);
      }
      giveBack(slot);
      return { ending, calls, faults };
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

function newSlot(options: FleetOptions, proxy: AwsProxy): Slot {
  const slot: Pick<Slot, 'proxy' | 'frozen' | 'isOld'> = { proxy, frozen: undefined, isOld: false };
  return Object.assign(slot, { worker: newWorker(options, slot) });
}

function newWorker(
  { bundle, environment, log, freezeSeconds }: FleetOptions,
  slot: Pick<Slot, 'proxy' | 'frozen'>,
): Worker {
  const { proxy } = slot;
  return startWorker({
    bundle: bundle(),
    environment: environment(proxy.url),
    log,
    freezeSeconds,
    frozen: () => slot.frozen?.(),
    // The other ends have hung up while it stood still.
    thaw: proxy.hangUp,
  });
}
