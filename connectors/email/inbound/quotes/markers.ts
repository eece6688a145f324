import type { Line } from './line.ts';
import { trimAny } from './line.ts';
import { forwardWords, originalMessageWords, sentFromWords } from './words.ts';

/** `-----Original Message-----` in any of the languages we know. */
export function isOriginalMessageLine({ plain }: Line): boolean {
  if (!/^[-_=—]{2,}/.test(plain)) return false;
  return originalMessageWords.has(trimAny(plain, '-_=— \t*').toLowerCase());
}

/** `---------- Forwarded message ----------`, `Begin forwarded message:` and the like. */
export function isForwardLine({ plain, quoted }: Line): boolean {
  if (quoted || plain.length > 80 || !/^[-_=—]{2,}|[:：]$|^begin /i.test(plain)) return false;
  const words = trimAny(plain, '-_=— \t*:：').toLowerCase();
  return forwardWords.some((word) => words.startsWith(word));
}

/** A drawn line, with or without a title in it: clients put one before a quoted header block, lists before a footer. */
export function isRule({ plain }: Line): boolean {
  return /^(?:_{10,}|-{10,}|={4,}|—{3,})$/.test(plain) || /^-{4}.{0,60}-{4}$/.test(plain);
}

/** RFC 3676 4.3: `-- `; many clients lose the blank. */
export function isSignatureDelimiter({ text }: Line): boolean {
  return /^--[ \u00a0]?$/.test(text);
}

/** One short line a device or an app added; a sentence that only begins so is the customer's. */
export function isSentFromLine({ plain, quoted }: Line): boolean {
  const words = plain.split('<', 1)[0] ?? '';
  if (quoted || words.length > 60 || /[,;!?。]|\.\s/.test(words)) return false;
  const lower = words.toLowerCase();
  return sentFromWords.some((word) => lower.startsWith(word) || endsSo(lower, word));
}

/** Korean and Japanese put the verb last. */
function endsSo(lower: string, word: string): boolean {
  return /^[가-힣ぁ-ん]/.test(word) && lower.endsWith(word);
}
