/** A part that holds others, and the bytes of its boundary. */
export interface OpenBoundary<Part> {
  readonly bytes: Uint8Array;
  readonly part: Part;
}

/** The delimiter line that ends a part, or the end of the mail. */
export interface Delimiter {
  /** The index of the boundary; undefined at the end of the mail. */
  readonly found: number | undefined;
  /** `--boundary--`. */
  readonly isLast: boolean;
  /** The position of the delimiter line. */
  readonly line: number;
  /** The position after the delimiter line. */
  readonly next: number;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const hyphen = 0x2d;
const greaterThan = 0x3e;

type Open = readonly OpenBoundary<unknown>[];

/** Finds the delimiter that ends the body at `start`; only lines that begin with two hyphens are looked at. */
export function partEnd(mail: Uint8Array, start: number, open: Open): Delimiter {
  let line = open.length === 0 ? -1 : nextCandidate(mail, start);
  while (line >= 0) {
    const delimiter = delimiterAt(mail, line, open);
    if (delimiter) return delimiter;
    line = nextCandidate(mail, line + 2);
  }
  return { found: undefined, isLast: true, line: mail.length, next: mail.length };
}

/** The end of a head at `start`, and where its body begins. A delimiter ends a head as well; the body is empty then. */
export function headEnd(
  mail: Uint8Array,
  start: number,
  open: Open,
): { readonly end: number; readonly next: number } {
  const isRoot = open.length === 0;
  let line = start;
  while (line < mail.length) {
    const end = lineEnd(mail, line);
    if (end < mail.length && isBlank(mail, line, end)) return { end: line, next: end + 1 };
    if (isRoot && line > start && isSeparator(mail, line, end)) return { end: line, next: end + 1 };
    if (isCandidate(mail, line) && delimiterAt(mail, line, open)) return { end: line, next: line };
    line = end + 1;
  }
  return { end: mail.length, next: mail.length };
}

function lineEnd(mail: Uint8Array, line: number): number {
  let end = line;
  while (end < mail.length && mail[end] !== lineFeed) end += 1;
  return end;
}

function isBlank(mail: Uint8Array, line: number, end: number): boolean {
  let index = line;
  while (index < end && mail[index] === carriageReturn) index += 1;
  return index === end;
}

/** Below this much of a head no missing line is looked for. */
const longestSearch = 128 * 1024;

/** Fields that may stand below a line of blanks, which is then the rest of the field above (RFC 5322 4.2). */
const field =
  /^(?:[a-z]+(?:-[a-z\d]+)+|from|to|b?cc|subject|date|sender|received|comments|keywords|references)[ \t]*:/i;

/** Tells if a line of blanks stands for the empty line: no field and no rest of one follows. */
function isSeparator(mail: Uint8Array, line: number, end: number): boolean {
  if (mail[line] !== 0x20 && mail[line] !== 0x09) return false;
  if (line > longestSearch) return false;
  const blanks = Buffer.from(mail.subarray(line, Math.min(end, line + 80))).toString('latin1');
  if (end - line > 80 || blanks.trim() !== '' || end + 1 >= mail.length) return false;
  const next = Buffer.from(mail.subarray(end + 1, end + 81)).toString('latin1');
  return !/^[ \t]/.test(next) && !/^\r*\n/.test(next) && !field.test(next);
}

function isCandidate(mail: Uint8Array, line: number): boolean {
  return mail[line] === hyphen && mail[line + 1] === hyphen;
}

/** The next line that begins with two hyphens, at `from` or after it. */
function nextCandidate(mail: Uint8Array, from: number): number {
  const bytes = Buffer.from(mail.buffer, mail.byteOffset, mail.length);
  if (isCandidate(mail, from) && (from === 0 || mail[from - 1] === lineFeed)) return from;
  const found = bytes.indexOf('\n--', from);
  return found < 0 ? -1 : found + 1;
}

function delimiterAt(mail: Uint8Array, line: number, open: Open): Delimiter | undefined {
  const next = lineEnd(mail, line + 2);
  let end = next;
  while (end > line && mail[end - 1] === carriageReturn) end -= 1;
  for (let found = open.length - 1; found >= 0; found -= 1) {
    const boundary = open[found]?.bytes ?? mail;
    const isLast = matches(mail, line + 2, end, boundary);
    if (isLast === undefined) continue;
    return { found, isLast, line, next: Math.min(next + 1, mail.length) };
  }
  return undefined;
}

/** Compares a line behind its hyphens: undefined when it is no delimiter, true when it is the last. Blanks may follow. */
function matches(
  mail: Uint8Array,
  from: number,
  end: number,
  boundary: Uint8Array,
): boolean | undefined {
  if (from + boundary.length > end) return undefined;
  for (let index = 0; index < boundary.length; index += 1) {
    if (mail[from + index] !== boundary[index]) return undefined;
  }
  const rest = from + boundary.length;
  const isLast = rest + 2 <= end && isCandidate(mail, rest);
  return isEnded(mail, isLast ? rest + 2 : rest, end, isLast) ? isLast : undefined;
}

/** Tells if only blanks follow. Programs that take the end for that of a comment in HTML write an arrow. */
function isEnded(mail: Uint8Array, from: number, end: number, isLast: boolean): boolean {
  let rest = isLast && from + 1 === end && mail[from] === greaterThan ? end : from;
  while (rest < end && (mail[rest] === 0x20 || mail[rest] === 0x09)) rest += 1;
  return rest === end;
}
