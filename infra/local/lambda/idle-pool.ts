import type { Environment } from './environment.ts';

/** The environments of a function that have nothing to do. */
export interface IdlePool {
  /** Takes an environment that can take an event; undefined when there is none. */
  readonly take: () => Environment | undefined;
  readonly put: (environment: Environment) => void;
  readonly clear: () => void;
}

/**
 * Hands `dismiss` every environment that is idle for longer than `idleSeconds`. The last one put is the first one
 * taken.
 */
export function idlePool(
  idleSeconds: number,
  dismiss: (environment: Environment) => void,
): IdlePool {
  const pool = new Map<Environment, NodeJS.Timeout>();
  const remove = (environment: Environment): void => {
    clearTimeout(pool.get(environment));
    pool.delete(environment);
  };
  return {
    take: () => {
      for (const environment of [...pool.keys()].reverse()) {
        remove(environment);
        if (environment.usable()) return environment;
        dismiss(environment);
      }
      return undefined;
    },
    put: (environment) => {
      const timer = setTimeout(() => {
        remove(environment);
        dismiss(environment);
      }, idleSeconds * 1000);
      pool.set(environment, timer.unref());
    },
    clear: () => {
      for (const environment of [...pool.keys()]) remove(environment);
    },
  };
}
