import { type HeaderKind, readHeaderLine } from './header-labels.ts';
import type { Line } from './line.ts';
import { hasAddress, hasDate, hasTime } from './signs.ts';

/** The most lines of a header block: Outlook's are up to eight lines, long To lists fold. */
const longestBlock = 14;
/** Lines of a folded value that may stand between two labels. */
const maxFolded = 2;

/**
 * True when the header block of a quoted mail begins at this line (Outlook, Hotmail, Lotus). `From: Berlin / To: Paris /
 * Date: 3.11.2026` is a customer's travel plan and `Date / Amount / Subject` a bill: it takes an address as the sender,
 * or the time of sending under a label that only mail programs write, or a drawn line above (`ruled`).
 */
export function isHeaderBlock(lines: readonly Line[], start: number, ruled: boolean): boolean {
  const first = lines[start];
  if (!first || !readHeaderLine(first.plain)) return false;
  const block = valuesFrom(lines, start);
  const from = block.get('from');
  if (from === undefined) return isTransmission(block);
  const others = ['to', 'subject', 'cc'].filter((kind) => block.has(kind as HeaderKind)).length;
  const sent = block.get('sent') ?? '';
  const date = `${sent} ${block.get('date') ?? ''}`;
  if (hasAddress(from)) return others >= 2 || (hasDate(date) && (others >= 1 || ruled || hasZone(date)));
  if (hasDate(sent) && hasTime(sent)) return others >= 1;
  return ruled && hasDate(date) && others >= 1;
}

/** Without a sender: an address and a date with its zone, as only programs write it. */
function isTransmission(block: ReadonlyMap<HeaderKind, string>): boolean {
  const date = block.get('date') ?? '';
  return hasAddress(block.get('to') ?? '') && hasZone(date);
}

function hasZone(date: string): boolean {
  return hasTime(date) && /\s[+-]\d{4}\b/.test(date);
}

/** The values of the block by kind: until text begins, or a blank line after three labels. */
function valuesFrom(lines: readonly Line[], start: number): Map<HeaderKind, string> {
  const values = new Map<HeaderKind, string>();
  let last: ReadonlySet<HeaderKind> = new Set();
  let labels = 0;
  let folded = 0;
  for (const line of lines.slice(start, start + longestBlock)) {
    const header = readHeaderLine(line.plain);
    if (header) labels += 1;
    else if (line.empty ? labels >= 3 : ++folded > maxFolded) break;
    last = header?.kinds ?? last;
    for (const kind of last) {
      values.set(kind, `${values.get(kind) ?? ''} ${header?.value ?? line.plain}`);
    }
  }
  return values;
}
