/** A kind of file by its first bytes, and the declared types that such bytes can truthfully have. */
interface Signature {
  readonly type: string;
  readonly alsoDeclaredAs?: RegExp;
  readonly matches: (head: string) => boolean;
}

const startsWith = (bytes: string) => (head: string) => head.startsWith(bytes);
const isoMedia = (brands: RegExp) => (head: string) =>
  head.slice(4, 8) === 'ftyp' && brands.test(head.slice(8, 12));

/** Office files are archives or OLE containers; only their content would tell which of them. */
const office = /^application\/(vnd\.|msword|octet-stream|zip|x-zip)/;
const isoTypes = /^(video|audio)\/(mp4|3gpp2?|quicktime|x-m4a|m4a|aac)$/;

/** The types that WhatsApp and MMS carry; `head` is one character for each byte. */
const signatures: readonly Signature[] = [
  { type: 'image/jpeg', alsoDeclaredAs: /^image\/jpg$/, matches: startsWith('\xff\xd8\xff') },
  { type: 'image/png', matches: startsWith('\x89PNG\r\n\x1a\n') },
  { type: 'image/gif', matches: startsWith('GIF8') },
  {
    type: 'image/webp',
    matches: (head) => head.startsWith('RIFF') && head.slice(8, 12) === 'WEBP',
  },
  { type: 'application/pdf', matches: startsWith('%PDF-') },
  { type: 'audio/ogg', alsoDeclaredAs: /\/(ogg|opus)$/, matches: startsWith('OggS') },
  { type: 'audio/amr', matches: startsWith('#!AMR') },
  { type: 'audio/mpeg', alsoDeclaredAs: /^audio\/(mp3|x-mp3)$/, matches: startsWith('ID3') },
  { type: 'video/3gpp', alsoDeclaredAs: isoTypes, matches: isoMedia(/^3g/) },
  { type: 'audio/mp4', alsoDeclaredAs: isoTypes, matches: isoMedia(/^M4A/) },
  { type: 'video/mp4', alsoDeclaredAs: isoTypes, matches: isoMedia(/^(iso|mp4|avc|M4V|qt)/) },
  { type: 'application/zip', alsoDeclaredAs: office, matches: startsWith('PK\x03\x04') },
  {
    type: 'application/x-ole-storage',
    alsoDeclaredAs: office,
    matches: startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'),
  },
];

/** The number of a file's first bytes that are checked. */
export const headBytes = 16;

const unknown = 'application/octet-stream';
/** RFC 9110, "Media Type", without comments; anything else would not pass as a header. */
const wellFormed = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w-]+=("[\w .,+/-]*"|[\w.,+/-]+))*$/;
/** Images that a browser shows at once; their signatures are known, so other bytes are something else. */
const shownImages = /^image\/(jpe?g|png|gif|webp)$/;

/**
 * The content type to keep: the declared one where the first bytes do not contradict it, else, or where none was
 * declared, the one of the first bytes. A file that is no picture never passes as one. Pure.
 */
export function contentTypeOf(declared: string, head: Uint8Array): string {
  const given = wellFormed.test(declared) ? declared : unknown;
  const type = given.split(';', 1)[0]?.trim().toLowerCase() ?? unknown;
  const bytes = Buffer.from(head.subarray(0, headBytes)).toString('latin1');
  const seen = signatures.find(({ matches }) => matches(bytes));
  if (!seen) return shownImages.test(type) ? unknown : given;
  const agrees = type === seen.type || (type !== unknown && seen.alsoDeclaredAs?.test(type));
  return agrees ? given : seen.type;
}
