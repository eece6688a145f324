import { htmlToText } from '#connectors/email/inbound/html-text';
import type { QuoteCase } from './cases.ts';

/** The visible text of a mail, by one stripper. */
export type Strip = (mail: string, kind: QuoteCase['kind']) => string;

/** `lossy`: a line of the customer's own is gone. `leaky`: something quoted is left. */
export type Result = 'exact' | 'lossy' | 'leaky';
export type Counts = Readonly<Record<Result, number>>;

/** Judges as the collections do: text by lines, HTML by its letters, because its lines are made. */
export function judge(strip: Strip, { mail, kind, expected }: QuoteCase): Result {
  const got = strip(mail, kind);
  if (kind === 'html') return judgeHtml(got, expected);
  if (tidy(got) === tidy(expected)) return 'exact';
  return missingLines(got, expected).length === 0 ? 'leaky' : 'lossy';
}

function judgeHtml(got: string, expected: string): Result {
  const wanted = squeeze(expected.includes('<') ? htmlToText(expected) : expected);
  if (squeeze(got) === wanted) return 'exact';
  return holds(squeeze(got), wanted) ? 'leaky' : 'lossy';
}

/** True when all letters are there, in their order. */
function holds(got: string, wanted: string): boolean {
  let at = 0;
  for (const letter of got) if (wanted.startsWith(letter, at)) at += letter.length;
  return at === wanted.length;
}

/** The lines of one text that the other has not. */
export function missingLines(got: string, wanted: string): string[] {
  const lines = new Set(got.split('\n').map((line) => line.trim()));
  return wanted
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !lines.has(line));
}

/** Counts per language, in the order of the languages. */
export function measure(strip: Strip, cases: readonly QuoteCase[]): Record<string, Counts> {
  const counts: Record<string, Record<Result, number>> = {};
  for (const language of new Set(cases.map((each) => each.language).toSorted())) {
    counts[language] = { exact: 0, lossy: 0, leaky: 0 };
  }
  for (const each of cases) {
    const count = counts[each.language];
    if (count) count[judge(strip, each)] += 1;
  }
  return counts;
}

export function totalOf(counts: Readonly<Record<string, Counts>>): Counts {
  const sum = (result: Result) =>
    Object.values(counts).reduce((total, each) => total + each[result], 0);
  return { exact: sum('exact'), lossy: sum('lossy'), leaky: sum('leaky') };
}

function tidy(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{2,}/g, '\n\n')
    .trim();
}

function squeeze(text: string): string {
  return text.replace(/[\s\u2060\u2063]+/g, '');
}
