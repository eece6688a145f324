import PostalMime, { type Email } from 'postal-mime';
import { tooComplex } from './mime-guard.ts';
import { bodyStart, fromHeaders, shortHeaders } from './mime-head.ts';

const limits = {
  maxNestingDepth: 50,
  maxHeadersSize: 256 * 1024,
  // A forwarded mail is a file of this one; its text is not the customer's.
  forceRfc822Attachments: true,
};

export interface ReadMail {
  readonly email: Email;
  /** Counts the From headers of the whole mail, also where `email` has only a part of its headers. */
  readonly fromHeaders: number;
  /** The reason why only the headers could be read. */
  readonly problem?: string;
}

/**
 * Reads a mail. It never fails: one that is too large, too deep or broken is read as far as its headers, because a mail
 * is never dropped for being malformed.
 */
export async function readMime(raw: Uint8Array): Promise<ReadMail> {
  const mail = withLineFeeds(raw);
  const problem = tooComplex(mail);
  const email = problem === undefined ? await tryParse(mail) : undefined;
  const counted = { fromHeaders: fromHeaders(mail) };
  if (email) return { email, ...counted };
  const head = shortHeaders(mail);
  const rescued = problem === undefined ? await tryParse(withHead(head, mail)) : undefined;
  if (rescued) return { email: rescued, ...counted };
  return { email: await readHeaders(head), ...counted, problem: problem ?? 'not readable as MIME' };
}

async function tryParse(mail: Uint8Array): Promise<Email | undefined> {
  try {
    return await PostalMime.parse(mail, limits);
  } catch {
    return undefined;
  }
}

/** The same body below headers of a bearable size: twenty thousand recipients do not hide what was written. */
function withHead(head: string, mail: Uint8Array): Uint8Array {
  return Buffer.concat([Buffer.from(head, 'latin1'), mail.subarray(bodyStart(mail))]);
}

/** Removes the headers that announce parts: a multipart without its parts would be one more thing to fail at. */
async function readHeaders(head: string): Promise<Email> {
  const plain = Buffer.from(head.replace(/^content-/gim, 'X-Content-'), 'latin1');
  return (await tryParse(plain)) ?? { headers: [], headerLines: [], attachments: [] };
}

/** Mail of old Macs ends its lines with CR alone, which the parser reads as one line. */
function withLineFeeds(raw: Uint8Array): Uint8Array {
  if (raw.includes(0x0a) || !raw.includes(0x0d)) return raw;
  return raw.map((byte) => (byte === 0x0d ? 0x0a : byte));
}
