/** Where a text is cut: the first of these that the last part of a message holds. */
const ends = [/\n\s*\n/g, /\n/g, /(?<=[.!?…])\s/g, /\s/g];

/**
 * Cuts a text into messages of at most `max` UTF-16 code units, at the end of a paragraph, a line, a sentence or a
 * word. It never cuts so early that the rest needs more than `parts` messages.
 */
export function splitText(text: string, max: number, parts: number): readonly string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > max) {
    const left = Math.max(parts - pieces.length - 1, 0) * max;
    const at = cutIn(rest, Math.max(1, rest.length - left), max);
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  // Telegram takes off the blanks around a message, and takes none that has nothing else.
  return [...pieces, rest].map((piece) => piece.trim()).filter((piece) => piece !== '');
}

/** The length of the next piece. An early cut would leave a short message, so half a message is the least. */
function cutIn(text: string, least: number, max: number): number {
  const from = Math.max(least, Math.floor(max / 2));
  const head = text.slice(0, max + 1);
  for (const end of ends) {
    const cuts = [...head.matchAll(end)].map(({ index }) => index).filter((at) => at <= max);
    const last = cuts.findLast((at) => at >= from);
    if (last !== undefined) return last;
  }
  return isInsidePair(text, max) ? max - 1 : max;
}

function isInsidePair(text: string, at: number): boolean {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(at - 1, at + 1));
}
