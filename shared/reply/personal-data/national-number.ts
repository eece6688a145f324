import type { Window } from './digit-runs.ts';

/** Tells if a number is one of a country's, or without a country if it is one after a plus. */
export type IsPhoneNumber = (number: string, country?: string) => boolean;

/** Countries in which numbers begin with a zero within the country. */
const zeroCountries = (
  'DE FR GB IT NL AT CH BE JP AU IE SE TR SA AE EG MA ZA KR CN IN ID NZ FI UA IL RO' as const
).split(' ');

/** The usual groups of a number without its country, by the lengths of the groups, and the country whose rule it meets. */
const shapes: readonly (readonly [shape: string, first: RegExp, country: string])[] = [
  ['3-3-4', /^[2-9]/, 'US'],
  ['1-3-3-4', /^1[2-9]/, 'US'],
  ['3-3-3', /^[67]/, 'ES'],
  ['3-3-3', /^[89]/, 'ES'],
  ['3-3-3', /^9/, 'PT'],
  ['3-3-3', /^[5-8]/, 'PL'],
  ['3-2-2-2', /^[6-9]/, 'ES'],
  ['2-3-2-2', /^[89]/, 'ES'],
  ['5-5', /^[6-9]/, 'IN'],
  ['3-4-4', /^1[3-9]/, 'CN'],
  ['1-3-3-2-2', /^8[3-9]/, 'RU'],
];
const bracketedShapes: typeof shapes = [
  ['2-5-4', /^[1-9]/, 'BR'],
  ['2-4-4', /^[1-9]/, 'BR'],
  ['2-4-4', /^[1-9]/, 'MX'],
];

/** Tells if a window is a number of a country, written without the country. */
export function isNational(
  written: string,
  window: Window,
  isBracketed: boolean,
  isNumber: IsPhoneNumber,
): boolean {
  const { digits, shape, gaps } = window;
  // Numbers on a line each are a list.
  if (isLargeNumber(written) || gaps.filter((gap) => gap === '\n').length > 1) return false;
  if (/^00[1-9]/.test(digits)) return digits.length >= 11 && isNumber(`+${digits.slice(2)}`);
  if (/^0[1-9]/.test(digits)) return startsWithZero(window, isNumber);
  return [...shapes, ...(isBracketed ? bracketedShapes : [])].some(
    ([usual, first, country]) => usual === shape && first.test(digits) && isNumber(digits, country),
  );
}

/** A number in groups of three, or with a decimal point: 612.345.678, 800 000 000, 012345.678. */
function isLargeNumber(written: string): boolean {
  return /^\d{1,3}(?:[.,]\d{3})+$|^\d+[.,]\d{3}$|(?:[ .]000){2}$/.test(written);
}

/** The fewest and the most digits of a number with its zero, divided into groups or not. */
const lengthsWithZero = { divided: { min: 9, max: 13 }, whole: { min: 10, max: 13 } };

/** Tells if digits are a number with its zero in any of the countries. */
export function startsWithZero(
  { digits, shape, gaps }: Pick<Window, 'digits' | 'shape' | 'gaps'>,
  isNumber: IsPhoneNumber,
): boolean {
  const isDigitByDigit = /^1(?:-1)+$/.test(shape) && new Set(gaps).size === 1;
  if (/^1-/.test(shape) && !isDigitByDigit) return false;
  if (isDigitByDigit && digits.startsWith('012345678')) return false;
  const isDivided = gaps.length > 0 && !isDigitByDigit;
  const { min, max } = isDivided ? lengthsWithZero.divided : lengthsWithZero.whole;
  if (digits.length < min || digits.length > max) return false;
  return zeroCountries.some((country) => isNumber(digits, country));
}
