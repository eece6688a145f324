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
/** What texts write between two numbers, and some also within one. */
const betweenNumbers = /^(?:\)? [-/|] |\n|\)? ?\()$/;
/** The most digits of one number, and of several beside each other. */
const maxDigits = { one: 17, several: 60 };

/** Dates, ranges of dates, times, clock ranges and ISBNs, where no further digits make them another number. */
const otherNumbers = [
  /(?<!\d)\d{1,2}\. ?\d{1,2}\.(?:\d{2,4})? ?(?:-|bis|to|au|al?) ?\d{1,2}\. ?\d{1,2}\.(?:\d{2,4})?(?!\d)/g,
  /(?<![\d.])(?<!\d[-/])(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./]\d{1,2}[-./]\d{2}(?:\d{2})?)(?![-./]?\d)/g,
  /(?<!\d)\d{1,2}[.:]\d{2} ?- ?\d{1,2}[.:]\d{2}(?![\d.-])/g,
  /(?<!\d)\d{1,2}:\d{2}(?::\d{2})?(?!\d)/g,
  /(?<!\d)97[89]-\d{1,5}-\d{1,7}-\d{1,7}-\d(?!\d)/g,
];
/** Characters before a number that its words may stand in. */
const announcedWithin = 40;

/** What is known of the place that is searched. */
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
    const [window] = numbersAt(search, run, from, mayBeNational);
    if (!window) continue;
    found.push(asFound(window));
    from += window.groups.length - 1;
  }
  return found;
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

/** The numbers that begin at one group of a run, the longest first. */
function* numbersAt(
  { text, isNumber, isOfCalls }: Search,
  run: readonly Group[],
  from: number,
  mayBeNational: boolean,
): Generator<Window> {
  const start = run[from]?.start ?? 0;
  const before = text.slice(Math.max(0, start - announcedWithin), start);
  const isCall = announcesCall(before);
  if (/[a-z_#=]$/i.test(before) && !isCall && !numberSign.test(before)) return;
  const windows = (min: number, max: number) =>
    windowsAt(run, from, { min, max }).filter((window) => standsAlone(text, window));
  if (/\+ ?\(?$/.test(before)) {
    for (const each of windows(8, 15)) if (isNumber(`+${each.digits}`)) yield each;
  } else if (isCall) yield* windows(7, 15);
  else if (mayBeNational && (isOfCalls || !announcesOther(before))) {
    for (const each of windows(9, 17)) {
      const written = text.slice(each.start, each.end);
      if (isNational(written, each, before.endsWith('('), isNumber)) yield each;
    }
  }
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
