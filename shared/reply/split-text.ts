export interface TextSplit {
  /** The length of one piece, in UTF-16 code units. */
  readonly maxLength: number;
  readonly maxPieces?: number;
  /** The places where a cut may fall, the best first: behind a match. Blanks at a cut are dropped. */
  readonly borders: readonly RegExp[];
  /** The shortest first piece that is worth a border, by the length of what is left. */
  readonly leastLength: (restLength: number) => number;
}

/**
 * Cuts a text into pieces: at the best border that is late enough, else anywhere but inside a character. Gives undefined
 * where the pieces that are allowed cannot hold it.
 */
export function splitText(text: string, split: TextSplit): readonly string[] | undefined {
  const { maxLength, maxPieces = Number.POSITIVE_INFINITY } = split;
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > maxLength) {
    const room = maxLength * (maxPieces - pieces.length - 1);
    const cut = cutPosition(rest, rest.length - room, split);
    if (cut === undefined) return undefined;
    pieces.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return [...pieces, rest].filter((piece) => piece !== '');
}

/** A cut before `earliest` would leave more than the other pieces can hold. */
function cutPosition(
  text: string,
  earliest: number,
  { maxLength, borders, leastLength }: TextSplit,
): number | undefined {
  const window = text.slice(0, maxLength + 1);
  const least = Math.max(earliest, leastLength(text.length), 1);
  for (const border of borders) {
    const cut = lastEnd(window, border, maxLength);
    if (cut >= least) return cut;
  }
  const anywhere = isInsideCharacter(text, maxLength) ? maxLength - 1 : maxLength;
  return anywhere >= earliest ? anywhere : undefined;
}

/** The end of the last border whose visible part still fits; the blank behind it is trimmed anyway. */
function lastEnd(text: string, border: RegExp, maxLength: number): number {
  let end = 0;
  for (const match of text.matchAll(border)) {
    if (match.index + match[0].trimEnd().length <= maxLength) end = match.index + match[0].length;
  }
  return end;
}

function isInsideCharacter(text: string, position: number): boolean {
  const before = text.charCodeAt(position - 1);
  const after = text.charCodeAt(position);
  return before >= 0xd800 && before < 0xdc00 && after >= 0xdc00 && after < 0xe000;
}
