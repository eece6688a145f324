import type { Email } from 'postal-mime';
import { cleanBody } from '#connectors/email/clean-text';
import { isStub } from './html/html-stub.ts';
import { htmlToText } from './html/html-text.ts';
import { decodeText } from './mime/charset.ts';
import { bodyStart } from './mime-head.ts';

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

/** The plain part is the better text, unless it only says that there is HTML. */
function withHtml(plain: string, html: string): MailText {
  if (plain.trim() !== '' && !isStub(plain, html)) return { text: plain, html };
  const text = cleanBody(htmlToText(html));
  return { text: text === '' ? plain : text, html };
}

/** A multipart without delimiters has no parts; its words are still there. */
function hiddenText(email: Email, raw: Uint8Array): MailText {
  if (email.attachments.length > 0) return { text: '' };
  return { text: bodyText(raw.subarray(bodyStart(raw))).trim() };
}

function bodyText(bytes: Uint8Array): string {
  return cleanBody(decodeText(bytes.subarray(0, longestRead), undefined));
}
