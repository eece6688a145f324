import type { Email } from 'postal-mime';
import { cleanBody } from '#connectors/email/clean-text';
import { htmlToText } from './html-text.ts';
import { bodyStart } from './mime-head.ts';
import { mendMojibake } from './mojibake.ts';

/** A plain part shorter than this, beside HTML, may be only a stub: "This message is in HTML". */
const longestStub = 200;
/** The length of the beginning in which a mail may declare its charset. */
const declarations = 256 * 1024;

export interface MailText {
  /** Everything a person can read, quotes included. */
  readonly text: string;
  /** As it came; untrusted. */
  readonly html?: string;
  /** The attachment that turned out to be the text. */
  readonly fromAttachment?: number;
}

/**
 * The readable text of a mail: the plain part, else the HTML's, else anything left of a body, because text that a
 * broken header hides is still what the customer wrote.
 */
export function readText(email: Email, raw: Uint8Array): MailText {
  const mend = claimsUtf8(raw) ? (text: string) => text : mendMojibake;
  const plain = mend(cleanBody(email.text ?? ''));
  if (email.html !== undefined) return withHtml(plain, mend(email.html.toWellFormed()));
  return plain.trim() === '' ? hiddenText(email, raw) : { text: plain };
}

/** The plain part is the better text, unless it only says that there is HTML. */
function withHtml(plain: string, html: string): MailText {
  if (plain.trim() !== '' && !isStub(plain)) return { text: plain, html };
  const text = cleanBody(htmlToText(html));
  return { text: text === '' ? plain : text, html };
}

function isStub(plain: string): boolean {
  return plain.length < longestStub && /\bhtml\b/i.test(plain);
}

/** `Content-Type: text` makes an attachment of the text, a multipart without a boundary makes nothing of it. */
function hiddenText(email: Email, raw: Uint8Array): MailText {
  const index = email.attachments.findIndex(
    ({ mimeType, filename, disposition }) =>
      !filename && disposition !== 'attachment' && /^(?:text(?:\/plain)?)?$/.test(mimeType),
  );
  const content = email.attachments[index]?.content;
  if (content !== undefined) {
    const text = typeof content === 'string' ? content : decode(new Uint8Array(content));
    return { text: cleanBody(text), fromAttachment: index };
  }
  if (email.attachments.length > 0) return { text: '' };
  return { text: cleanBody(decode(raw.subarray(bodyStart(raw)))).trim() };
}

/** UTF-8 where it is, windows-1252 else: that never fails. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** A mail that names UTF-8 was decoded so; only the others can have been misread. */
function claimsUtf8(raw: Uint8Array): boolean {
  const head = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, declarations));
  return /utf-?8/i.test(head.toString('latin1'));
}
