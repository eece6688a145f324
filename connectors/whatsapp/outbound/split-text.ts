import { ConnectorError } from '#shared/errors';
import { splitText as split } from '#shared/reply/split-text';

/** The places where a text may be cut, the best first: between paragraphs, lines, sentences, words. */
const borders = [/(?<=\n\s*\n)/g, /(?<=\n)/g, /[.!?。！？…](?=\s)/g, /(?<=\s)/g];

/**
 * Cuts a text into at most `maxParts` parts of at most `maxLength` UTF-16 code units. A cut falls on the best border
 * in the second half of the part, and never inside a surrogate pair; white space at a cut is dropped.
 *
 * Throws `text_too_long` for what does not fit.
 */
export function splitText(text: string, maxLength: number, maxParts: number): readonly string[] {
  const leastLength = () => Math.ceil(maxLength / 2);
  const parts = split(text, { maxLength, maxPieces: maxParts, borders, leastLength });
  if (parts) return parts;
  throw new ConnectorError(
    'text_too_long',
    `text has ${text.length} characters; at most ${maxParts} messages of ${maxLength} are sent`,
  );
}
