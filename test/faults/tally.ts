/** Counts by name. */
export interface Tally {
  readonly add: (name: string, count?: number) => void;
  readonly of: (name: string) => number;
  /** All counts, or those whose name begins so. */
  readonly total: (prefix?: string) => number;
  readonly entries: () => readonly (readonly [string, number])[];
}

export function tally(): Tally {
  const counts = new Map<string, number>();
  return {
    add: (name, count = 1) => void counts.set(name, (counts.get(name) ?? 0) + count),
    of: (name) => counts.get(name) ?? 0,
    total: (prefix = '') =>
      [...counts]
        .filter(([name]) => name.startsWith(prefix))
        .reduce((sum, [, count]) => sum + count, 0),
    entries: () => [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)),
  };
}
