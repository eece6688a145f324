/** A task that asks for its turn before each of its calls. */
export type Task = (turn: () => Promise<void>) => Promise<unknown>;

/**
 * Runs tasks at the same time and lets one call through at a time: always when every living task waits for its
 * turn, the one that `picks` says. The same picks give the same interleaving.
 */
export async function interleave(tasks: readonly Task[], picks: readonly number[]): Promise<void> {
  const waiting = new Map<number, () => void>();
  let living = tasks.length;
  let picked = 0;
  const next = () => {
    if (waiting.size === 0 || waiting.size < living) return;
    const numbers = [...waiting.keys()].sort((a, b) => a - b);
    const number = numbers[(picks[picked % picks.length] ?? 0) % numbers.length] ?? 0;
    picked += 1;
    const go = waiting.get(number);
    waiting.delete(number);
    go?.();
  };
  const run = async (task: Task, number: number) => {
    try {
      await task(
        () =>
          new Promise<void>((resolve) => {
            waiting.set(number, resolve);
            next();
          }),
      );
    } finally {
      living -= 1;
      next();
    }
  };
  await Promise.all(tasks.map(run));
}
