import { logger } from '#shared/logger';
import { type SweptClass, tellOldest } from '#shared/metrics';

/** One class of due items: it has its own list and its own workers, so that no other class keeps it waiting. */
export interface DrainedClass<Item> {
  readonly name: SweptClass;
  /** The most overdue first. */
  readonly list: AsyncIterable<Item>;
  /** The time since which an item has been waiting, ISO 8601. */
  readonly dueSince: (item: Item) => string;
  /** Items with the same owner are worked one after the other. */
  readonly ownerOf: (item: Item) => string;
  readonly work: (item: Item) => Promise<void>;
  /** The number of owners whose items are worked at the same time. */
  readonly atOnce: number;
}

export interface Drained {
  readonly done: number;
  readonly failed: number;
}

/**
 * Works through a class, page after page, until its list ends or the time is used. An item that fails stays due for
 * the next run. Tells how long the most overdue item has been waiting: 0 when there is none.
 */
export async function drain<Item>(
  { name, list, dueSince, ownerOf, work, atOnce }: DrainedClass<Item>,
  now: () => Date,
  hasTime: () => boolean,
): Promise<Drained> {
  const result = { done: 0, failed: 0 };
  const tails = new Map<string, Promise<void>>();
  const running = new Set<Promise<void>>();
  let first = true;
  for await (const item of list) {
    if (first) tellOldest(name, ageSeconds(dueSince(item), now()));
    first = false;
    if (!hasTime()) break;
    const owner = ownerOf(item);
    const before = tails.get(owner) ?? Promise.resolve();
    const task = before.then(() => attempt(name, item, work, result));
    tails.set(owner, task);
    running.add(task);
    void task.then(() => {
      running.delete(task);
      if (tails.get(owner) === task) tails.delete(owner);
    });
    if (running.size >= atOnce) await Promise.race(running);
  }
  if (first) tellOldest(name, 0);
  await Promise.all(running);
  return result;
}

async function attempt<Item>(
  name: SweptClass,
  item: Item,
  work: (item: Item) => Promise<void>,
  result: { done: number; failed: number },
): Promise<void> {
  try {
    await work(item);
    result.done += 1;
  } catch (fault) {
    result.failed += 1;
    logger.error('sweep failed', {
      class: name,
      name: fault instanceof Error ? fault.name : 'unknown',
    });
  }
}

function ageSeconds(since: string, now: Date): number {
  return Math.max(0, Math.round((now.getTime() - Date.parse(since)) / 1000));
}
