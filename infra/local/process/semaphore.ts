/** Lets a number of tasks run at once; the others wait, first come first served. */
export interface Semaphore {
  readonly size: number;
  /** Resolves when there is a place; the task that took it gives it back with `leave`. */
  readonly enter: () => Promise<void>;
  readonly leave: () => void;
}

export function semaphore(size: number): Semaphore {
  const queue: (() => void)[] = [];
  let inside = 0;
  return {
    size,
    enter: async () => {
      if (inside < size) inside += 1;
      else await new Promise<void>((resolve) => queue.push(resolve));
    },
    leave: () => {
      const next = queue.shift();
      if (next) next();
      else inside -= 1;
    },
  };
}
