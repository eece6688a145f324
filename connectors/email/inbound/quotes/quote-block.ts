import type { Line } from './line.ts';

/** A quoted line this long that stops in mid-sentence was folded, so the unquoted line below it is its rest. */
const foldedLength = 60;
const longestRest = 76;

/**
 * Where the quote that begins at this line ends: the index of the first line after it. `inline` when quote and
 * answer take turns, because then the questions are part of what the customer says.
 */
export function quoteAfter(lines: readonly Line[], start: number): number | 'inline' {
  let end = start;
  let answer = start;
  while (answer < lines.length && !isAnswer(lines, answer)) {
    answer += 1;
    if (!lines[answer - 1]?.empty) end = answer;
  }
  const again = lines.some((line, index) => index > answer && line.quoted);
  return again ? 'inline' : end;
}

function isAnswer(lines: readonly Line[], index: number): boolean {
  const line = lines[index];
  return line !== undefined && !line.empty && !line.quoted && !isRest(lines, index);
}

/** Whether an unquoted line between two quoted ones is only what was folded off the one above. */
function isRest(lines: readonly Line[], index: number): boolean {
  const above = lines[index - 1];
  const below = lines[index + 1];
  const line = lines[index];
  if (!above?.quoted || !below?.quoted || !line) return false;
  if (above.text.length < foldedLength || line.text.length > longestRest) return false;
  return !/[.?!:;…。？！：；]$/.test(above.plain);
}
