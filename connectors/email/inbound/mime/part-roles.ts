import type { Part } from './part-tree.ts';

/** A part that holds no others, and the kind of the part around it. */
export interface Leaf {
  readonly part: Part;
  readonly parentType: string | undefined;
}

/** The parts that hold no others, from the first to the last. */
export function inPlainOrder(root: Part): Leaf[] {
  const leaves: Leaf[] = [];
  const visit = (part: Part, parentType: string | undefined): void => {
    if (part.parts === undefined) leaves.push({ part, parentType });
    for (const child of part.parts ?? []) visit(child, part.type.value);
  };
  visit(root, undefined);
  return leaves;
}

/**
 * Tells if a part is text of the mail. Plain text and HTML are, unless the sender calls them an attachment. A part with
 * a file name (a log shown inline) is a file beside the text, but the text itself where a mail has no other.
 */
export function isText({ part, parentType }: Leaf, all: readonly Leaf[]): boolean {
  if (!isReadable(part)) return false;
  if (!isNamed(part) || parentType === 'multipart/alternative') return true;
  return !all.some((other) => isReadable(other.part) && !isNamed(other.part));
}

function isReadable({ type, disposition }: Part): boolean {
  const isInline = disposition.value !== 'attachment';
  return isInline && (type.value === 'text/plain' || type.value === 'text/html');
}

function isNamed({ type, disposition }: Part): boolean {
  return Boolean(disposition.parameters.get('filename') || type.parameters.get('name'));
}
