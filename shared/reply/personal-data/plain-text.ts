/** The longest text that is looked through; no channel shows a longer one in public. */
const maxCharacters = 100_000;

const dashes = /[\p{Pd}\u2212]+/gu;
/** The sign of a long vowel, where it stands for a dash. In a word it is a letter. */
const longVowelBetweenDigits = /(?<=\d ?)\u30fc(?= ?\d)/gu;
const dots = /[\u3002\uff61\u2024\u00b7\u2027\u30fb]|(?<=\d)['\u2019](?=\d)/gu;
const bulletsWithin = /(?<=[\p{L}\d] ?)[\u2022\u2219\u22c5\u25cf](?= ?[\p{L}\d])/gu;
/** A national zero that is written beside the country's code: `+49 (0)30`. */
const optionalZero = /(?<=\d)[ ./-]?\(0\)[ ./-]?/g;

/** The start of a text that is looked through. */
export function lookedThrough(text: string): string {
  return text.slice(0, maxCharacters);
}

/**
 * Reads the many ways to write an address or a number as one: ASCII digits for wide ones and those of other scripts,
 * plain single spaces and dashes, dots for ideographic ones, nothing that cannot be seen, the signs of links decoded.
 */
export function plainText(text: string): string {
  return lookedThrough(text)
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}|\u20e3/gu, '')
    .replace(/[^\P{Nd}0-9]/gu, asciiDigit)
    .replace(dashes, '-')
    .replace(longVowelBetweenDigits, '-')
    .replace(/(?:[^\S\n]|\u2800)+/gu, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(dots, '.')
    .replace(bulletsWithin, '.')
    .replace(/(?<=[\p{L}\d]) \. (?=[\p{L}\d])/gu, '.')
    .replace(/%40(?=[\p{L}\d])/gu, '@')
    .replace(/%2b(?=\d)/gi, '+')
    .replace(optionalZero, ' ');
}

/** The digits of each script are ten code points in a row, zero first. */
function asciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value += 1;
  return String(value);
}
