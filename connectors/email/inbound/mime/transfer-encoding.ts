import { base64End } from './base64-lines.ts';
import { decodeUu } from './uuencode.ts';

export type TransferEncoding = 'base64' | 'quoted-printable' | 'uuencode' | 'none';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const equals = 0x3d;

/** The value of each base64 letter; 64 for padding, 65 for what is skipped. */
const base64Values = Uint8Array.from({ length: 256 }, (_, byte) => {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=';
  const value = letters.indexOf(String.fromCharCode(byte));
  return value < 0 ? 65 : value;
});

/**
 * The file in a body, byte for byte: line ends stay as they came. The last one belongs to the delimiter where one
 * follows (RFC 2046 5.1.1). Bytes that are not encoded are not copied.
 */
export function fileBytes(
  whole: Uint8Array,
  encoding: TransferEncoding,
  isDelimited: boolean,
): Uint8Array {
  if (encoding === 'base64') {
    const end = base64End(whole);
    if (end > 0) return decodeBase64(whole.subarray(0, end));
  }
  const decoded = encoding === 'uuencode' ? decodeUu(whole) : undefined;
  if (decoded) return decoded;
  const body = isDelimited ? withoutLineEnd(whole) : whole;
  if (encoding !== 'quoted-printable') return body;
  return decodeLines(body, { quoted: true, exact: true });
}

function withoutLineEnd(body: Uint8Array): Uint8Array {
  if (body.at(-1) !== lineFeed) return body;
  return body.subarray(0, body.at(-2) === carriageReturn ? -2 : -1);
}

export interface TextBytes {
  readonly bytes: Uint8Array;
  /** True when the body held more. */
  readonly cut: boolean;
}

/** The bytes of a text, at most `limit` of them; every line ends with a line feed, also the last. */
export function textBytes(body: Uint8Array, encoding: TransferEncoding, limit: number): TextBytes {
  // Four bytes of a body give one of its text at least, but for soft line ends without text between them.
  const source = body.subarray(0, Math.min(body.length, limit * 4));
  const decoded = decodedText(source, encoding);
  return {
    bytes: decoded.subarray(0, Math.min(decoded.length, limit)),
    cut: decoded.length > limit || source.length < body.length,
  };
}

function decodedText(source: Uint8Array, encoding: TransferEncoding): Uint8Array {
  const end = encoding === 'base64' ? base64End(source) : 0;
  const plain = (from: number) =>
    decodeLines(source.subarray(from), { quoted: encoding === 'quoted-printable', exact: false });
  if (encoding === 'uuencode') return decodeUu(source) ?? plain(0);
  if (end === 0) return plain(0);
  const decoded = decodeBase64(source.subarray(0, end));
  // A list adds its words as they are.
  return end < source.length ? Buffer.concat([decoded, Buffer.from('\n'), plain(end)]) : decoded;
}

/** Reads base64; padding ends a unit, because some programs pad every line. Other bytes are skipped. */
function decodeBase64(body: Uint8Array): Uint8Array {
  const decoded = Buffer.allocUnsafeSlow(Math.ceil((body.length * 3) / 4) + 3);
  let [length, bits, letters] = [0, 0, 0];
  for (let index = 0; index < body.length; index += 1) {
    const value = base64Values[body[index] ?? 0] ?? 65;
    if (value < 64) {
      bits = (bits << 6) | value;
      letters += 1;
    }
    if (letters === 4) {
      decoded[length] = bits >> 16;
      decoded[length + 1] = bits >> 8;
      decoded[length + 2] = bits;
      length += 3;
      [bits, letters] = [0, 0];
    } else if (value === 64) {
      length += writeRest(decoded, length, bits, letters);
      [bits, letters] = [0, 0];
    }
  }
  length += writeRest(decoded, length, bits, letters);
  return decoded.subarray(0, length);
}

/** Writes the bytes of an unfinished unit: two letters hold one, three hold two. */
function writeRest(decoded: Uint8Array, at: number, bits: number, letters: number): number {
  if (letters < 2) return 0;
  const all = bits << (6 * (4 - letters));
  decoded[at] = all >> 16;
  decoded[at + 1] = all >> 8;
  return letters - 1;
}

interface LineRules {
  /** Quoted-printable. */
  readonly quoted: boolean;
  /** Keeps the line ends as they came, and adds none. */
  readonly exact: boolean;
}

/** Copies a body line by line. The result is never longer than the body, but for the line end it may add. */
function decodeLines(body: Uint8Array, { quoted, exact }: LineRules): Uint8Array {
  const decoded = Buffer.allocUnsafeSlow(body.length + 1);
  const write = quoted ? copyQuoted : copy;
  let length = 0;
  let next = 0;
  for (let start = 0; start < body.length; start = next) {
    next = lineAfter(body, start);
    const end = textEnd(body, start, next);
    const isSoft = quoted && end > start && body[end - 1] === equals;
    const text = isSoft ? end - 1 : end;
    length = write(body, start, text, decoded, length);
    if (isSoft) continue;
    length = exact ? copy(body, end, next, decoded, length) : endLine(decoded, length);
  }
  return decoded.subarray(0, length);
}

/** The position after the line at `start`. Faster than `indexOf` where lines are short. */
function lineAfter(body: Uint8Array, start: number): number {
  let end = start;
  while (end < body.length && body[end] !== lineFeed) end += 1;
  return Math.min(end + 1, body.length);
}

/** The end of a line without its line end. */
function textEnd(body: Uint8Array, start: number, next: number): number {
  let end = next;
  while (end > start && isLineEnd(body[end - 1])) end -= 1;
  return end;
}

function endLine(decoded: Uint8Array, length: number): number {
  decoded[length] = lineFeed;
  return length + 1;
}

function isLineEnd(byte: number | undefined): boolean {
  return byte === lineFeed || byte === carriageReturn;
}

function copy(from: Uint8Array, start: number, end: number, to: Uint8Array, at: number): number {
  for (let index = start; index < end; index += 1) to[at + index - start] = from[index] ?? 0;
  return at + end - start;
}

/** `=C3` is a byte; an equals sign that begins no such code stands for itself. */
function copyQuoted(
  from: Uint8Array,
  start: number,
  end: number,
  to: Uint8Array,
  at: number,
): number {
  let length = at;
  for (let index = start; index < end; index += 1) {
    const byte = from[index] ?? 0;
    const code =
      byte === equals && index + 2 < end ? hexByte(from[index + 1], from[index + 2]) : -1;
    to[length] = code < 0 ? byte : code;
    length += 1;
    if (code >= 0) index += 2;
  }
  return length;
}

function hexByte(high = 0, low = 0): number {
  const [first, second] = [hexDigit(high), hexDigit(low)];
  return first < 0 || second < 0 ? -1 : first * 16 + second;
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
