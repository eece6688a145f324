import { wordSetting } from './settings.ts';

/** How much of the tests runs: `small` by `npm test`, `full` by `npm run test:nightly`. */
export type Size = 'small' | 'full';

/** TEST_SIZE says which; without it the size is small. */
export const size: Size = wordSetting('TEST_SIZE', ['small', 'full']) ?? 'small';

/** A property makes this part of its runs at the small size, and never fewer than the least of them. */
const smallShare = 1 / 5;
const leastRuns = 10;

/** Gives the runs of a property at this size, of those that it makes at the full one. */
export function runsOf(fullRuns: number, wanted: Size = size): number {
  if (wanted === 'full') return fullRuns;
  return Math.min(fullRuns, Math.max(leastRuns, Math.ceil(fullRuns * smallShare)));
}

/** Gives the numbers of as many calls, from 0, at each of which a process is to die; at the small size every third. */
export function deathsAt(calls: number, wanted: Size = size): readonly number[] {
  const all = Array.from({ length: calls }, (_, at) => at);
  return wanted === 'full' ? all : all.filter((at) => at % 3 === 1);
}

/**
 * Gives what the size of this run takes: a number, or a list of cases. Throws where the small size has more than the
 * full one, or a case that the full one has not: each case runs in the nightly.
 */
export function bySize<Value extends number | readonly unknown[]>(
  { small, full }: Readonly<Record<Size, Value>>,
  wanted: Size = size,
): Value {
  const isPart =
    Array.isArray(small) && Array.isArray(full)
      ? small.every((each) => full.includes(each))
      : Number(small) <= Number(full);
  if (isPart) return wanted === 'full' ? full : small;
  throw new Error(`the small size, ${small}, is no part of the full one, ${full}`);
}
