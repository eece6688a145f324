/** Digits without anything in between. */
export interface Group {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
}

/** The most groups of one run: a number that is written digit by digit has no more. */
const maxGroups = 40;

/** Groups of digits that stand beside each other, with only `between` in between. */
export function digitRuns(text: string, between: RegExp): readonly (readonly Group[])[] {
  const runs: Group[][] = [];
  for (const { 0: digits, index } of text.matchAll(/\d+/g)) {
    const group = { digits, start: index, end: index + digits.length };
    const run = runs.at(-1);
    const before = run?.at(-1);
    const isNext = before !== undefined && between.test(text.slice(before.end, group.start));
    if (run && isNext && run.length < maxGroups) run.push(group);
    else runs.push([group]);
  }
  return runs;
}

/** Groups of a run that follow each other, with the digits of all of them. */
export interface Window {
  readonly groups: readonly Group[];
  readonly digits: string;
  readonly start: number;
  readonly end: number;
}

/** The windows of a run that begin at one of its groups and have so many digits, the longest first. */
export function windowsAt(
  run: readonly Group[],
  from: number,
  { min, max }: { readonly min: number; readonly max: number },
): readonly Window[] {
  const windows: Window[] = [];
  let digits = '';
  for (const [index, group] of run.entries()) {
    if (index < from) continue;
    digits += group.digits;
    if (digits.length > max) break;
    const groups = run.slice(from, index + 1);
    if (digits.length >= min) {
      windows.unshift({ groups, digits, start: run[from]?.start ?? 0, end: group.end });
    }
  }
  return windows;
}
