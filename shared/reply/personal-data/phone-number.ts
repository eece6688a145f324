import {
  digitRuns,
  digitsIn,
  dividedAt,
  type Group,
  type Window,
  windowsAt,
} from './digit-runs.ts';
import { type Found, without } from './finding.ts';
import { type IsPhoneNumber, isNational } from './national-number.ts';
import { announcesCall, announcesOther, speaksOfCalls } from './number-words.ts';
import { linkedNumbers, webAddress } from './phone-link.ts';

const between = /^(?:[ .\n_:,-]| ?[-/(|] ?|\)? ?[-/|] ?|\) ?\(?)$/;
/** The separators that texts write between two numbers, and some also within one. */
const betweenNumbers = /^(?:\)? [-/|] |\n|\)? ?\()$/;
/** The most digits of one number, and of several beside each other. */
const maxDigits = { one: 17, several: 60 };

/** Dates, ranges of dates, times, clock ranges, ISBNs and barcodes, where no further digits make them another number. */
const otherNumbers = [
  /(?<!\d)\d{1,2}\. ?\d{1,2}\.(?:\d{2,4})? ?(?:-|bis|to|au|al?) ?\d{1,2}\. ?\d{1,2}\.(?:\d{2,4})?(?!\d)/g,
  /(?<![\d.])(?<!\d[-/])(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2}(?:\d{2})?)(?![-./]?\d)/g,
  /(?<!\d)\d{1,2}[.:]\d{2} ?- ?\d{1,2}[.:]\d{2}(?![\d.-])/g,
  /(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)/g,
  /(?<!\d)97[89]-\d{1,5}-\d{1,7}-\d{1,7}-\d(?!\d)/g,
  /(?<!\d)\d[ -]\d{6}[ -]\d{6}(?!\d)/g,
];
/** Characters before a number that its words may stand in. */
const announcedWithin = 40;

/** The facts that are known of the place that is searched. */
interface Search {
  readonly text: string;
  readonly isNumber: IsPhoneNumber;
  /** A number behind "order" may be a telephone number then. */
  readonly isOfCalls: boolean;
}

/** Finds telephone numbers: international ones, national ones in their usual groups, and what a word announces. */
export function phoneNumbers(text: string, isNumber: IsPhoneNumber): readonly Found[] {
  const links = linkedNumbers(text, isNumber);
  const prose = [webAddress, ...otherNumbers].reduce(
    (left, pattern) => left.replace(pattern, (part) => '\uFFFC'.repeat(part.length)),
    without(text, links),
  );
  const search = { text: prose, isNumber, isOfCalls: speaksOfCalls(prose) };
  return [...links, ...digitRuns(prose, between).flatMap((run) => numbersIn(search, run))];
}

/** Several numbers may stand beside each other: they fill the run, or its parts are searched one by one. */
function numbersIn(search: Search, run: readonly Group[]): readonly Found[] {
  if (isCode(search, run)) return [];
  const digits = digitsIn(run);
  if (digits <= maxDigits.one) return foundOneByOne(search, run);
  const several = digits <= maxDigits.several ? filling(search, run, 0, new Map()) : undefined;
  if (several) return several.map(asFound);
  return dividedAt(run, betweenNumbers).flatMap((part) => foundOneByOne(search, part));
}

function foundOneByOne(search: Search, run: readonly Group[]): readonly Found[] {
  const found: Found[] = [];
  const mayBeNational = digitsIn(run) <= maxDigits.one;
  for (let from = 0; from < run.length; from += 1) {
    const [window] = continuesSeries(run, from) ? [] : numbersAt(search, run, from, mayBeNational);
    if (!window) continue;
    found.push(asFound(window));
    from += window.groups.length - 1;
  }
  return found;
}

/** A group behind one that looks the same is in the middle of a number: `481 010 438 414`. */
function continuesSeries(run: readonly Group[], from: number): boolean {
  const [before, group] = [run[from - 1], run[from]];
  const isAlike =
    before?.digits.length === group?.digits.length && group?.gap === run[from + 1]?.gap;
  return isAlike && (group?.digits.length ?? 0) > 2 && !betweenNumbers.test(group?.gap ?? '');
}

/** The numbers that a run consists of, none of its groups left over. */
function filling(
  search: Search,
  run: readonly Group[],
  from: number,
  known: Map<number, readonly Window[] | undefined>,
): readonly Window[] | undefined {
  if (from === run.length) return [];
  if (known.has(from)) return known.get(from);
  let numbers: readonly Window[] | undefined;
  for (const window of numbersAt(search, run, from, true)) {
    const rest = filling(search, run, from + window.groups.length, known);
    if (!rest) continue;
    numbers = [window, ...rest];
    break;
  }
  known.set(from, numbers);
  return numbers;
}

const asFound = ({ digits: value, start, end }: Window): Found => ({
  ...{ kind: 'phone_number', value, start, end },
});

/** The lengths of a number, and the test that it has to pass. */
interface Rule {
  readonly min: number;
  readonly max: number;
  readonly accepts: (window: Window) => boolean;
}

/** The numbers that begin at one group of a run, the longest first. */
function* numbersAt(
  search: Search,
  run: readonly Group[],
  from: number,
  mayBeNational: boolean,
): Generator<Window> {
  const { text } = search;
  const start = run[from]?.start ?? 0;
  const before = text.slice(Math.max(0, start - announcedWithin), start);
  const rule = ruleBehind(search, before, mayBeNational);
  if (!rule) return;
  for (const window of windowsAt(run, from, rule)) {
    if (standsAlone(text, window) && rule.accepts(window)) yield window;
  }
}

/** The rule for a number behind these words: it is international, announced by them, or a national one. */
function ruleBehind(search: Search, before: string, mayBeNational: boolean): Rule | undefined {
  const { text, isNumber, isOfCalls } = search;
  const isCall = announcesCall(before);
  if (/[a-z_#=]$/i.test(before) && !isCall && !numberSign.test(before)) return undefined;
  if (/\+ ?\(?$/.test(before)) {
    return { min: 8, max: 15, accepts: ({ digits }) => isNumber(`+${digits}`) };
  }
  if (isCall) return { min: 7, max: 15, accepts: () => true };
  if (!mayBeNational || (announcesOther(before) && !isOfCalls)) return undefined;
  const isBracketed = before.endsWith('(');
  const accepts = (window: Window) =>
    isNational(text.slice(window.start, window.end), window, isBracketed, isNumber);
  return { min: 9, max: maxDigits.one, accepts };
}

/** Words for a number that may touch it: `Nr0170 1234567`. */
const numberSign = /(?<![a-z])(?:nr|no|num)$/i;

/** Letters, decimals or the end of a code behind a number make it another one. */
function standsAlone(text: string, { end }: Window): boolean {
  return !/^(?:[a-z_]|[.,]\d|-[a-z](?![a-z]))/i.test(text.slice(end, end + 3));
}

/** A run behind capital letters and digits belongs to their code: `1Z 999 AA1 01 2345 6784`, `8R 01234 56789`. */
function isCode({ text }: Search, [first]: readonly Group[]): boolean {
  const start = first?.start ?? 0;
  const before = text.slice(Math.max(0, start - announcedWithin), start);
  if (announcesCall(before) || numberSign.test(before)) return false;
  return /[A-Z]$/.test(before) || /\d(?!(?:H|AM|PM|GB) )[A-Z]{1,3}[ -]$/.test(before);
}
