import extractUrlsWithIndices from 'twitter-text/dist/extractUrlsWithIndices.js';
import { weightedLength } from './weighted-length.ts';

export interface ThreadLimits {
  /** The limit of one post, as X counts. */
  readonly maxLength: number;
  readonly maxPosts: number;
  /** Each post ends with its number: `2/3`. */
  readonly isNumbered: boolean;
}

/** A piece of a text that is never cut: a word with the blanks behind it, a link, one character as people see it. */
interface Atom {
  readonly text: string;
  readonly weight: number;
  /** The rank of a cut behind it, the best the highest. */
  readonly border: number;
}

const borders = { character: 0, word: 1, sentence: 2, line: 3, paragraph: 4 } as const;
/** The longest number, ` 25/25`. */
const numberWeight = 6;
const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * Cuts a text into the posts of a thread: at paragraphs, lines, sentences or words where that leaves no short post, and
 * never inside a link or a character. Blanks at a cut are dropped. Gives undefined where the posts cannot hold it.
 */
export function threadOf(text: string, limits: ThreadLimits): readonly string[] | undefined {
  if (weightedLength(text) <= limits.maxLength) return [text];
  const maxLength = limits.maxLength - (limits.isNumbered ? numberWeight : 0);
  const atoms = atomsOf(text, maxLength);
  const posts = packed(atoms, maxLength, true);
  // Full posts are fewer than those that end with a sentence.
  const fewer = posts && posts.length <= limits.maxPosts ? posts : packed(atoms, maxLength, false);
  if (!fewer || fewer.length > limits.maxPosts) return undefined;
  return limits.isNumbered && fewer.length > 1
    ? fewer.map((post, index) => `${post} ${index + 1}/${fewer.length}`)
    : fewer;
}

function atomsOf(text: string, maxLength: number): readonly Atom[] {
  return [...text.matchAll(/\S+\s*|^\s+/gu)].flatMap(([word]) => {
    const whole = { text: word, weight: weightedLength(word), border: borderAfter(word) };
    return weightedLength(word.trimEnd()) <= maxLength ? [whole] : partsOf(word);
  });
}

/** Looks like a link, and may be one: twitter-text's list of top-level domains is of 2020. */
const address = /(https?:\/\/[!-~]+)/;

/** The links and characters of a word that no post can hold. */
function partsOf(word: string): Atom[] {
  const parts: string[] = [];
  let end = 0;
  for (const { url, indices } of extractUrlsWithIndices(word)) {
    parts.push(...charactersOf(word.slice(end, indices[0])), url);
    end = indices[0] + url.length;
  }
  parts.push(...charactersOf(word.slice(end)));
  return parts.map((text) => ({ text, weight: weightedLength(text), border: borderAfter(text) }));
}

function charactersOf(text: string): string[] {
  return text
    .split(address)
    .flatMap((part) =>
      address.test(part) ? [part] : [...graphemes.segment(part)].map(({ segment }) => segment),
    );
}

function borderAfter(text: string): number {
  if (/\n\s*\n\s*$/.test(text)) return borders.paragraph;
  if (/\n\s*$/.test(text)) return borders.line;
  if (/[.!?…]["'”’»)]*\s+$|[。！？]\s*$/.test(text)) return borders.sentence;
  return /\s$/.test(text) ? borders.word : borders.character;
}

/** Fills one post after the other; undefined where an atom is longer than a post. */
function packed(
  atoms: readonly Atom[],
  maxLength: number,
  prefersBorders: boolean,
): string[] | undefined {
  const posts: string[] = [];
  let from = 0;
  while (from < atoms.length) {
    const fitting = fittingEnd(atoms, from, maxLength);
    if (fitting === from) return undefined;
    const isRest = fitting === atoms.length;
    const end = isRest || !prefersBorders ? fitting : bestEnd(atoms, from, fitting);
    posts.push(joined(atoms, from, end));
    from = end;
  }
  return posts.filter((post) => post !== '');
}

function joined(atoms: readonly Atom[], from: number, end: number): string {
  const texts = atoms.slice(from, end).map(({ text }) => text);
  return texts.join('').trim();
}

/** The end of the longest run of atoms that one post can hold; the blanks at its end count nothing. */
function fittingEnd(atoms: readonly Atom[], from: number, maxLength: number): number {
  let end = from;
  let weight = 0;
  for (const atom of atoms.slice(from)) {
    if (weight + weightedLength(atom.text.trimEnd()) > maxLength) break;
    weight += atom.weight;
    end += 1;
  }
  // A text that is no link between other characters may be one at the edge of a post.
  while (end > from && weightedLength(joined(atoms, from, end)) > maxLength) end -= 1;
  return end;
}

/** The best border in the second half of a post. */
function bestEnd(atoms: readonly Atom[], from: number, fitting: number): number {
  const weights = atoms.slice(from, fitting).map(({ weight }) => weight);
  const half = weights.reduce((sum, weight) => sum + weight, 0) / 2;
  let [best, weight] = [fitting, 0];
  for (let end = from + 1; end <= fitting; end += 1) {
    weight += weights[end - from - 1] ?? 0;
    const border = atoms[end - 1]?.border ?? 0;
    if (weight >= half && border >= (atoms[best - 1]?.border ?? 0)) best = end;
  }
  return best;
}
