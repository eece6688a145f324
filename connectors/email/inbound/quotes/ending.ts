import type { Line } from './line.ts';
import { isRule, isSentFromLine, isSignatureDelimiter } from './markers.ts';

/** Signatures longer than this hold something a person wrote. */
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
  if (last && isSentFromLine(last)) return end - 1;
  const earliest = Math.max(0, end - maxSignatureLines - 1);
  for (let index = end - 1; index >= earliest; index -= 1) {
    const line = lines[index];
    if (!line) break;
    if (isSignatureDelimiter(line)) return index;
    if (isRule(line) && line.plain.startsWith('_') && end - index <= maxFooterLines) return index;
  }
  return end;
}

/** Steps back over empty lines. */
export function withoutBlanks(lines: readonly Line[], end: number): number {
  let kept = end;
  while (kept > 0 && lines[kept - 1]?.empty) kept -= 1;
  return kept;
}
