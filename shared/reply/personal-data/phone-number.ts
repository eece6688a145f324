import { digitRuns, type Group, type Window, windowsAt } from './digit-runs.ts';
import { type Found, without } from './finding.ts';

/** Tells if a number is one of a country's, or without a country if it is one after a plus. */
export type IsPhoneNumber = (number: string, country?: string) => boolean;

/** Countries in which numbers begin with a zero within the country. */
const zeroCountries = [
  ...(['DE', 'FR', 'GB', 'IT', 'NL', 'AT', 'CH', 'BE', 'JP', 'AU', 'IE', 'SE', 'TR'] as const),
  ...([
    'SA',
    'AE',
    'EG',
    'MA',
    'ZA',
    'KR',
    'CN',
    'IN',
    'ID',
    'NZ',
    'FI',
    'UA',
    'IL',
    'RO',
  ] as const),
];

const between = /^(?:[ .-]| ?[-/(] ?|\)? ?[-/] ?|\) ?)$/;
/** Dates, ranges of dates, times, clock ranges and ISBNs, where no further digits make them another number. */
const otherNumbers = [
  /(?<!\d)\d{1,2}\. ?\d{1,2}\.(?:\d{2,4})? ?(?:-|bis|to|au|al?) ?\d{1,2}\. ?\d{1,2}\.(?:\d{2,4})?(?!\d)/g,
  /(?<![\d.])(?<!\d[-/])(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2}(?:\d{2})?)(?![-./]?\d)/g,
  /(?<!\d)\d{1,2}[.:]\d{2} ?- ?\d{1,2}[.:]\d{2}(?![\d.-])/g,
  /(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)/g,
  /(?<!\d)97[89]-\d{1,5}-\d{1,7}-\d{1,7}-\d(?!\d)/g,
];
/** Addresses of the web that call a number. */
const callingLink = /(?:tel:|sms:|wa\.me\/|[?&]phone=)(?:\+|%2b|00)?(\d[\d.-]{6,17})/gi;
const webAddress = /(?:https?:\/\/|www\.)\S{1,2000}/gi;

const words = [
  ...(['tel', 'telephone', 'phone', 'mobile', 'cell', 'call', 'whatsapp', 'sms', 'fax'] as const),
  ...(['telefon', 'telefonnummer', 'handy', 'handynummer', 'mobil', 'mobilnummer'] as const),
  ...(['rufnummer', 'festnetz', 'durchwahl', 'unter der nummer'] as const),
  ...(['teléfono', 'tlf', 'móvil', 'celular', 'llame', 'llámanos', 'llámale'] as const),
  ...(['téléphone', 'tél', 'portable', 'appelez', 'joignable au'] as const),
];
const otherWords = [
  '電話番号',
  '電話',
  '携帯',
  'هاتف',
  'جوال',
  'موبايل',
  'телефон',
  '电话',
  '手机',
];
/** A word that announces a number, with what may stand between the two. */
const announced = new RegExp(
  String.raw`(?:(?<!\p{L})(?:${words.join('|')})(?!\p{L})|${otherWords.join('|')})[^\d\n,;!?]{0,20}$`,
  'iu',
);
const announcedWithin = 40;

/** Finds telephone numbers: international ones, national ones in their usual groups, and what a word announces. */
export function phoneNumbers(text: string, isNumber: IsPhoneNumber): readonly Found[] {
  const links = [...text.matchAll(callingLink)].map(({ 0: link, 1: value = '', index }) => ({
    ...{ kind: 'phone_number' as const, value, start: index, end: index + link.length },
  }));
  const prose = [webAddress, ...otherNumbers].reduce(
    (left, pattern) => left.replace(pattern, (part) => '\uFFFC'.repeat(part.length)),
    without(text, links),
  );
  const runs = digitRuns(prose, between);
  return [...links, ...runs.flatMap((run) => numbersIn(prose, run, isNumber))];
}

function numbersIn(text: string, run: readonly Group[], isNumber: IsPhoneNumber): readonly Found[] {
  const found: Found[] = [];
  for (let from = 0; from < run.length; from += 1) {
    const window = numberAt(text, run, from, isNumber);
    if (!window) continue;
    const { digits: value, start, end, groups } = window;
    found.push({ kind: 'phone_number', value, start, end });
    from += groups.length - 1;
  }
  return found;
}

function numberAt(
  text: string,
  run: readonly Group[],
  from: number,
  isNumber: IsPhoneNumber,
): Window | undefined {
  const first = run[from];
  if (!first || /[a-z_#=]$/i.test(text.slice(0, first.start))) return undefined;
  const before = text.slice(Math.max(0, first.start - announcedWithin), first.start);
  const alone = (window: Window) =>
    !/^(?:[a-z_]|[.,]\d)/i.test(text.slice(window.end, window.end + 2));
  if (/\+ ?\(?$/.test(before)) {
    return windowsAt(run, from, { min: 8, max: 15 }).find(
      (window) => alone(window) && isNumber(`+${window.digits}`),
    );
  }
  if (announced.test(before)) {
    return windowsAt(run, from, { min: 7, max: 15 }).find(alone);
  }
  const total = run.reduce((sum, { digits }) => sum + digits.length, 0);
  if (total > 17) return undefined;
  const isBracketed = before.endsWith('(');
  return windowsAt(run, from, { min: 9, max: 17 }).find(
    (window) => alone(window) && isNational(text, window, isBracketed, isNumber),
  );
}

/** The usual groups of a number without its country, by the lengths of the groups, and the country whose rule it meets. */
const shapes: readonly (readonly [lengths: string, first: RegExp, country: string])[] = [
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

function isNational(
  text: string,
  window: Window,
  isBracketed: boolean,
  isNumber: IsPhoneNumber,
): boolean {
  const { digits, start, end } = window;
  if (isLargeNumber(text.slice(start, end))) return false;
  if (/^00[1-9]/.test(digits)) return digits.length >= 11 && isNumber(`+${digits.slice(2)}`);
  if (/^0[1-9]/.test(digits)) return startsWithZero(window, isNumber);
  const lengths = window.groups.map((group) => group.digits.length).join('-');
  return [...shapes, ...(isBracketed ? bracketedShapes : [])].some(
    ([shape, first, country]) =>
      shape === lengths && first.test(digits) && isNumber(digits, country),
  );
}

/** A number in groups of three, or with a decimal point: 612.345.678, 800 000 000, 012345.678. */
function isLargeNumber(written: string): boolean {
  return /^\d{1,3}(?:\.\d{3})+$|^\d+\.\d{3}$|(?:[ .]000){2}$/.test(written);
}

/** The fewest and the most digits of a number with its zero, divided into groups or not. */
const lengthsWithZero = { divided: { min: 9, max: 13 }, whole: { min: 10, max: 13 } };

function startsWithZero({ digits, groups }: Window, isNumber: IsPhoneNumber): boolean {
  if (groups[0]?.digits.length === 1) return false;
  const { min, max } = groups.length > 1 ? lengthsWithZero.divided : lengthsWithZero.whole;
  if (digits.length < min || digits.length > max) return false;
  return zeroCountries.some((country) => isNumber(digits, country));
}
