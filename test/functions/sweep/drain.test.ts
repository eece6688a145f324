import { setTimeout as sleep } from 'node:timers/promises';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type DrainedClass, drain } from '#functions/sweep/drain';

interface Item {
  readonly owner: string;
  readonly number: number;
}

const now = () => new Date('2026-11-21T10:00:00.000Z');
const dueSince = () => '2026-11-21T09:58:30.000Z';
const items = (count: number, owners: number): Item[] =>
  Array.from({ length: count }, (_, number) => ({ owner: String(number % owners), number }));

async function* listed(all: readonly Item[]): AsyncGenerator<Item> {
  yield* all;
}

/** A class whose work takes some milliseconds, with what happened. */
function watched(all: readonly Item[], more: Partial<DrainedClass<Item>> = {}) {
  const seen = { order: [] as Item[], running: 0, max: 0 };
  const drained: DrainedClass<Item> = {
    ...{ name: 'reply', list: listed(all), dueSince, atOnce: 4 },
    ownerOf: ({ owner }) => owner,
    work: async (item) => {
      seen.running += 1;
      seen.max = Math.max(seen.max, seen.running);
      await sleep(item.number % 3);
      seen.order.push(item);
      seen.running -= 1;
    },
    ...more,
  };
  return { seen, drained };
}

describe('a class that is drained', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is worked by so many at once, and what belongs to one owner one after the other', async () => {
    const { seen, drained } = watched(items(60, 7));
    expect(await drain(drained, now, () => true)).toEqual({ done: 60, failed: 0 });
    expect(seen.max).toBe(4);
    for (let owner = 0; owner < 7; owner += 1) {
      const own = seen.order.filter((item) => item.owner === String(owner));
      const numbers = own.map(({ number }) => number);
      expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
    }
  });

  it('stops when the time is used, and waits for what is under way', async () => {
    let looks = 0;
    const { seen, drained } = watched(items(60, 60));
    const hasTime = () => {
      looks += 1;
      return looks <= 10;
    };
    const { done } = await drain(drained, now, hasTime);
    expect([done, seen.running]).toEqual([10, 0]);
  });

  it('goes on after an item that fails', async () => {
    const { drained } = watched(items(9, 9), {
      work: async ({ number }) => {
        if (number % 3 === 0) throw new Error('no');
      },
    });
    expect(await drain(drained, now, () => true)).toEqual({ done: 6, failed: 3 });
  });

  it('tells how long its oldest item has been waiting, and 0 where nothing is due', async () => {
    const told = vi.spyOn(Metrics.prototype, 'addMetric');
    const classes = vi.spyOn(Metrics.prototype, 'addDimension');
    await drain(watched(items(5, 5)).drained, now, () => true);
    await drain(watched([], { name: 'dirty' }).drained, now, () => true);
    await drain(watched(items(5, 5), { name: 'uncertain' }).drained, now, () => false);
    const dimensions = classes.mock.calls.filter(([name]) => name === 'class');
    expect(dimensions.map(([, value]) => value)).toEqual(['reply', 'dirty', 'uncertain']);
    expect(told.mock.calls).toEqual([90, 0, 90].map((age) => ['OldestDue', 'Seconds', age]));
  });
});
