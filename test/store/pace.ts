import type { Pacing } from '#shared/connector/declaration';

/**
 * By how much the worst of all windows passes a pace: in no window of t seconds may there be more than
 * `burst + perSecond × t`. Zero or less is within it.
 */
export function maxBeyondPace(seconds: readonly number[], { burst, perSecond }: Pacing): number {
  const times = seconds.toSorted((a, b) => a - b);
  const beyond = times.flatMap((start, from) =>
    times.slice(from).map((end, more) => more + 1 - burst - (end - start) * perSecond),
  );
  // Times are rounded to milliseconds, so the last place of a sum may be off.
  return Math.max(...beyond) - 1e-3;
}
