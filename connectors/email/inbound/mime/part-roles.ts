import type { Part } from './part-tree.ts';
import { textBytes } from './transfer-encoding.ts';

/** A part that holds no others, and the kind of the part around it. */
interface Leaf {
  readonly part: Part;
  readonly parentType: string | undefined;
}

/** The parts that hold no others, from the first to the last. */
function inPlainOrder(root: Part): Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (part: Part, parentType: string | undefined): void => {
    if (part.parts === undefined) leaves.push({ part, parentType });
    for (const child of part.parts ?? []) visit(child, part.type.value);
  };
  visit(root, undefined);
  return leaves;
}

/** Kinds of text that programs read. Any other is shown where a mail has no text (RFC 2046 4.1.4). */
const dataOfPrograms =
  /^text\/(?:(?:x-)?(?:calendar|vcard|csv|css|javascript|rtf|xml|amp-html|log)|directory|tab-separated-values|rfc822-headers)$/;
const otherText = /^(?:text\/.+|application\/(?:plain|text|markdown))$/;

/**
 * Finds the parts that are text of the mail. Plain text and HTML are, unless the sender calls them an attachment. A part
 * with a file name (a log shown inline) is a file beside the text, but the text itself where a mail has no other and
 * only this one. Where a mail has no such text, another kind of text is shown.
 */
export function textParts(root: Part): ReadonlySet<Part> {
  const shown = inPlainOrder(root).filter(({ part }) => isShown(part));
  const readable = shown.filter(({ part }) => isReadable(part));
  const texts = readable.filter(
    ({ part, parentType }) => !isNamed(part) || parentType === 'multipart/alternative',
  );
  if (texts.length > 0) return partsOf(texts);
  const others = shown.filter(({ part }) => isOtherText(part));
  if (readable.length === 0) return partsOf(others.slice(0, 1));
  return partsOf(readable.length === 1 ? readable : []);
}

function partsOf(leaves: readonly Leaf[]): ReadonlySet<Part> {
  return new Set(leaves.map(({ part }) => part));
}

function isShown({ disposition }: Part): boolean {
  return disposition.value !== 'attachment';
}

function isReadable(part: Part): boolean {
  const { type } = part;
  if (type.isGuess && (isNamed(part) || !isWords(part))) return false;
  return type.value === 'text/plain' || type.value === 'text/html';
}

function isOtherText(part: Part): boolean {
  const kind = part.type.value;
  return otherText.test(kind) && !dataOfPrograms.test(kind) && !isNamed(part) && isWords(part);
}

/** The length of the beginning of a body that tells if it is text. */
const longestSample = 2048;

/** False for bytes that no text has. */
function isWords({ body, encoding }: Part): boolean {
  const { bytes } = textBytes(body.subarray(0, longestSample), encoding, longestSample);
  return !bytes.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b));
}

function isNamed({ type, disposition }: Part): boolean {
  return Boolean(disposition.parameters.get('filename') || type.parameters.get('name'));
}
