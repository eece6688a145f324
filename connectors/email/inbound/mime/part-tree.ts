import { guessedBoundary } from './boundary.ts';
import { type ContentType, readContentType } from './content-type.ts';
import { type Delimiter, headEnd, type OpenBoundary, partEnd } from './delimiters.ts';
import { type Field, fieldText, readFields } from './header-text.ts';
import { readStructured, type StructuredField, withoutComments } from './structured-field.ts';
import type { TransferEncoding } from './transfer-encoding.ts';

/** One part of a mail, where it stands in the bytes. */
export interface Part {
  readonly head: Uint8Array;
  readonly type: ContentType;
  readonly disposition: StructuredField;
  readonly encoding: TransferEncoding;
  /** Whole lines. Empty where `parts` are. */
  readonly body: Uint8Array;
  /** Tells if a delimiter follows, to which the last line end of the body belongs. */
  readonly isDelimited: boolean;
  /** Undefined for a part that cannot hold others. */
  readonly parts: readonly Part[] | undefined;
}

export interface PartTree {
  readonly root: Part;
  /** True when the mail has more parts, or larger heads of parts, than are opened. */
  readonly cut: boolean;
}

/** Each costs the parser an object and some lines. */
const maxParts = 10_000;
/** The limits of the heads of all parts together, and of one of them. */
const maxHeadBytes = 2 * 1024 * 1024;
const longestHead = 64 * 1024;

export class TooDeep extends Error {}

/** A part while its mail is walked through. */
type OpenPart = { -readonly [Member in keyof Part]: Part[Member] } & { parts: Part[] | undefined };

/**
 * Finds the parts of a mail by one walk over its bytes; nothing is copied. `rootHead` stands for the head, which ends at
 * `bodyStart`. Throws `TooDeep` below `maxDepth` parts.
 */
export function readTree(
  mail: Uint8Array,
  rootHead: Uint8Array,
  bodyStart: number,
  maxDepth: number,
): PartTree {
  const walk: Walk = { mail, maxDepth, open: [], count: 1, headBytes: 0 };
  const root = partOf(rootHead, undefined);
  let delimiter = fill(walk, root, bodyStart);
  for (let parent = close(walk, delimiter); parent; parent = close(walk, delimiter)) {
    const opened = delimiter.isLast ? undefined : openPart(walk, parent, delimiter.next);
    if (opened === 'too many') return { root, cut: true };
    delimiter = opened
      ? fill(walk, opened.part, opened.bodyStart)
      : partEnd(mail, delimiter.next, walk.open);
  }
  return { root, cut: false };
}

interface Walk {
  readonly mail: Uint8Array;
  readonly maxDepth: number;
  /** The parts around the place where the walk is. */
  readonly open: OpenBoundary<OpenPart>[];
  count: number;
  headBytes: number;
}

interface Opened {
  readonly part: OpenPart;
  readonly bodyStart: number;
}

/** Reads the head of the part that follows a delimiter. */
function openPart(walk: Walk, parent: OpenPart, start: number): Opened | 'too many' {
  const { mail, maxDepth, open } = walk;
  if (open.length > maxDepth) throw new TooDeep(`more than ${maxDepth} parts inside each other`);
  const { end, next } = headEnd(mail, start, open);
  walk.count += 1;
  walk.headBytes += end - start;
  if (walk.count > maxParts || walk.headBytes > maxHeadBytes) return 'too many';
  const head = mail.subarray(start, Math.min(end, start + longestHead));
  const part = partOf(head, parent.type);
  parent.parts?.push(part);
  return { part, bodyStart: next };
}

/** Gives a part its body, up to the delimiter that ends it or that opens the first part in it. */
function fill({ mail, open }: Walk, part: OpenPart, bodyStart: number): Delimiter {
  enter(part, open, mail.subarray(bodyStart));
  const delimiter = partEnd(mail, bodyStart, open);
  if (part.parts === undefined) {
    part.body = mail.subarray(bodyStart, delimiter.line);
    part.isDelimited = delimiter.found !== undefined;
  }
  return delimiter;
}

/** A part that holds others waits for their delimiters. */
function enter(part: OpenPart, open: OpenBoundary<OpenPart>[], body: Uint8Array): void {
  const boundary = part.type.parameters.get('boundary') ?? '';
  if (!part.type.value.startsWith('multipart/')) return;
  part.parts = [];
  const guess = guessedBoundary(body, boundary);
  const known = open.map(({ bytes }) => Buffer.from(bytes).toString('latin1'));
  if (guess !== undefined && !known.includes(guess)) {
    open.push({ bytes: Buffer.from(guess, 'latin1'), part });
  } else if (boundary !== '') open.push({ bytes: Buffer.from(boundary), part });
}

/** Leaves the parts that a delimiter ends; gives the part it belongs to, nothing when the whole mail is over. */
function close({ open }: Walk, { found, isLast }: Delimiter): OpenPart | undefined {
  if (found === undefined) return undefined;
  const parent = open[found]?.part;
  open.length = isLast ? found : found + 1;
  return open.length > 0 ? parent : undefined;
}

function partOf(head: Uint8Array, parentType: StructuredField | undefined): OpenPart {
  const fields = readFields(head);
  const usual = parentType?.value === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  const transfer = fieldValue(fields, 'content-transfer-encoding') ?? '';
  const [encoding = ''] = /[\w/-]+/.exec(withoutComments(transfer).toLowerCase()) ?? [];
  return {
    head,
    type: readContentType(fieldValue(fields, 'content-type') ?? usual),
    disposition: readStructured(fieldValue(fields, 'content-disposition') ?? ''),
    encoding: encodingOf(encoding),
    body: head.subarray(0, 0),
    isDelimited: false,
    parts: undefined,
  };
}

function encodingOf(token: string): TransferEncoding {
  if (/base[-_/]?64/.test(token)) return 'base64';
  if (/^(?:x-)?uu(?:e|encode|encoded)?$/.test(token)) return 'uuencode';
  return /quoted(?:[-_/]?printable|$)/.test(token) ? 'quoted-printable' : 'none';
}

/** The value of the first field of this name: later ones do not count. */
export function fieldValue(fields: readonly Field[], name: string): string | undefined {
  const field = fields.find((each) => each.name === name);
  return field && fieldText(field);
}
