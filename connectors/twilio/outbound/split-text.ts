import { splitText as split } from '#shared/reply/split-text';

/**
 * Ends of a sentence, of a line and of a word, the best place for a cut first. Chinese and Japanese end sentences
 * without a space behind.
 */
const borders: readonly RegExp[] = [/[.!?…]["')\]]?\s|[。！？]|\n/g, /\s/g];

/**
 * Cuts a text into pieces of at most `maxLength` UTF-16 code units, in as few pieces as its length allows: at a
 * sentence end if there is one late enough, else between words, else anywhere but inside a character. Only blanks
 * at a cut are lost.
 */
export function splitText(text: string, maxLength: number): readonly string[] {
  // A shorter first piece would cost a piece more than the length of the text demands.
  const leastLength = (length: number) => length - (Math.ceil(length / maxLength) - 1) * maxLength;
  return split(text, { maxLength, borders, leastLength }) ?? [];
}

/** The number in front of a piece: `(1/2) `. A text has fewer pieces than ten. */
const numberLength = '(1/2) '.length;

/** As `splitText`; where there are several pieces, each begins with its number, which counts towards its length. */
export function splitNumbered(text: string, maxLength: number): readonly string[] {
  if (text.length <= maxLength) return splitText(text, maxLength);
  const pieces = splitText(text, maxLength - numberLength);
  return pieces.map((piece, index) => `(${index + 1}/${pieces.length}) ${piece}`);
}
