import type { Line } from './line.ts';
import { isSentFromLine } from './sent-from.ts';
import { hasAddress, hasDate } from './signs.ts';

/** Signatures longer than this hold something a person wrote. */
const maxLines = 10;
const longestLine = 90;
const maxNameWords = 4;
/** Words that are written small and long: so many in one line say something. */
const maxPlainWords = 2;

/**
 * True when these lines, below `-- `, are a signature: a name, an address, a number, a link. A sentence, a list or
 * a command below a drawn line is what the customer writes. `maxNames`: the most lines that may be names alone, without
 * a way to reach the person.
 */
export function isSignature(lines: readonly Line[], maxNames: number): boolean {
  const written = lines.filter(({ empty }) => !empty);
  if (written.length > maxLines || !written.every(mayBeSigned)) return false;
  if (written.some(isContact)) return written.every((line) => isContact(line) || isName(line));
  if (maxNames === 0 || written.length > maxNames) return false;
  return written.every((line, index) => isName(line, index === 0));
}

function mayBeSigned({ text, plain, quoted }: Line): boolean {
  if (quoted || text.length > longestLine || isListItem(plain)) return false;
  if (/^--|^[$#]\s|[:：?？。！]$/.test(plain)) return false;
  return (
    (plain.match(/(?<![\p{L}\d@./])\p{Ll}{4,}(?![\p{L}\d@./])/gu) ?? []).length <= maxPlainWords
  );
}

/** `Anna Kunde`, `Director of Sales`; a name alone may be written small. */
function isName({ plain }: Line, isFirst = false): boolean {
  const words = plain.split(/\s+/);
  if (words.length > maxNameWords || /[.!]$/.test(plain)) return false;
  if (isFirst && words.length === 1) return true;
  return (
    /^[^\p{Ll}]/u.test(plain) && words.every((word) => /^(?:[^\p{Ll}]|\p{Ll}{1,3}$)/u.test(word))
  );
}

/** `- apples`, `2 chairs`, `1. the bill`, `a) this`. */
function isListItem(plain: string): boolean {
  return /^(?:[-*•·–+]\s|\d{1,4}(?:[.)]|\s?x)?\s+\p{Ll}|\d{1,3}[.)]\s|[a-z][.)]\s)/u.test(plain);
}

/** A mail address, a link, a telephone number, a title beside a name, or the line of a phone. */
function isContact(line: Line): boolean {
  const { plain } = line;
  if (hasAddress(plain) || /https?:\/\/|\bwww\.|\S\s[|•·]\s\S/i.test(plain)) return true;
  if (isSentFromLine(line)) return true;
  if (!/\+?\(?\d[\d\s()./-]{5,20}\d/.test(plain)) return false;
  return !hasDate(plain) || /\+\d|\b(?:tel|phone|mob|fax)/i.test(plain);
}
