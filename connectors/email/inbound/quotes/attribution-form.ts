import { isNamed } from './name-beside-date.ts';
import { hasAddress, hasBracketedAddress, hasDate, hasTime, verbIn } from './signs.ts';
import { isWeekday } from './weekdays.ts';
import { personalSigns, personalWords, wordsOf } from './words.ts';

/**
 * How much a line looks as if a mail program wrote it. `sure`: what follows it is quoted even without marks. `likely`:
 * only lines with marks that follow it are.
 */
export type AttributionForm = 'sure' | 'likely';

interface Signs {
  readonly text: string;
  readonly date: boolean;
  readonly time: boolean;
  readonly verb: string | undefined;
  /** It ends with the colon or the verb of an attribution. */
  readonly endsSo: boolean;
}

/**
 * Judges a line, or several joined, that may be `On 3 Nov 2026 at 10:12, Anna <anna@…> wrote:` in any language. A person
 * writes such sentences too, with date, address and colon; but about himself, or with words between date and verb
 * that are no name.
 */
export function attributionForm(text: string, endsSo: boolean): AttributionForm | undefined {
  const signs = { text, date: hasDate(text), time: hasTime(text), verb: verbIn(text), endsSo };
  const telling = signs.date || signs.time || hasAddress(text);
  if (!telling || isPersonal(text)) return undefined;
  return hasBracketedAddress(text) ? formWithAddress(signs) : formWithName(signs);
}

/** A name with `<address>` is hardly ever typed by hand. */
function formWithAddress({ text, date, time, verb, endsSo }: Signs): AttributionForm | undefined {
  if (verb === undefined && !(date && isVerbless(text))) return undefined;
  return date && endsSo && (time || verb !== undefined) ? 'sure' : 'likely';
}

function formWithName({ text, date, time, verb, endsSo }: Signs): AttributionForm | undefined {
  if (verb === undefined || !endsSo || !(date || time)) return undefined;
  if (!isNamed(text.replace(verb, ' '))) return undefined;
  return date && time && /,\s/.test(text) ? 'sure' : 'likely';
}

/** `вт, 3 нояб. 2026 г. в 10:12, Anna <anna@…>:`: some clients write no verb, only date, name and address. */
function isVerbless(text: string): boolean {
  if (!/[>)\]]\s?[:：]?\s?$/.test(text)) return false;
  const opening = /^[^\p{L}\d]{0,3}(?:([\p{L}\p{M}]{1,14})[.,\s]{1,4})?\d?/u.exec(text);
  const word = opening?.[1];
  if (word === undefined) return /^[^\p{L}\d]{0,3}\d/u.test(text);
  return word.length <= 3 || isWeekday(word);
}

function isPersonal(text: string): boolean {
  if (personalSigns.test(text) || /(?:^|\s)I\s+[a-z]/.test(text)) return true;
  return wordsOf(text).some((word) => personalWords.has(word.replaceAll('’', "'")));
}
