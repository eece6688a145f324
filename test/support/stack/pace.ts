import type { Pacing } from '#shared/connector/declaration';

/** One call of a provider, and when its reply was handed in: milliseconds of one clock. */
export interface PacedCall {
  readonly handedInMs: number;
  readonly atMs: number;
}

/**
 * By how many seconds the worst call came before its pace allowed it. Of the replies that were handed in from some moment
 * on, the n-th call may come `(n - burst) / perSecond` seconds after that moment. A busy machine only makes calls later,
 * so this holds on every machine.
 */
export function maxTooEarlySeconds(
  calls: readonly PacedCall[],
  { perSecond, burst }: Pacing,
): number {
  const byTime = calls.toSorted((a, b) => a.atMs - b.atMs);
  const early = calls.flatMap(({ handedInMs: from }) =>
    byTime
      .filter(({ handedInMs }) => handedInMs >= from)
      .map(({ atMs }, index) => (index + 1 - burst) / perSecond - (atMs - from) / 1000),
  );
  return Math.max(...early);
}
