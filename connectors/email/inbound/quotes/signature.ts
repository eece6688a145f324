import type { Line } from './line.ts';
import { hasAddress } from './signs.ts';

/** Signatures longer than this hold something a person wrote. */
const maxLines = 10;
/** More names than these, without a way to reach them, are a list. */
const maxNameLines = 2;
const longestLine = 90;
/** A line of more words says something, unless it holds a number or a link. */
const maxWords = 4;

/**
 * True when these lines, below `--`, are a signature: a name, an address, a number, a link. A sentence, a list or
 * a command below a drawn line is what the customer writes.
 */
export function isSignature(lines: readonly Line[]): boolean {
  const written = lines.filter(({ empty }) => !empty);
  if (written.length > maxLines) return false;
  if (written.length > maxNameLines && !written.some(({ plain }) => isContact(plain))) return false;
  return written.every((line, index) => isSignatureLine(line, index === 0));
}

/** The first line is a name, which some write small. */
function isSignatureLine({ text, plain, quoted }: Line, isFirst: boolean): boolean {
  if (quoted || text.length > longestLine) return false;
  if (isListItem(plain) || /^--|^[$#]\s|[:：?？。！]$/.test(plain)) return false;
  if (isContact(plain)) return true;
  const words = plain.split(/\s+/);
  if (words.length > maxWords || /[.!]$/.test(plain)) return false;
  return /^[^\p{Ll}]/u.test(plain) || (isFirst && words.length === 1);
}

/** `- apples`, `2 chairs`, `1. the bill`, `a) this`. */
function isListItem(plain: string): boolean {
  return /^(?:[-*•·–+]\s|\d{1,4}(?:[.)]|\s?x)?\s+\p{Ll}|\d{1,3}[.)]\s|[a-z][.)]\s)/u.test(plain);
}

/** A mail address, a link, a telephone number, or one of the words of a device. */
function isContact(plain: string): boolean {
  return (
    hasAddress(plain) ||
    /\S\s[|•·]\s\S/.test(plain) ||
    /https?:\/\/|\bwww\.|^[\w-]+(?:\.[\w-]+){1,3}$|^sent (?:with|from|via)\b/i.test(plain) ||
    /\+?\(?\d[\d\s()./-]{5,20}\d/.test(plain)
  );
}
