import { isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { eucKrOf, gbkOf } from './seven-bit.ts';

/**
 * Charsets that `TextDecoder` of Node reads wrongly or not at all: it knows EUC-KR without the letters that Korean
 * Windows added to it, and Big5 without those of Hong Kong. The names are iconv-lite's.
 */
const corrected: ReadonlyMap<string, string> = new Map([
  ...'euckr ksc56011987 ksc56011989 ksc5601 korean cseuckr csksc56011987 isoir149 windows949 cp949 ms949 949 uhc'
    .split(' ')
    .map((label) => [label, 'cp949'] as const),
  ...'big5 big5hkscs cnbig5 csbig5 xxbig5 windows950 cp950 ms950 950'
    .split(' ')
    .map((label) => [label, 'big5hkscs'] as const),
]);

/** Spellings that neither library knows. */
const aliases: ReadonlyMap<string, string> = new Map([
  ...'iso2022jp1 iso2022jp2 iso2022jpms cp50220 cp50221 cp50222 junet'
    .split(' ')
    .map((label) => [label, 'iso-2022-jp'] as const),
  ...'shiftjis xsjis csshiftjis cp932 windows932 ms932 932 mskanji ms31j windows31j'
    .split(' ')
    .map((label) => [label, 'shift_jis'] as const),
  ...'cp51932 eucjp'.split(' ').map((label) => [label, 'euc-jp'] as const),
  ...'cp936 windows936 ms936 936 euccn gb231280 gb23121980 isoir58 xgbk'
    .split(' ')
    .map((label) => [label, 'gbk'] as const),
  ['tis620', 'windows-874'],
  ['iso88598i', 'iso-8859-8-i'],
  ['iso88598e', 'iso-8859-8'],
]);

/** Codecs of iconv-lite that are no charsets of mail. */
const noCharset = new Set(['hex', 'base64', 'utf7imap', 'binary', 'internal']);

/** Labels that programs write without looking: UTF-8 or windows-1252 is what stands below them. */
const western = new Set(['windows-1252', 'iso-8859-15']);
const noLabel = new Set([
  '',
  'usascii',
  'ascii',
  'ansix341968',
  'isoir6',
  'unknown',
  'unknown8bit',
  '8bit',
]);

type Decode = (bytes: Uint8Array) => string;

interface Charset {
  /** The name by WHATWG, where it has one and Node reads it rightly. */
  readonly standard?: string;
  readonly decode: Decode;
}

const utf8 = new TextDecoder('utf-8');
const windows1252 = new TextDecoder('windows-1252');
const gbk = new TextDecoder('gbk');
const iso2022jp = new TextDecoder('iso-2022-jp');

const sevenBit: ReadonlyMap<string, Charset> = new Map(
  Object.entries({
    iso2022kr: { decode: (bytes: Uint8Array) => iconv.decode(eucKrOf(bytes), 'cp949') },
    hzgb2312: { decode: (bytes: Uint8Array) => gbk.decode(gbkOf(bytes)) },
  }),
);

const known = new Map<string, Charset | undefined>();
const maxKnown = 200;
const longestLabel = 100;

/**
 * Decodes text under its charset label. Without a label, or under one that says nothing (us-ascii), it is UTF-8 where
 * that is valid, and windows-1252 else, which never fails. Western labels are believed unless the bytes are UTF-8,
 * which text in those charsets almost never is by chance.
 */
export function decodeText(bytes: Uint8Array, label: string | undefined): string {
  const charset = charsetOf(label);
  if (charset === undefined) return guess(bytes);
  if (charset.standard === 'utf-8') return decodeUtf8(bytes);
  if (western.has(charset.standard ?? '') && isUtf8(bytes)) return utf8.decode(bytes);
  return charset.decode(bytes);
}

function guess(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) return brokenUtf8(bytes) ?? windows1252.decode(bytes);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const isJapanese = buffer.includes('\u001b$B') || buffer.includes('\u001b$@');
  return (isJapanese ? iso2022jp : utf8).decode(bytes);
}

/**
 * Reads UTF-8 that was cut or damaged on its way; undefined where too little of it is UTF-8. Text of another charset
 * has next to no letters that are UTF-8 by chance.
 */
function brokenUtf8(bytes: Uint8Array): string | undefined {
  const text = utf8.decode(bytes);
  let [whole, broken] = [0, 0];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0xfffd) broken += 1;
    else if (code > 0x7f) whole += 1;
  }
  const isCutAtEnd = broken === 1 && text.trimEnd().endsWith('\ufffd');
  return whole > broken || (whole > 0 && isCutAtEnd) ? text : undefined;
}

/** UTF-8 that has not one whole letter beyond ASCII is no UTF-8, whatever its label says. */
function decodeUtf8(bytes: Uint8Array): string {
  const text = utf8.decode(bytes);
  if (isUtf8(bytes)) return text;
  return /[\u0080-\ufffc]/.test(text) ? text : windows1252.decode(bytes);
}

function charsetOf(label = ''): Charset | undefined {
  // Quotes, commas and backslashes around a label are slips of its writer.
  const key = label
    .slice(0, longestLabel)
    .toLowerCase()
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, '');
  if (!known.has(key)) {
    if (known.size >= maxKnown) known.clear();
    known.set(key, findCharset(key));
  }
  return known.get(key);
}

function findCharset(label: string): Charset | undefined {
  return named(label) ?? named(label.replace(/^(?:x-ms-|x-)/, ''));
}

function named(name: string): Charset | undefined {
  const compact = name.replace(/[^a-z0-9]/g, '');
  if (noLabel.has(compact) || noCharset.has(compact)) return undefined;
  return (
    sevenBit.get(compact) ??
    byIconv(corrected.get(compact)) ??
    byStandard(aliases.get(compact) ?? name) ??
    byIconv(name)
  );
}

function byStandard(name: string): Charset | undefined {
  try {
    const decoder = new TextDecoder(name);
    return { standard: decoder.encoding, decode: (bytes) => decoder.decode(bytes) };
  } catch {
    return undefined;
  }
}

function byIconv(name: string | undefined): Charset | undefined {
  if (name === undefined || !iconv.encodingExists(name)) return undefined;
  return {
    decode: (bytes) =>
      iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), name),
  };
}
