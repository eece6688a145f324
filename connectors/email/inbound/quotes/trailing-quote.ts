import { containerMark } from './html-containers.ts';
import { isIntroduced } from './introduction.ts';
import type { Line } from './line.ts';
import { isQuotedMail } from './quoted-mail.ts';

/** The most lines that introduce a quote in its container. */
const maxIntroduction = 6;

/**
 * Finds a quote at the very end without an attribution, below text of the customer's own, and says where it begins. It
 * must show that it is a mail, or stand in the container of a mail program: logs and cited pages look the same else.
 */
export function trailingQuote(
  lines: readonly Line[],
  isGone: (index: number) => boolean,
): number | undefined {
  const passes = (line: Line | undefined, index: number) =>
    line !== undefined && (line.empty || line.quoted || isGone(index));
  let start = lines.length;
  while (start > 0 && passes(lines[start - 1], start - 1)) start -= 1;
  if (start === 0) return undefined;
  const quote = lines.slice(start).filter((line, index) => line.quoted && !isGone(start + index));
  if (quote.length === 0) return undefined;
  const container = containerAbove(lines, lines.indexOf(quote[0] as Line, start));
  if (container !== undefined) return container;
  return isQuotedMail(quote) && !isIntroduced(lines, start) ? start : undefined;
}

/** The mark of a container above this quote, or above a line that introduces it in a language we cannot read. */
function containerAbove(lines: readonly Line[], start: number): number | undefined {
  for (let index = start; index >= Math.max(0, start - maxIntroduction); index -= 1) {
    if (lines[index]?.text === containerMark) return index;
  }
  return undefined;
}
