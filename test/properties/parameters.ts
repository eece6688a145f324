import { env } from 'node:process';

/** FC_RUNS says how long everything is, in parts of this. */
const usual = 1000;

/** FC_SEED repeats what a failure has printed; FC_RUNS=10000 makes every property ten times as long. */
export function parameters(runs: number): { readonly numRuns: number; readonly seed: number } {
  const share = Number(env['FC_RUNS'] ?? usual) / usual;
  const seed = Number(env['FC_SEED'] ?? Date.now() & 0x7fff_ffff);
  return { numRuns: Math.max(1, Math.ceil(runs * share)), seed };
}
