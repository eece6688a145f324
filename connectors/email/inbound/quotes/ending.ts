import { isIntroduced } from './introduction.ts';
import type { Line } from './line.ts';
import { isSignatureDelimiter } from './markers.ts';
import { isSentFromLine } from './sent-from.ts';
import { isSignature } from './signature.ts';

/** The most lines below a delimiter that can be a signature, blank ones counted. */
const maxSignatureLines = 12;
const maxFooterLines = 8;

/**
 * Finds the ending that is no part of the message: signature, list footer, "Sent from my phone". Returns the number of
 * lines to keep.
 */
export function withoutEnding(lines: readonly Line[]): number {
  let end = withoutBlanks(lines, lines.length);
  for (let round = 0; round < 3; round += 1) {
    const shorter = withoutBlanks(lines, oneEnding(lines, end));
    if (shorter === end) break;
    end = shorter;
  }
  return end;
}

function oneEnding(lines: readonly Line[], end: number): number {
  const last = lines[end - 1];
  if (last && isSentFromLine(last)) return isIntroduced(lines, end - 1) ? end : end - 1;
  const earliest = Math.max(0, end - maxSignatureLines - 1);
  for (let index = end - 1; index >= earliest; index -= 1) {
    const beginning = endingAt(lines, index, end);
    if (beginning !== undefined) return beginning;
  }
  return end;
}

/** Where the mail ends if this line is the first of its ending; `end` where it only looks like one. */
function endingAt(lines: readonly Line[], index: number, end: number): number | undefined {
  const line = lines[index];
  if (!line) return undefined;
  if (!isSignatureDelimiter(line)) return isFooter(line, lines, index, end) ? index : undefined;
  const signs = isSignature(lines.slice(index + 1, end)) && !isIntroduced(lines, index);
  return signs ? index : end;
}

/** The footer of a mailing list: a few lines below a drawn line, with the link that leads out of it. */
function isFooter(line: Line, lines: readonly Line[], rule: number, end: number): boolean {
  if (!/^_{2,}$/.test(line.plain) || end - rule > maxFooterLines) return false;
  const below = lines.slice(rule + 1, end);
  return below.some(({ plain }) => /https?:\/\/|mailto:|mailing list/i.test(plain));
}

/** Steps back over empty lines. */
export function withoutBlanks(lines: readonly Line[], end: number): number {
  let kept = end;
  while (kept > 0 && lines[kept - 1]?.empty) kept -= 1;
  return kept;
}
