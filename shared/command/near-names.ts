/** Two slips of the finger. */
const maxEdits = 2;

/** The allowed names that a misspelt one may have meant. Letter case and separators count for nothing. */
export function nearNames(given: string, allowed: readonly string[]): readonly string[] {
  const wanted = plain(given);
  return allowed.filter((name) => isNear(wanted, plain(name)));
}

function isNear(given: string, allowed: string): boolean {
  if (Math.abs(given.length - allowed.length) > maxEdits) return false;
  const max = Math.min(maxEdits, Math.floor(allowed.length / 3));
  return edits(given, allowed) <= max || sorted(given) === sorted(allowed);
}

/** Sorts the letters of a name: two exchanged letters are one slip but two edits. */
function sorted(name: string): string {
  return [...name].toSorted().join('');
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_\s-]/g, '');
}

/** Letters to change, add or drop (Levenshtein), row by row. */
function edits(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
