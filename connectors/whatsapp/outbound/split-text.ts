import { ConnectorError } from '#shared/errors';

/** The places where a text may be cut, the best first: between paragraphs, lines, sentences, words. */
const borders = [/\n\s*\n/g, /\n/g, /[.!?。！？…](?=\s)/g, /\s/g];

/**
 * Cuts a text into at most `maxParts` parts of at most `maxLength` UTF-16 code units. A cut falls on the best border
 * in the second half of the part, and never inside a surrogate pair; white space at a cut is dropped.
 *
 * Throws `text_too_long` for what does not fit.
 */
export function splitText(text: string, maxLength: number, maxParts: number): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  while (rest.length > maxLength) {
    const room = maxLength * (maxParts - parts.length - 1);
    const least = Math.max(Math.ceil(maxLength / 2), rest.length - room);
    const end = cutBetween(rest, least, maxLength);
    if (end === undefined) {
      throw new ConnectorError(
        'text_too_long',
        `text has ${text.length} characters; at most ${maxParts} messages of ${maxLength} are sent`,
      );
    }
    parts.push(rest.slice(0, end).trimEnd());
    rest = rest.slice(end).trimStart();
  }
  return [...parts, rest].filter((part, _, all) => part !== '' || all.length === 1);
}

/** The last good cut in `least … most`; undefined where even a cut inside a word does not fit. */
function cutBetween(text: string, least: number, most: number): number | undefined {
  const window = text.slice(0, most + 1);
  for (const border of borders) {
    const ends = [...window.matchAll(border)].map(({ 0: match, index }) => index + match.length);
    const end = ends.findLast((each) => each >= least && each <= most);
    if (end !== undefined) return end;
  }
  const hard = isLowSurrogate(text.charCodeAt(most)) ? most - 1 : most;
  return hard >= least ? hard : undefined;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
