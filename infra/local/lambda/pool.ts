import { semaphore } from '#infra/local/process/semaphore';
import { type Environment, type Platform, startEnvironment } from './environment.ts';
import type { LambdaFunction } from './function.ts';
import { idlePool } from './idle-pool.ts';
import { failed, type Outcome } from './outcome.ts';

const stopping = failed('Runtime.Stopped', 'the local stack is stopping');

export interface LambdaPool {
  readonly functions: readonly LambdaFunction[];
  /** Invokes a function by name and waits for it. Throws for a name that is not deployed. */
  readonly invoke: (functionName: string, payload: string) => Promise<Outcome>;
  /** The number of events a function takes at once. */
  readonly concurrencyOf: (functionName: string) => number;
  readonly stop: (graceMilliseconds?: number) => Promise<void>;
}

export interface PoolOptions {
  /** Environments of one function at once; the template's reserved concurrency may only lower it. Default 5. */
  readonly maxConcurrency?: number | undefined;
  /** An environment that is idle for this long is stopped. Default two minutes. */
  readonly idleSeconds?: number;
}

/** Runs the functions of an app, each event in an environment that has no other. */
export function startPool(
  functions: readonly LambdaFunction[],
  platform: Platform,
  { maxConcurrency = 5, idleSeconds = 120 }: PoolOptions = {},
): LambdaPool {
  const crews = new Map(
    functions.map((fn) => {
      const size = Math.min(fn.reservedConcurrency ?? maxConcurrency, maxConcurrency);
      return [fn.name, startCrew(fn, platform, { size, idleSeconds })];
    }),
  );
  const crewOf = (name: string): Crew => {
    const crew = crews.get(name);
    if (!crew) throw new Error(`no function ${name}`);
    return crew;
  };
  return {
    functions,
    invoke: (name, payload) => crewOf(name).invoke(payload),
    concurrencyOf: (name) => crewOf(name).size,
    stop: async (grace) => {
      await Promise.all([...crews.values()].map((crew) => crew.stop(grace)));
    },
  };
}

interface Crew {
  readonly size: number;
  readonly invoke: (payload: string) => Promise<Outcome>;
  readonly stop: (graceMilliseconds?: number) => Promise<void>;
}

/** The environments of one function: at most `size`; an event waits for the first that is free. */
function startCrew(
  fn: LambdaFunction,
  platform: Platform,
  { size, idleSeconds }: { readonly size: number; readonly idleSeconds: number },
): Crew {
  const places = semaphore(size);
  const all = new Set<Environment>();
  let stopped = false;
  const dismiss = (environment: Environment): void => {
    all.delete(environment);
    void environment.stop(0);
  };
  const pool = idlePool(idleSeconds, dismiss);
  const work = async (payload: string): Promise<Outcome> => {
    const environment = pool.take() ?? (await startEnvironment(fn, platform));
    all.add(environment);
    const outcome = stopped ? stopping : await environment.invoke(payload);
    if (environment.usable() && !stopped) pool.put(environment);
    else dismiss(environment);
    return outcome;
  };
  return {
    size,
    invoke: async (payload) => {
      await places.enter();
      try {
        return stopped ? stopping : await work(payload);
      } finally {
        places.leave();
      }
    },
    stop: async (grace) => {
      stopped = true;
      pool.clear();
      await Promise.all([...all].map((environment) => environment.stop(grace)));
    },
  };
}
