import { type Delimiter, headEnd, type OpenBoundary, partEnd } from './delimiters.ts';
import { type Field, readFields, valueOf } from './header-text.ts';
import { readStructured, type StructuredField, withoutComments } from './structured-field.ts';
import type { TransferEncoding } from './transfer-encoding.ts';

/** One part of a mail, where it stands in the bytes. */
export interface Part {
  readonly head: Uint8Array;
  readonly type: StructuredField;
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
/** Of all parts together, and of one of them. */
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
  const root = partOf(rootHead, undefined);
  const open: OpenBoundary<OpenPart>[] = [];
  let current: OpenPart | undefined = root;
  let position = bodyStart;
  let [count, headBytes] = [1, 0];
  for (;;) {
    if (current) enter(current, open);
    const delimiter = partEnd(mail, position, open);
    if (current) fill(current, mail.subarray(position, delimiter.line), delimiter);
    const parent = delimiter.found === undefined ? undefined : close(open, delimiter);
    if (parent === undefined) return { root, cut: false };
    current = undefined;
    position = delimiter.next;
    if (delimiter.isLast) continue;
    if (open.length > maxDepth) throw new TooDeep(`more than ${maxDepth} parts inside each other`);
    const { end, next } = headEnd(mail, position, open);
    count += 1;
    headBytes += end - position;
    if (count > maxParts || headBytes > maxHeadBytes) return { root, cut: true };
    current = partOf(mail.subarray(position, Math.min(end, position + longestHead)), parent.type);
    parent.parts?.push(current);
    position = next;
  }
}

function fill(part: OpenPart, body: Uint8Array, { found }: Delimiter): void {
  if (part.parts !== undefined) return;
  part.body = body;
  part.isDelimited = found !== undefined;
}

/** A part that holds others waits for their delimiters. */
function enter(part: OpenPart, open: OpenBoundary<OpenPart>[]): void {
  const boundary = part.type.parameters.get('boundary') ?? '';
  if (!part.type.value.startsWith('multipart/')) return;
  part.parts = [];
  if (boundary !== '') open.push({ bytes: Buffer.from(boundary), part });
}

/** Leaves the parts that a delimiter ends; gives the part it belongs to, nothing when the whole mail is over. */
function close(
  open: OpenBoundary<OpenPart>[],
  { found = 0, isLast }: Delimiter,
): OpenPart | undefined {
  const parent = open[found]?.part;
  open.length = isLast ? found : found + 1;
  return open.length > 0 ? parent : undefined;
}

function partOf(head: Uint8Array, parentType: StructuredField | undefined): OpenPart {
  const fields = readFields(head);
  const usual = parentType?.value === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  const transfer = fieldValue(fields, 'content-transfer-encoding') ?? '';
  const [encoding = ''] = /[\w-]+/.exec(withoutComments(transfer).toLowerCase()) ?? [];
  return {
    head,
    type: readStructured(fieldValue(fields, 'content-type') ?? usual),
    disposition: readStructured(fieldValue(fields, 'content-disposition') ?? ''),
    encoding: encodingOf(encoding),
    body: head.subarray(0, 0),
    isDelimited: false,
    parts: undefined,
  };
}

function encodingOf(token: string): TransferEncoding {
  if (token.includes('base64')) return 'base64';
  return token.includes('quoted-printable') ? 'quoted-printable' : 'none';
}

/** The value of the first field of this name: later ones do not count. */
export function fieldValue(fields: readonly Field[], name: string): string | undefined {
  const field = fields.find((each) => each.name === name);
  return field && valueOf(field);
}
