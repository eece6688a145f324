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
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > maxLength) {
    const cut = cutPosition(rest, maxLength);
    pieces.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return [...pieces, rest].filter((piece) => piece !== '');
}

/** A cut before `earliest` would cost a piece more than the length of the text demands. */
function cutPosition(text: string, maxLength: number): number {
  const earliest = text.length - (Math.ceil(text.length / maxLength) - 1) * maxLength;
  const window = text.slice(0, maxLength + 1);
  for (const border of borders) {
    const cut = lastEnd(window, border, maxLength);
    if (cut >= Math.max(earliest, 1)) return cut;
  }
  return isInsideCharacter(text, maxLength) ? maxLength - 1 : maxLength;
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
