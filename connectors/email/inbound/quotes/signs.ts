import { wroteWords } from './words.ts';

/**
 * Signs of a quote's head in every language: an address, a date, a time, the verb. The expressions are bounded and
 * anchored on rare letters, so a line costs its length once.
 */

/** A year (Gregorian 19xx/20xx, Buddhist 24xx/25xx) beside another number, or a date written in figures. */
export function hasDate(text: string): boolean {
  const words = withoutAddresses(text);
  if (/\d{1,4}[./-]\d{1,2}[./-]\d{1,4}/.test(words)) return true;
  if (
    /(?:^|[^\p{L}\d])\d{1,2}[.-]?\s?[\p{L}\p{M}]{3,12}[.-]{0,2}\s?\d{2,4}(?![\p{L}\d])/u.test(words)
  ) {
    return true;
  }
  const year = /(?:^|\D)(?:19|20|24|25)\d\d(?:\D|$)/.exec(words);
  return year !== null && /\d/.test(words.replace(year[0], ''));
}

/** Random local parts (`r+7f1b094ceb90@…`) look like dates. */
function withoutAddresses(text: string): string {
  if (!text.includes('@')) return text;
  return text
    .split(' ')
    .filter((word) => !word.includes('@'))
    .join(' ');
}

export function hasTime(text: string): boolean {
  return /\d{1,2}\s?[:.h時时點点시]\s?\d{2}/.test(text);
}

export function hasAddress(text: string): boolean {
  const at = text.indexOf('@');
  return (
    at > 0 &&
    /^[^\s@]{1,64}$/.test(text.slice(Math.max(0, at - 2), at)) &&
    /^@[\w.-]{2,}/.test(text.slice(at, at + 20))
  );
}

/** An address in the brackets a client puts around it: `<a@b>`, `(<a@b>)`, `[mailto:a@b]`. */
export function hasBracketedAddress(text: string): boolean {
  return /[<[][^<>[\]@]{0,80}@[^<>[\]@]{2,200}[>\]]/.test(text);
}

/** The verb of an attribution as it stands in the text: at the beginning of a word, in scripts that have words. */
export function verbIn(text: string): string | undefined {
  const lower = text.toLowerCase();
  return wroteWords.find((word) => {
    const at = lower.indexOf(word);
    return at >= 0 && !/\p{Ll}/u.test(lower[at - 1] ?? '');
  });
}
