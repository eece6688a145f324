import { env } from 'node:process';

type Environment = Readonly<Record<string, string | undefined>>;

/** The whole numbers that a setting may be. */
interface Range {
  readonly least: number;
  readonly max: number;
}

/** How often something may be done: at least once. */
const counts: Range = { least: 1, max: Number.MAX_SAFE_INTEGER };
/** What fast-check takes as a seed. */
const seeds: Range = { least: -(2 ** 31), max: 2 ** 31 - 1 };

/** Reads how often something is done. Undefined where the variable is not set or empty; throws for anything else. */
export function countSetting(name: string, given: Environment = env): number | undefined {
  return wholeNumber(name, counts, given);
}

/** Reads the seed of a run that was printed. Undefined where it is not set or empty; throws for anything else. */
export function seedSetting(name: string, given: Environment = env): number | undefined {
  return wholeNumber(name, seeds, given);
}

/** Reads the way to a shrunk failure, as fast-check prints it: `12:3:0`. */
export function pathSetting(name: string, given: Environment = env): string | undefined {
  const value = given[name];
  if (value === undefined || value === '') return undefined;
  if (/^\d+(:\d+)*$/.test(value)) return value;
  throw new Error(`${name} is "${value}"; allowed: whole numbers with colons between them`);
}

/** Reads one of several words. Undefined where it is not set or empty; throws for any other word. */
export function wordSetting<Word extends string>(
  name: string,
  words: readonly Word[],
  given: Environment = env,
): Word | undefined {
  const value = given[name];
  if (value === undefined || value === '') return undefined;
  const found = words.find((word) => word === value);
  if (found !== undefined) return found;
  throw new Error(`${name} is "${value}"; allowed: ${words.join(', ')}`);
}

function wholeNumber(name: string, { least, max }: Range, given: Environment): number | undefined {
  const value = given[name];
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  if (/^-?\d+$/.test(value) && number >= least && number <= max) return number;
  throw new Error(`${name} is "${value}"; allowed: a whole number from ${least} to ${max}`);
}
