/** Digits without anything in between. */
export interface Group {
  readonly digits: string;
  readonly start: number;
  readonly end: number;
  /** The separator between it and the group before it, empty for the first. */
  readonly gap: string;
}

/** The most groups of one run: a number that is written digit by digit has no more. */
const maxGroups = 40;

/** Groups of digits that stand beside each other, with only `between` in between. */
export function digitRuns(text: string, between: RegExp): readonly (readonly Group[])[] {
  const runs: Group[][] = [];
  for (const { 0: digits, index } of text.matchAll(/\d+/g)) {
    const run = runs.at(-1);
    const gap = text.slice(run?.at(-1)?.end ?? index, index);
    const group = { digits, start: index, end: index + digits.length };
    if (run && between.test(gap) && run.length < maxGroups) run.push({ ...group, gap });
    else runs.push([{ ...group, gap: '' }]);
  }
  return runs;
}

/** Divides a run at the gaps that a text uses between two numbers. */
export function dividedAt(run: readonly Group[], gap: RegExp): readonly (readonly Group[])[] {
  const parts: Group[][] = [];
  for (const group of run) {
    const part = parts.at(-1);
    if (part && !gap.test(group.gap)) part.push(group);
    else parts.push([group]);
  }
  return parts;
}

/** Counts the digits of a run. */
export function digitsIn(run: readonly Group[]): number {
  return run.reduce((sum, { digits }) => sum + digits.length, 0);
}

/** Groups of a run that follow each other, with the digits of all of them. */
export interface Window {
  readonly groups: readonly Group[];
  /** The lengths of its groups: `3-3-4`. */
  readonly shape: string;
  /** The separators between its groups. */
  readonly gaps: readonly string[];
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
      const shape = groups.map((each) => each.digits.length).join('-');
      const gaps = groups.slice(1).map((each) => each.gap);
      windows.unshift({
        ...{ groups, shape, gaps, digits, start: run[from]?.start ?? 0, end: group.end },
      });
    }
  }
  return windows;
}
