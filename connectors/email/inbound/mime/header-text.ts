import { isUtf8 } from 'node:buffer';
import { decodeWords } from 'postal-mime';
import { decodeText } from './charset.ts';

/** A header field: its lines without their ends, as they were folded. */
export interface Field {
  /** In lower case. */
  readonly name: string;
  readonly lines: readonly string[];
}

/**
 * Splits a head into its fields. Letters outside ASCII are UTF-8 by RFC 6532; a line of other bytes is read by
 * `charset`, the one that the mail declares for its text, because a program that writes raw bytes writes both alike.
 */
export function readFields(head: Uint8Array, charset?: string): Field[] {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  const text = isUtf8(bytes) ? bytes.toString('utf8') : mixedText(bytes, charset);
  const fields: { name: string; lines: string[] }[] = [];
  for (const raw of text.split('\n')) {
    const line = trimLineEnd(raw);
    const last = fields.at(-1);
    if (line === '') continue;
    if (last && /^[ \t]/.test(line)) last.lines.push(line);
    else fields.push({ name: nameOf(line), lines: [line] });
  }
  return fields;
}

/** The value of a field, unfolded. */
export function fieldText({ lines }: Field): string {
  const whole = lines.join('');
  const colon = whole.indexOf(':');
  return colon < 0 ? '' : trimBlanks(whole.slice(colon + 1).replace(/\r+/g, ' '));
}

function nameOf(line: string): string {
  const colon = line.indexOf(':');
  return trimBlanks(colon < 0 ? line : line.slice(0, colon)).toLowerCase();
}

function mixedText(bytes: Buffer, charset: string | undefined): string {
  let isSubject = false;
  const lines = bytes.toString('latin1').split('\n');
  return lines
    .map((latin) => {
      if (!/^[ \t]/.test(latin)) isSubject = /^subject[ \t]*:/i.test(latin);
      const line = Buffer.from(latin, 'latin1');
      if (isUtf8(line)) return line.toString('utf8');
      // A decoded word must not end the line: UTF-7 writes line feeds in letters.
      if (isSubject) return decodeText(line, charset).replace(/[\r\n]+/g, ' ');
      return latin
        .split(/([ \t]+)/)
        .map((each) => wordText(each, charset))
        .join('');
    })
    .join('\n');
}

/**
 * A word of a field that programs read: a charset may give names their letters, but not a single sign of ASCII, and it
 * has no say in addresses. SES checks the sender that it reads in the bytes; ours must not be another one.
 */
function wordText(latin: string, charset: string | undefined): string {
  const bytes = Buffer.from(latin, 'latin1');
  if (isUtf8(bytes) || /[@<>]/.test(latin)) return bytes.toString('utf8');
  const text = decodeText(bytes, charset);
  return asciiOf(text) === asciiOf(latin) ? text : decodeText(bytes, 'windows-1252');
}

function asciiOf(text: string): string {
  return text.replace(/[\u0080-\uffff]+/g, '');
}

function trimLineEnd(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === '\r') end -= 1;
  return line.slice(0, end);
}

/** Blanks and tabs only: a field name that begins with another kind of blank is another name. */
function trimBlanks(text: string): string {
  const isBlank = (index: number) => text[index] === ' ' || text[index] === '\t';
  let [start, end] = [0, text.length];
  while (start < end && isBlank(start)) start += 1;
  while (end > start && isBlank(end - 1)) end -= 1;
  return text.slice(start, end);
}

/**
 * A field whose file names are names: a backslash in `"C:\\Temp\\a.png"` is not the mark of a quoted letter, because
 * letters and digits need none.
 */
export function withoutPaths(value: string): string {
  return value.replace(
    /(name[ \t]*=[ \t]*)"((?:[^"\\]|\\.)*)"/gis,
    (whole, name: string, path: string) => {
      const isPath = /\\[\p{L}\p{N}_]/u.test(path) && !path.includes('\\"');
      return isPath ? `${name}"${path.slice(path.lastIndexOf('\\') + 1)}"` : whole;
    },
  );
}

const word = /=\?([^?\s]+)\?([QqBb])\?([^?]*)\?=/g;

interface Run {
  readonly label: string;
  readonly start: number;
  end: number;
  readonly bytes: Buffer[];
}

/**
 * Writes encoded words anew in UTF-8 where the parser would read their charset wrongly. Words of one charset that
 * follow each other are read as one, because a letter may be split between them.
 */
export function withUtf8Words(text: string): string {
  if (!text.includes('=?')) return text;
  const parts: string[] = [];
  let position = 0;
  for (const { label, start, end, bytes } of runsOf(text)) {
    const decoded = decodeText(Buffer.concat(bytes), label);
    const usual = decodeWords(text.slice(start, end));
    if (decoded === usual || (decoded.includes('\ufffd') && !usual.includes('\ufffd'))) continue;
    const encoded = Buffer.from(decoded).toString('base64');
    parts.push(text.slice(position, start), `=?utf-8?B?${encoded}?=`);
    position = end;
  }
  return [...parts, text.slice(position)].join('');
}

function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  for (const match of text.matchAll(word)) {
    const [whole, charset = '', encoding = '', content = ''] = match;
    const label = charset.replace(/\*.*/s, '').toLowerCase();
    const bytes = /q/i.test(encoding) ? quotedBytes(content) : Buffer.from(content, 'base64');
    const last = runs.at(-1);
    const end = match.index + whole.length;
    if (last?.label === label && /^[ \t\r\n]*$/.test(text.slice(last.end, match.index))) {
      last.bytes.push(bytes);
      last.end = end;
    } else runs.push({ label, start: match.index, end, bytes: [bytes] });
  }
  return runs;
}

function quotedBytes(content: string): Buffer {
  const latin = Buffer.from(content.replaceAll('_', ' ')).toString('latin1');
  const bytes = latin.replace(/=([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1');
}
