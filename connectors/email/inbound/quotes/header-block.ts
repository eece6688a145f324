import { type HeaderKind, readHeaderLine } from './header-labels.ts';
import type { Line } from './line.ts';
import { hasAddress, hasDate } from './signs.ts';

/** The most lines of a header block: Outlook's are up to eight lines, long To lists fold. */
const longestBlock = 14;
/** Lines of a folded value that may stand between two labels. */
const maxFolded = 2;

/**
 * True when the header block of a quoted mail begins at this line (Outlook, Hotmail, Lotus): several labels together
 * with an address or a date. `From: Berlin / To: Paris` alone is a customer's travel plan.
 */
export function isHeaderBlock(lines: readonly Line[], start: number): boolean {
  const first = lines[start];
  if (!first || !readHeaderLine(first.plain)) return false;
  const block = blockFrom(lines, start);
  const seen = new Set(block.flatMap(({ plain }) => [...(readHeaderLine(plain)?.kinds ?? [])]));
  const address = block.some(({ plain }) => hasAddress(plain));
  return isEnough(
    seen,
    address,
    block.some(({ plain }) => hasDate(plain)),
  );
}

/** The lines that may belong to the block: until text begins, or a blank line after three labels. */
function blockFrom(lines: readonly Line[], start: number): Line[] {
  const block: Line[] = [];
  let labels = 0;
  let folded = 0;
  for (const line of lines.slice(start, start + longestBlock)) {
    const isLabel = readHeaderLine(line.plain) !== undefined;
    if (isLabel) labels += 1;
    else if (line.empty ? labels >= 3 : ++folded > maxFolded) break;
    block.push(line);
  }
  return block;
}

function isEnough(seen: ReadonlySet<HeaderKind>, address: boolean, date: boolean): boolean {
  if (seen.has('from') && seen.has('subject') && seen.size >= 3) return address || date;
  if (seen.has('from') && seen.has('date')) return address;
  return seen.has('date') && seen.has('to') && address && date;
}
