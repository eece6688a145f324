import { splitText as split } from '#shared/reply/split-text';

/** The places where a text may be cut, the best first: between paragraphs, lines, sentences, words. */
const borders = [/(?<=\n\s*\n)/g, /(?<=\n)/g, /[.!?…](?=\s)/g, /(?<=\s)/g];

/**
 * Cuts a text into at most `parts` messages of at most `max` UTF-16 code units. An early cut would leave a short
 * message, so half a message is the least. Gives undefined for a text that does not fit.
 */
export function splitText(text: string, max: number, parts: number): readonly string[] | undefined {
  const leastLength = () => Math.ceil(max / 2);
  const pieces = split(text, { maxLength: max, maxPieces: parts, borders, leastLength });
  // Telegram takes off the blanks around a message, and takes none that has nothing else.
  return pieces?.map((piece) => piece.trim()).filter((piece) => piece !== '');
}
