import { countSetting, seedSetting } from '#test/support/runner/settings';
import { bySize, runsOf, type Size, size } from '#test/support/runner/size';

/** The runs of a property: those of the full size, of which the small one has a part, or those of each size. */
export type Runs = number | Readonly<Record<Size, number>>;

/**
 * Gives the number of runs and the seed of one property. FC_RUNS sets the number of runs of every property;
 * FC_SEED repeats a failure. Without them a property makes the runs of this size with a seed of the moment.
 */
export function parameters(runs: Runs): { readonly numRuns: number; readonly seed: number } {
  const usual = typeof runs === 'number' ? runsOf(runs) : bySize(runs);
  const numRuns = countSetting('FC_RUNS') ?? usual;
  const seed = seedSetting('FC_SEED') ?? Date.now() & 0x7fff_ffff;
  return { numRuns, seed };
}

/** The same for a property that is over in a moment, or counts what it meets: it makes as many runs at each size. */
export function alwaysRuns(runs: number) {
  return parameters({ small: runs, full: runs });
}

/** The run of a seed that has found a planted mistake: the first run of a seed is 1. */
export interface Found {
  readonly seed: number;
  readonly run: number;
}

/**
 * The same for a mistake that was planted: as many runs as it takes to find it, at every size. At the small size they
 * begin at a run that has found it once, and go on from there when it does not any more.
 */
export function untilFound(maxRuns: number, from?: Found) {
  const anywhere = { ...parameters(maxRuns), numRuns: maxRuns, endOnFailure: true };
  const isGiven = seedSetting('FC_SEED') !== undefined;
  if (!from || isGiven || size === 'full') return anywhere;
  return { ...anywhere, seed: from.seed, path: String(from.run - 1) };
}
