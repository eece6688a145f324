import { isUtf8 } from 'node:buffer';

/** A line of an encoded file has 76 letters; words are never so long without a blank. */
const longLine = 60;
/** The most that is looked at to tell words of these letters from base64. */
const longestWords = 120;

interface Found {
  readonly length: number;
  /** The position at which the base64 ends. */
  end: number;
  /** The position at which its last line ends, as far as the body was read. */
  lastEnd: number;
  lines: number;
}

/**
 * Finds the end of the base64 in a body that is labelled so: some programs write plain words under that label, and lists
 * add a footer in plain words. Zero where all of it is plain.
 */
export function base64End(body: Uint8Array): number {
  const found: Found = { length: body.length, end: body.length, lastEnd: 0, lines: 0 };
  const counts = new Uint32Array(6);
  for (let start = 0; start < body.length; ) {
    const next = lineAfter(body, start);
    addLine(found, countSigns(body, start, next, counts), next);
    start = next;
  }
  const { end, lines } = found;
  const isAlone = lines === 1 && end === body.length;
  const isChecked = isAlone || end < body.length;
  return isChecked && isPlain(body.subarray(0, end), isAlone) ? 0 : end;
}

/** A line of signs alone is neither words nor base64. Words between two lines of a file are damage, not the end. */
function addLine(found: Found, counts: Uint32Array, next: number): void {
  const letters = (counts[letter] ?? 0) + (counts[foreign] ?? 0);
  if (letters === 0) return;
  if (isWords(counts, letters)) found.end = Math.min(found.end, found.lastEnd);
  else if (letters > longLine) found.end = found.length;
  found.lines += 1;
  if (!isWords(counts, letters)) found.lastEnd = next;
}

/** A line is words where one in ten letters is none of base64, or where its words have lengths that base64 has not. */
function isWords(counts: Uint32Array, letters: number): boolean {
  const odd = (counts[other] ?? 0) + (counts[foreign] ?? 0);
  const isUneven = (counts[blank] ?? 0) > 0 && letters % 4 !== 0;
  return isUneven || (counts[uneven] ?? 0) > 0 || odd * 10 >= letters;
}

function countSigns(
  ...[body, start, end, counts]: [Uint8Array, number, number, Uint32Array]
): Uint32Array {
  counts.fill(0);
  let group = 0;
  for (let index = start; index < end; index += 1) {
    const kind = kinds[body[index] ?? 0] ?? other;
    counts[kind] = (counts[kind] ?? 0) + 1;
    if (kind === blank) counts[uneven] = (counts[uneven] ?? 0) + (group % 4);
    group = kind === blank ? 0 : group + 1;
  }
  return counts;
}

/** Short words can be of the letters of base64 alone, but what they would stand for is no text. */
function isPlain(before: Uint8Array, isAlone: boolean): boolean {
  if (before.length > longestWords) return false;
  const text = Buffer.from(before).toString('latin1').replace(/\s+/g, '');
  if (text === '' || text.includes('=') || (isAlone && text.length % 4 === 0)) return false;
  const decoded = Buffer.from(text, 'base64');
  return !isUtf8(decoded) || decoded.some((byte) => byte < 0x09);
}

function lineAfter(body: Uint8Array, start: number): number {
  let end = start;
  while (end < body.length && body[end] !== 0x0a) end += 1;
  return Math.min(end + 1, body.length);
}

/** Kinds of bytes; a foreign one is a letter of no base64. */
const [letter, other, foreign, blank, lineEnd, uneven] = [0, 1, 2, 3, 4, 5];

const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  const sign = String.fromCharCode(byte);
  if (/[\r\n]/.test(sign)) return lineEnd;
  if (/[ \t]/.test(sign)) return blank;
  if (byte > 0x7f) return foreign;
  return /[A-Za-z0-9+/=]/.test(sign) ? letter : other;
});
