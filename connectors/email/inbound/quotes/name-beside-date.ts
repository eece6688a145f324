import { wordsOf } from './words.ts';

/** Words that stand behind a time. */
const afterTime = new Set('uhr h hs hrs am pm a.m p.m г ч р utc gmt o clock tarihinde'.split(' '));
/** Lower-case words inside a name. */
const particles = new Set(
  'von van der den de del della da di du la le bin al el ten ter zu'.split(' '),
);
const articles = new Set('the a an der die das ein eine el la los il lo un une de het'.split(' '));
/** Letters of dates in scripts that write no spaces. */
const dateSigns = /[年月日時分周星期曜在于於년월일]/g;
const longestCaselessName = 10;

/** True when nothing but a name is left beside the date: `bob`, `Anna van der Berg`, not `the server`. */
export function isNamed(text: string): boolean {
  const words = wordsOf(text);
  const rest = words.filter((_, index) => !isOfDate(words, index));
  if (articles.has((rest[0] ?? '').toLowerCase())) return false;
  const caseless = rest.filter((word) => /^\p{Lo}/u.test(word)).join('');
  if (caseless.replace(dateSigns, '').length > longestCaselessName) return false;
  const last = rest.at(-1) ?? '';
  const lower = rest.filter((word) => /^\p{Ll}/u.test(word) && !word.includes('@'));
  if (lower.length === 1 && lower[0] === last) return isBehindComma(text, last);
  return lower.length === 0 || (lower.every(isParticle) && /^\p{Lu}/u.test(last));
}

function isParticle(word: string): boolean {
  return particles.has(word);
}

function isBehindComma(text: string, word: string): boolean {
  return text.slice(0, text.lastIndexOf(word)).trimEnd().endsWith(',');
}

/** A number, the word before it (`à 10:12`, `a las 10:12`), a word between two (`3 de mayo de 2026`), or `Uhr`. */
function isOfDate(words: readonly string[], index: number): boolean {
  const isNumber = (at: number) => /\d/.test(words[at] ?? '');
  const word = words[index] ?? '';
  const lower = word.toLowerCase();
  if (isNumber(index) || isNumber(index + 1) || afterTime.has(lower)) return true;
  if (articles.has(lower) && !particles.has(word)) return false;
  if (isNumber(index - 1) && isNumber(index + 3)) return true;
  const isShort = word.length <= 4;
  return isNumber(index + 2) && (isShort || isNumber(index - 1) || isNumber(index - 2));
}
