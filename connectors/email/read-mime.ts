import PostalMime, { type Email } from 'postal-mime';
import { tooComplex } from './mime-guard.ts';

const headersLimit = 256 * 1024;

const limits = {
  maxNestingDepth: 50,
  maxHeadersSize: headersLimit,
  // A forwarded mail is a file of this one; its text is not the customer's.
  forceRfc822Attachments: true,
};

export interface ReadMail {
  readonly email: Email;
  /** Why only the headers could be read. */
  readonly problem?: string;
}

/**
 * Reads a mail. It never fails: what is too large, too deep or broken is read as far as its headers, because a mail
 * is never dropped for being malformed.
 */
export async function readMime(raw: Uint8Array): Promise<ReadMail> {
  const mail = withLineFeeds(raw);
  const problem = tooComplex(mail);
  if (problem !== undefined) return { email: await readHeaders(mail), problem };
  try {
    return { email: await PostalMime.parse(mail, limits) };
  } catch {
    return { email: await readHeaders(mail), problem: 'not readable as MIME' };
  }
}

async function readHeaders(mail: Uint8Array): Promise<Email> {
  const head = mail.subarray(0, Math.min(bodyStart(mail), headersLimit / 2));
  try {
    return await PostalMime.parse(withoutContentHeaders(head), limits);
  } catch {
    return { headers: [], headerLines: [], attachments: [] };
  }
}

/** A multipart without its parts would be one more thing to fail at. */
function withoutContentHeaders(head: Uint8Array): string {
  return Buffer.from(head)
    .toString('latin1')
    .replace(/^content-/gim, 'X-Content-');
}

/** Where the body begins, after the first empty line; the length when there is no body. */
export function bodyStart(mail: Uint8Array): number {
  const buffer = Buffer.from(mail.buffer, mail.byteOffset, mail.byteLength);
  const found = ['\r\n\r\n', '\n\n']
    .map((gap) => ({ gap, at: buffer.indexOf(gap) }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at)[0];
  return found ? found.at + found.gap.length : mail.length;
}

/** Mail of old Macs ends its lines with CR alone, which the parser reads as one line. */
function withLineFeeds(raw: Uint8Array): Uint8Array {
  if (raw.includes(0x0a) || !raw.includes(0x0d)) return raw;
  return raw.map((byte) => (byte === 0x0d ? 0x0a : byte));
}
