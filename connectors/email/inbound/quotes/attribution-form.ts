import { hasAddress, hasBracketedAddress, hasDate, hasTime, verbIn } from './signs.ts';
import { isWeekday } from './weekdays.ts';
import { personalSigns, personalWords } from './words.ts';

/**
 * How much a line looks as if a mail program wrote it. `sure`: what follows it is quoted even without marks. `likely`:
 * only lines with marks that follow it are.
 */
export type AttributionForm = 'sure' | 'likely';

/** Words that stand behind a time. */
const afterTime = new Set('uhr h hs hrs am pm a.m p.m г ч р utc gmt o clock tarihinde'.split(' '));
/** Lower-case words inside a name. */
const particles = new Set('von van der den de del della da di du la le bin al el ten ter zu'.split(' '));
const articles = new Set('the a an der die das ein eine el la los il lo un une de het'.split(' '));
const longestCaselessName = 10;

/**
 * Judges a line, or several joined, that may be `On 3 Nov 2026 at 10:12, Anna <anna@…> wrote:` in any language. A person
 * writes such sentences too, with date, address and colon; but about himself, or with words between date and verb
 * that are no name.
 */
export function attributionForm(text: string, endsSo: boolean): AttributionForm | undefined {
  const date = hasDate(text);
  const time = hasTime(text);
  if (!(date || time || hasAddress(text)) || isPersonal(text)) return undefined;
  const verb = verbIn(text);
  if (hasBracketedAddress(text)) {
    if (verb === undefined && !(date && isVerbless(text))) return undefined;
    return date && endsSo && (time || verb !== undefined) ? 'sure' : 'likely';
  }
  if (verb === undefined || !endsSo || !(date || time)) return undefined;
  const named = isNamed(text.replace(verb, ' '));
  if (!named) return undefined;
  return date && time && /,\s/.test(text) ? 'sure' : 'likely';
}

/** `вт, 3 нояб. 2026 г. в 10:12, Anna <anna@…>:`: some clients write no verb, only date, name and address. */
function isVerbless(text: string): boolean {
  if (!/[>)\]]\s?[:：]?[\s\u2068\u2069]?$/.test(text)) return false;
  const [, word] = /^[^\p{L}\d]{0,3}(?:([\p{L}\p{M}]{1,14})[.,\s]{1,4})?\d?/u.exec(text) ?? [];
  return word === undefined ? /^[^\p{L}\d]{0,3}\d/u.test(text) : word.length <= 3 || isWeekday(word);
}

function isPersonal(text: string): boolean {
  if (personalSigns.test(text)) return true;
  if (/(?:^|\s)I\s+[a-z]/.test(text)) return true;
  return wordsOf(text).some((word) => personalWords.has(word.replaceAll('’', "'")));
}

function wordsOf(text: string): string[] {
  return text
    .split(/[\s,;:()<>"“”„«»[\]]+/)
    .map((word) => word.replace(/[.]+$/, ''))
    .filter(Boolean);
}

/** True when nothing but a name is left beside the date: `bob`, `Anna van der Berg`, not `the server`. */
function isNamed(text: string): boolean {
  const words = wordsOf(text);
  const rest = words.filter((word, index) => !isOfDate(words, word, index));
  if (articles.has((rest[0] ?? '').toLowerCase())) return false;
  const caseless = rest.filter((word) => /^\p{Lo}/u.test(word)).join('');
  if (caseless.replace(/[年月日時分周星期曜在于於년월일]/g, '').length > longestCaselessName) return false;
  const lower = rest.filter((word) => /^\p{Ll}/u.test(word) && !word.includes('@'));
  if (lower.length === 0) return true;
  const last = rest.at(-1) ?? '';
  if (lower.length === 1 && lower[0] === last) return behindComma(text, last);
  return lower.every((word) => particles.has(word)) && /^\p{Lu}/u.test(last);
}

function behindComma(text: string, word: string): boolean {
  const before = text.slice(0, text.lastIndexOf(word)).trimEnd();
  return before.endsWith(',');
}

/** A number, the word before it (`à 10:12`, `a las 10:12`), what stands between two (`3 de mayo de 2026`), or `Uhr`. */
function isOfDate(words: readonly string[], word: string, index: number): boolean {
  const isNumber = (at: number) => /\d/.test(words[at] ?? '');
  if (isNumber(index) || afterTime.has(word.toLowerCase())) return true;
  if (isNumber(index + 1)) return true;
  if (articles.has(word.toLowerCase()) && !particles.has(word)) return false;
  if (word.length <= 4) return isNumber(index + 2);
  return isNumber(index + 2) && (isNumber(index - 1) || isNumber(index - 2));
}
