import { attributionEndingAt } from './attribution.ts';
import { withoutBlanks, withoutEnding } from './ending.ts';
import { isHeaderBlock } from './header-block.ts';
import { containerMark, withoutMarks } from './html-containers.ts';
import { isIntroduced } from './introduction.ts';
import { type Line, readLines } from './line.ts';
import { isForwardLine, isFramedAttribution, isOriginalMessageLine, isRule } from './markers.ts';
import { quoteAfter } from './quote-block.ts';
import { trailingQuote } from './trailing-quote.ts';

/** The lines at the end among which signature and footer are looked for; blank ones may lie between. */
const maxEnding = 1000;

export interface Stripped {
  /** The new text of the customer; the whole text when it cannot be told apart. */
  readonly visible: string;
  /** The lines removed, in their order; absent when there are none. */
  readonly quoted?: string;
  /** The customer forwards another person's message; then nothing is removed. */
  readonly forwarded: boolean;
}

/** The lines to remove, and the beginnings to keep of lines that are the customer's only in part. */
interface Cut {
  readonly removed: Set<number>;
  readonly partial: Map<number, string>;
}

/**
 * Takes the quoted history off a plain-text mail. Every line is looked at a bounded number of times, whatever the
 * text: the published libraries hang for minutes on 200 KB of hostile text (protocol sheet: email 4).
 *
 * It prefers leaving a quote to losing a line: inline answers keep their questions, a quote in the middle stays
 * (pasted logs), and where nothing would remain everything stays.
 */
export function stripQuotes(text: string, isForward = false): Stripped {
  const whole = withoutMarks(text, 'all').trim();
  if (isForward) return { visible: whole, forwarded: true };
  const lines = readLines(withoutMarks(text, 'quoted'));
  const cut: Cut = { removed: new Set(), partial: new Map() };
  const forwarded = markQuotes(lines, cut);
  if (forwarded) return { visible: whole, forwarded };
  const trailing = trailingQuote(lines, (index) => isGone(cut, index));
  if (trailing !== undefined) remove(cut, trailing, lines.length);
  markEnding(lines, cut);
  return assemble(whole, lines, cut);
}

/** Walks down once and marks each quote; returns true at a forward, which ends the search and keeps everything. */
function markQuotes(lines: readonly Line[], cut: Cut): boolean {
  let index = 0;
  while (index < lines.length) {
    const line = lines[index];
    if (line && isMarkable(line)) {
      if (isForwardLine(line)) return true;
      index = markHistory(lines, index, cut) ?? markAttribution(lines, index, cut) ?? index + 1;
    } else {
      index += 1;
    }
  }
  return false;
}

/** Everything from the head of a quoted mail on. */
function markHistory(lines: readonly Line[], index: number, cut: Cut): number | undefined {
  const line = lines[index];
  if (!line) return undefined;
  const start = ruleBefore(lines, index);
  if (!isHead(line) && !isHeaderBlock(lines, index, start < index)) return undefined;
  if (isIntroduced(lines, start)) return lines.length;
  remove(cut, start, lines.length);
  return lines.length;
}

function isHead(line: Line): boolean {
  return isOriginalMessageLine(line) || isFramedAttribution(line);
}

/** True for a line that the customer's own client may have written: short, unquoted, not empty. */
function isMarkable({ empty, quoted, plain }: Line): boolean {
  return !empty && !quoted && plain !== '';
}

/** Marks the attribution ending at this line with its quote; returns where to go on. */
function markAttribution(lines: readonly Line[], end: number, cut: Cut): number | undefined {
  const next = nextWritten(lines, end + 1);
  const quoteFollows = lines[next]?.quoted ?? false;
  const attribution = attributionEndingAt(lines, end, quoteFollows);
  if (!attribution) return undefined;
  const { start, before, form } = attribution;
  if (!quoteFollows && next < lines.length && form !== 'sure') return undefined;
  if (before === '' && isIntroduced(lines, start)) return undefined;
  const until = quoteFollows ? quoteAfter(lines, next) : lines.length;
  if (before !== '') cut.partial.set(start, before);
  if (until === 'inline') {
    remove(cut, start, end + 1);
    return lines.length;
  }
  remove(cut, start, until);
  return until;
}

function markEnding(lines: readonly Line[], cut: Cut): void {
  const kept: number[] = [];
  for (let index = 0; index < lines.length; index += 1) if (!isGone(cut, index)) kept.push(index);
  const from = Math.max(0, kept.length - maxEnding);
  const last = kept.slice(from);
  const end = withoutEnding(last.flatMap((index) => lines[index] ?? []));
  for (const index of last.slice(end)) cut.removed.add(index);
}

function assemble(whole: string, lines: readonly Line[], cut: Cut): Stripped {
  const visible: string[] = [];
  const quoted: string[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.text === containerMark) continue;
    const before = cut.partial.get(index);
    if (before !== undefined) visible.push(before);
    (cut.removed.has(index) ? quoted : visible).push(line.text);
  }
  const own = visible.join('\n').trim();
  const history = quoted.join('\n').trim();
  if (own === '' || history === '') return { visible: whole, forwarded: false };
  return { visible: own, quoted: history, forwarded: false };
}

/** The drawn line and the blanks above a quoted header block belong to it. */
function ruleBefore(lines: readonly Line[], start: number): number {
  const above = withoutBlanks(lines, start);
  const rule = lines[above - 1];
  return rule && isRule(rule) ? above - 1 : start;
}

function nextWritten(lines: readonly Line[], from: number): number {
  let next = from;
  while (next < lines.length && lines[next]?.empty) next += 1;
  return next;
}

function remove(cut: Cut, start: number, end: number): void {
  for (let index = start; index < end; index += 1) cut.removed.add(index);
}

function isGone(cut: Cut, index: number): boolean {
  return cut.removed.has(index) && !cut.partial.has(index);
}
