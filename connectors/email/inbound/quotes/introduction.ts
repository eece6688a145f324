import type { Line } from './line.ts';

/**
 * True when the customer presents what begins at this line: his last line before it ends with a colon ("it prints
 * this:"). He wants it to be read then, whatever it looks like.
 */
export function isIntroduced(lines: readonly Line[], start: number): boolean {
  let above = start - 1;
  while (above >= 0 && lines[above]?.empty) above -= 1;
  const line = lines[above];
  if (!line || line.quoted) return false;
  // `:+1:` is a picture.
  return /[:：]$/.test(line.plain) && !/:[\w+-]{1,30}:$/.test(line.plain);
}
