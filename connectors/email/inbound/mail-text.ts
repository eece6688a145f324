import type { Email } from 'postal-mime';
import { cleanBody } from '#connectors/email/clean-text';
import { isStub } from './html/html-stub.ts';
import { htmlToText } from './html/html-text.ts';
import { decodeText } from './mime/charset.ts';
import { strayWords } from './mime/stray-words.ts';
import { bodyStart } from './mime-head.ts';
import { readLines } from './quotes/line.ts';
import { isSentFromLine } from './quotes/sent-from.ts';

/** Letters of a text that are read; no more of it is shown (`maxReadBytes`). */
const longestRead = 1_000_000;

export interface MailText {
  /** Everything a person can read, quotes included. */
  readonly text: string;
  /** As it came; untrusted. */
  readonly html?: string;
}

/**
 * The readable text of a mail: the plain part, else the HTML's, else anything left of a body, because text that a
 * broken header hides is still what the customer wrote.
 */
export function readText(email: Email, raw: Uint8Array): MailText {
  const plain = cleanBody((email.text ?? '').slice(0, longestRead));
  if (email.html !== undefined) return withHtml(plain, email.html.toWellFormed());
  return plain.trim() === '' ? hiddenText(email, raw) : { text: plain };
}

/** The plain part is the better text, unless it only says that there is HTML, or has no words of the sender's. */
function withHtml(plain: string, html: string): MailText {
  const isEmpty = isWordless(plain);
  if (!isEmpty && !isStub(plain, html)) return { text: plain, html };
  const text = cleanBody(htmlToText(html));
  const isPoorer = text === '' || (isWordless(text) && plain.trim() !== '');
  return { text: isPoorer ? plain : text, html };
}

/** A longer text has words. */
const longestWordless = 1000;

/** True for a text of blanks, marks of pictures and "Sent from my iPhone" alone. */
function isWordless(text: string): boolean {
  if (text.length > longestWordless) return text.trim() === '';
  const words = text.replace(/\[(?:cid|image|bild|imagen|immagine):[^\]\n]{0,200}\]/gi, '');
  return readLines(words).every((line) => line.empty || isSentFromLine(line));
}

/**
 * A multipart without delimiters has no parts, and a mail without an empty line has no body; the words are still there.
 */
function hiddenText(email: Email, raw: Uint8Array): MailText {
  if (email.attachments.length > 0) return { text: '' };
  const start = bodyStart(raw);
  const text = bodyText(raw.subarray(start)).trim();
  return { text: text === '' ? cleanBody(strayWords(raw.subarray(0, start))).trim() : text };
}

function bodyText(bytes: Uint8Array): string {
  return cleanBody(decodeText(bytes.subarray(0, longestRead), undefined));
}
