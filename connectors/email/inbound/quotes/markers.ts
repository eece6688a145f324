import type { Line } from './line.ts';
import { trimAny } from './line.ts';
import { verbIn } from './signs.ts';
import { forwardWords, originalMessageWords } from './words.ts';

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

/** `---- Anna wrote ----`, `---- On 3 Nov 2026, Anna <anna@…> wrote ----`: clients draw a frame, people do not. */
export function isFramedAttribution({ plain }: Line): boolean {
  return /^-{3,}\s.{1,200}\s-{3,}$/.test(plain) && verbIn(plain) !== undefined;
}

/** A drawn line, with or without a title in it: clients put one before a quoted header block, lists before a footer. */
export function isRule({ plain }: Line): boolean {
  return /^(?:_{10,}|-{10,}|={4,}|—{3,})$/.test(plain) || /^-{4}.{0,60}-{4}$/.test(plain);
}

/** RFC 3676 4.3: `-- `; many clients lose the blank. */
export function isSignatureDelimiter({ text }: Line): boolean {
  return /^--[ \u00a0]?$/.test(text);
}
