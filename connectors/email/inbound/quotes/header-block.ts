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
  const first = readHeaderLine(lines[start]?.plain ?? '');
  return first !== undefined && opens(first.kinds) && isOfMail(valuesFrom(lines, start), ruled);
}

function isOfMail(block: ReadonlyMap<HeaderKind, string>, ruled: boolean): boolean {
  const sent = block.get('sent') ?? '';
  const date = `${sent} ${block.get('date') ?? ''}`;
  const from = block.get('from');
  if (from === undefined) return hasZone(date) && hasAddress(block.get('to') ?? '');
  const others = othersIn(block);
  if (hasAddress(from)) return others >= 2 || isDated(date, others >= 1 || ruled);
  return others >= 1 && isSent(sent, ruled ? date : '');
}

/** The time of sending under its own label, or any date below a drawn line. */
function isSent(sent: string, dateBelowRule: string): boolean {
  return (hasDate(sent) && hasTime(sent)) || hasDate(dateBelowRule);
}

/** A block begins with sender, date or subject. */
function opens(kinds: ReadonlySet<HeaderKind>): boolean {
  return kinds.has('from') || kinds.has('sent') || kinds.has('date') || kinds.has('subject');
}

function othersIn(block: ReadonlyMap<HeaderKind, string>): number {
  const others: readonly HeaderKind[] = ['to', 'subject', 'cc'];
  return others.filter((kind) => block.has(kind)).length;
}

/** A date that stands beside other labels, or with its zone, as only programs write it. */
function isDated(date: string, supported: boolean): boolean {
  return hasDate(date) && (supported || hasZone(date));
}

function hasZone(date: string): boolean {
  return hasTime(date) && /\s[+-]\d{4}\b/.test(date);
}

/** The values of the block by kind: until text begins, a label comes again, or a blank line follows three. */
function valuesFrom(lines: readonly Line[], start: number): Map<HeaderKind, string> {
  const values = new Map<HeaderKind, string>();
  let last: ReadonlySet<HeaderKind> = new Set();
  let rest = maxFolded;
  for (const line of lines.slice(start, start + longestBlock)) {
    const header = readHeaderLine(line.plain);
    if (!header) rest -= 1;
    if (header ? isKnown(values, header.kinds) : isOver(values, line, rest)) break;
    last = header?.kinds ?? last;
    add(values, last, header?.value ?? line.plain);
  }
  return values;
}

function isKnown(values: ReadonlyMap<HeaderKind, string>, kinds: ReadonlySet<HeaderKind>): boolean {
  return [...kinds].every((kind) => values.has(kind));
}

/** A line without a label ends the block when too many came, or when it is blank below three labels. */
function isOver(values: ReadonlyMap<HeaderKind, string>, line: Line, rest: number): boolean {
  return line.empty ? values.size >= 3 : rest < 0;
}

function add(values: Map<HeaderKind, string>, kinds: ReadonlySet<HeaderKind>, value: string): void {
  for (const kind of kinds) values.set(kind, `${values.get(kind) ?? ''} ${value}`);
}
