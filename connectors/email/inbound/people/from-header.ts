import { readAddress } from '#connectors/email/mail-address';

/** The reasons why the From headers do not name one sender. */
export type FromProblem = 'missing' | 'several' | 'group' | 'malformed' | 'ambiguous';

export type FromAddress = { readonly address: string } | { readonly problem: FromProblem };

/** The pieces of a From header without its quoted strings and comments. */
interface Pieces {
  readonly before: string;
  /** The texts in angle brackets. */
  readonly angles: readonly string[];
  readonly after: string;
}

/**
 * Reads the one address of the From headers (their raw values), more strictly than an address parser does. SES checks
 * the address that it reads there; if we read another one from the same bytes, it would be believed without a check. So
 * only a header that can be read in one way counts: one header with one address, alone or in angle brackets at the end.
 */
export function readFrom(values: readonly string[]): FromAddress {
  const [value = '', ...more] = values;
  if (more.length > 0) return { problem: 'several' };
  if (value.trim() === '') return { problem: 'missing' };
  const pieces = /[^\P{Cc}\t]/u.test(value) ? undefined : piecesOf(value);
  return pieces ? addressIn(pieces) : { problem: 'malformed' };
}

/**
 * True when SES itself read another address from the same header (`commonHeaders.from` of its notification, one text
 * for each mailbox). A text that cannot be read as a plain address says nothing.
 */
export function disagrees(address: string, readBySes: readonly string[] | undefined): boolean {
  return (readBySes ?? []).some((text) => {
    const read = readAddress(text);
    return read !== undefined && read !== address;
  });
}

function addressIn({ before, angles, after }: Pieces): FromAddress {
  const outside = `${before} ${after}`;
  if (outside.includes(':')) return { problem: 'group' };
  if (angles.length > 1 || /[,;]/.test(outside)) return { problem: 'several' };
  const [angle = before] = angles;
  const address = readAddress(angle);
  const isPlain = after.trim() === '' && !/[>)\\]/.test(outside);
  if (address === undefined || !isPlain || namesAnother(before, address)) {
    return { problem: 'malformed' };
  }
  return { address };
}

/** `boss@acme.example <x@evil.example>`: some parsers take the first. An encoded word is a name to all of them. */
function namesAnother(displayName: string, address: string): boolean {
  const words = displayName.split(/\s+/).filter((word) => word.includes('@'));
  return words.some(
    (word) => !/^=\?\S*\?=$/.test(word) && readAddress(withoutQuotes(word)) !== address,
  );
}

/** `'anna@customer.example'`: Outlook writes an address that stands for a name so. */
function withoutQuotes(word: string): string {
  return /^'([^']*)'$/.exec(word)?.[1] ?? word;
}

/** A quoted string, a comment without another in it, a text in angle brackets, or the letters between them. */
const piece = /"(?:[^"\\]|\\.)*"|\([^()\\]*\)|<[^>]*>|[^"(<]+/gy;

/** Undefined when something is not closed, or when a comment holds a text that some would read as an address. */
function piecesOf(value: string): Pieces | undefined {
  const found = value.match(piece) ?? [];
  if (found.join('').length < value.length) return undefined;
  if (found.some((each) => each.startsWith('(') && /[@<>]/.test(each))) return undefined;
  const first = found.findIndex((each) => each.startsWith('<'));
  const angles = found.filter((each) => each.startsWith('<')).map((each) => each.slice(1, -1));
  // A mark in place of a removed text: the text around it must not grow together to an address.
  const outside = found.map((each) => (/^[(<]/.test(each) ? ' ' : each.replace(/^".*/s, '"')));
  if (first < 0) return { before: outside.join(''), angles, after: '' };
  return {
    before: outside.slice(0, first).join(''),
    angles,
    after: outside.slice(first).join(''),
  };
}
