import PostalMime, { type Email } from 'postal-mime';
import { decodeText } from './mime/charset.ts';
import { headEnd } from './mime/delimiters.ts';
import { type Part, readTree, TooDeep } from './mime/part-tree.ts';
import { bytesOf, charsetOf, smallMail } from './mime/small-mail.ts';
import { fromHeaders, shortHeaders } from './mime-head.ts';

/** Amazon SES receives at most 40 MB, headers included (SES quotas). */
const largestMail = 40 * 1024 * 1024;
const maxNestingDepth = 50;
/** Longer headers are lists of recipients or attacks. */
const maxHeadersSize = 256 * 1024;

/** The small mail has been bounded before; these limits are above all that it can hold. */
const limits = {
  maxNestingDepth,
  maxHeadersSize: 16 * 1024 * 1024,
  // A forwarded mail is a file of this one; its text is not the customer's.
  forceRfc822Attachments: true,
};

export interface ReadMail {
  readonly email: Email;
  /** Counts the From headers of the whole mail, also where `email` has only a part of its headers. */
  readonly fromHeaders: number;
  /** The charsets that its files declare, in their order. */
  readonly charsets?: readonly (string | undefined)[];
  /** The reason why only the headers could be read. */
  readonly problem?: string;
  /** True when `email` has only the beginning of the text. */
  readonly cut?: true;
}

/**
 * Reads a mail. It never fails: one that is too large, too deep or broken is read as far as its headers, because a mail
 * is never dropped for being malformed. Whatever its shape, the work and the memory are bounded: the MIME parser is
 * given a small mail (see `smallMail`), and the bytes of files are taken from the raw one.
 */
export async function readMime(raw: Uint8Array): Promise<ReadMail> {
  const mail = withLineFeeds(raw);
  const counted = { fromHeaders: fromHeaders(mail) };
  try {
    if (mail.length > largestMail) throw new RangeError(`larger than ${largestMail} bytes`);
    return { ...(await readParts(mail)), ...counted };
  } catch (error) {
    const isLimit = error instanceof TooDeep || error instanceof RangeError;
    const problem = isLimit ? error.message : 'not readable as MIME';
    return { email: await readHeaders(shortHead(mail)), ...counted, problem };
  }
}

async function readParts(mail: Uint8Array): Promise<Pick<ReadMail, 'email' | 'charsets' | 'cut'>> {
  const { end, next } = headEnd(mail, 0, []);
  const whole = mail.subarray(0, end);
  const head = whole.length <= maxHeadersSize ? whole : shortHead(mail);
  const { bytes, files, added, cut } = smallMail(readTree(mail, head, next, maxNestingDepth), head);
  const email = await PostalMime.parse(bytes, limits);
  email.headers.splice(added.at, added.count);
  email.headerLines.splice(added.at, added.count);
  if (email.attachments.length !== files.length) throw new Error('another number of files');
  for (const [index, file] of files.entries()) restore(email, index, file);
  return { email, charsets: files.map(charsetOf), ...(cut ? { cut } : {}) };
}

/** Gives a file its bytes, and the disposition that its sender wrote. */
function restore({ attachments }: Email, index: number, file: Part): void {
  const attachment = attachments[index];
  if (!attachment) return;
  attachment.content = bytesOf(file);
  attachment.disposition = file.disposition.value || null;
}

/** A head of a bearable size: twenty thousand recipients do not hide what was written. */
function shortHead(mail: Uint8Array): Buffer {
  return Buffer.from(shortHeaders(mail), 'latin1');
}

/** Removes the headers that announce parts: a multipart without its parts would be one more thing to fail at. */
async function readHeaders(head: Buffer): Promise<Email> {
  const plain = head.toString('latin1').replace(/^content-/gim, 'X-Content-');
  try {
    const text = decodeText(Buffer.from(plain, 'latin1'), undefined);
    return await PostalMime.parse(Buffer.from(text), limits);
  } catch {
    return { headers: [], headerLines: [], attachments: [] };
  }
}

/** Mail of old Macs ends its lines with CR alone, which the parser reads as one line. */
function withLineFeeds(raw: Uint8Array): Uint8Array {
  if (raw.includes(0x0a) || !raw.includes(0x0d)) return raw;
  return raw.map((byte) => (byte === 0x0d ? 0x0a : byte));
}
