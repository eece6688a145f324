import type { Environment } from './environment.ts';

/** The environments of a function that have nothing to do. */
export interface IdleShelf {
  /** Takes an environment that can take an event; undefined when there is none. */
  readonly take: () => Environment | undefined;
  readonly put: (environment: Environment) => void;
  readonly clear: () => void;
}

/**
 * Hands `dismiss` every environment that is idle for longer than `idleSeconds`. The last one put is the first one
 * taken.
 */
export function idleShelf(
  idleSeconds: number,
  dismiss: (environment: Environment) => void,
): IdleShelf {
  const shelf = new Map<Environment, NodeJS.Timeout>();
  const remove = (environment: Environment): void => {
    clearTimeout(shelf.get(environment));
    shelf.delete(environment);
  };
  return {
    take: () => {
      for (const environment of [...shelf.keys()].reverse()) {
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
      shelf.set(environment, timer.unref());
    },
    clear: () => {
      for (const environment of [...shelf.keys()]) remove(environment);
    },
  };
}
