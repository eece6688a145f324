/** The longest text that is looked through; no channel shows a longer one in public. */
const maxCharacters = 100_000;

const dashes = /[\p{Pd}\u2212\u30fc]/gu;
/** A national zero that is written beside the country's code: `+49 (0)30`. */
const optionalZero = /(?<=\d ?)\(0\) ?/g;

/**
 * Reads the many ways to write an address or a number as one: ASCII digits for wide ones and those of other scripts,
 * plain spaces and dashes, dots for ideographic ones, nothing that cannot be seen.
 */
export function plainText(text: string): string {
  return text
    .slice(0, maxCharacters)
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[^\P{Nd}0-9]/gu, asciiDigit)
    .replace(dashes, '-')
    .replace(/[^\S\n]/gu, ' ')
    .replace(/[\u3002\uff61\u2024\u00b7\u2027\u30fb]/gu, '.')
    .replace(optionalZero, '');
}

/** The digits of each script are ten code points in a row, zero first. */
function asciiDigit(digit: string): string {
  const point = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(point - value - 1))) value += 1;
  return String(value);
}
