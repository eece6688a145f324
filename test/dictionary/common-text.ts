/** Sequences of so many characters are counted. */
const sequenceLength = 8;
/** What is taken over at once. */
const pieceLength = 64;

/**
 * The text that these texts have most in common, so many characters of it. Counts in how many texts each sequence
 * stands, takes the piece with the highest sum, forgets its sequences, and so on. The best piece stands last: a short
 * distance costs fewer bits. What stands in one text only is nobody's to learn: ids, names, words of a customer.
 */
export function commonText(texts: readonly string[], maxCharacters: number): string {
  const counts = sequenceCounts(texts);
  const pieces: string[] = [];
  let length = 0;
  while (length < maxCharacters) {
    const piece = bestPiece(texts, counts);
    if (piece === '') break;
    for (const sequence of sequencesOf(piece)) counts.delete(sequence);
    pieces.unshift(piece);
    length += piece.length;
  }
  return pieces.join('').slice(-maxCharacters);
}

/** In how many texts each sequence stands; those of one text only are left out. */
function sequenceCounts(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const sequence of new Set(sequencesOf(text))) {
      counts.set(sequence, (counts.get(sequence) ?? 0) + 1);
    }
  }
  return new Map([...counts].filter(([, count]) => count > 1));
}

function sequencesOf(text: string): string[] {
  const last = text.length - sequenceLength;
  return Array.from({ length: Math.max(0, last + 1) }, (_, at) =>
    text.slice(at, at + sequenceLength),
  );
}

/** The piece whose sequences stand in the most texts, without what only it has at its ends; empty when none is left. */
function bestPiece(texts: readonly string[], counts: ReadonlyMap<string, number>): string {
  let best = { sum: 0, text: '', at: 0 };
  for (const text of texts) {
    const scores = sequencesOf(text).map((sequence) => counts.get(sequence) ?? 0);
    let sum = 0;
    for (const [at, score] of scores.entries()) {
      sum += score - (scores[at - (pieceLength - sequenceLength + 1)] ?? 0);
      if (sum > best.sum) best = { sum, text, at };
    }
  }
  if (best.sum === 0) return '';
  const from = Math.max(0, best.at + sequenceLength - pieceLength);
  return trimmed(best.text.slice(from, best.at + sequenceLength), counts);
}

function trimmed(piece: string, counts: ReadonlyMap<string, number>): string {
  const known = sequencesOf(piece).map((sequence) => counts.has(sequence));
  return piece.slice(known.indexOf(true), known.lastIndexOf(true) + sequenceLength);
}
