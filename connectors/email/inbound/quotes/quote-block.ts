import type { Line } from './line.ts';

/** A quoted line this long that stops in mid-sentence was folded, so the unquoted line below it is its rest. */
const foldedLength = 60;
const longestRest = 76;

/**
 * Finds the end of the quote that begins at this line: the index of the first line after it. `inline` when quotes and
 * answers alternate, because then the questions are part of what the customer says.
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

/** True for an unquoted line between two quoted ones that is only the folded end of the line above. */
function isRest(lines: readonly Line[], index: number): boolean {
  const above = lines[index - 1];
  const below = lines[index + 1];
  const line = lines[index];
  if (!above?.quoted || !below?.quoted || !line) return false;
  if (above.text.length < foldedLength || line.text.length > longestRest) return false;
  return !/[.?!:;…。？！：；]$/.test(above.plain);
}
