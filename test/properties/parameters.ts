import { env } from 'node:process';

/**
 * Gives the number of runs and the seed of one property. FC_RUNS sets the number of runs of every property;
 * FC_SEED repeats a failure. Without them a property makes its usual number of runs with a seed of the moment.
 */
export function parameters(usualRuns: number): { readonly numRuns: number; readonly seed: number } {
  const numRuns = wholeNumber('FC_RUNS') ?? usualRuns;
  const seed = Number(env['FC_SEED'] ?? Date.now() & 0x7fff_ffff);
  return { numRuns, seed };
}

/** Reads a whole number above zero from the environment. Throws for anything else. */
function wholeNumber(name: string): number | undefined {
  const value = env[name];
  if (value === undefined || value === '') return undefined;
  if (!/^[1-9]\d*$/.test(value)) {
    throw new Error(`${name} is "${value}"; allowed: a whole number above zero`);
  }
  return Number(value);
}
