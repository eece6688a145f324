import { createHmac } from 'node:crypto';
import type { Email } from 'postal-mime';
import type { Headers } from '#connectors/email/headers';
import { derivedId, hashOf, sha256Of } from '#shared/ids';
import { cleanBody, cleanLine, unwrapped } from './clean-text.ts';
import { isTwin } from './html-twin.ts';

/**
 * The header of every mail we send: a seal, by which we know the mail again if it comes back (a forward at the
 * customer's). The seal is a keyed hash of our message id and the words of the mail. It is stored together with these
 * words when the mail is sent, so a seal that is found stored is our own, and only for these words: a stranger who
 * copies the header into another mail gains nothing.
 */
export const loopHeader = 'X-Switchboard-Loop';

/** The parts of a mail that a person reads. */
export interface Words {
  readonly subject: string;
  readonly text: string;
  /** Absent where there is none. */
  readonly html?: string;
  /** The hash of each file, in hex. Their order says nothing. */
  readonly files?: readonly string[];
}

const seal = /^[a-z2-7]{26}$/;

export function loopSeal(words: Words, messageId: string, key: string): string {
  const mac = createHmac('sha256', key)
    .update(`loop|${messageId}|${markOf(words)}`)
    .digest('hex');
  return lettersOf(mac);
}

/** The name under which a mail we send is stored with its seal. */
export function sealedName(sealed: string, words: Words): string {
  return `copy:${sealed}.${markOf(words)}`;
}

/**
 * The stored name of this mail, if it is an unchanged copy of one we sent: a seal, the words, the HTML and the files, and
 * nothing beside them. HTML that only repeats the text may be missing.
 */
export function copyOf(email: Email, headers: Headers): string | undefined {
  const sealed = headers.get(loopHeader.toLowerCase())?.trim() ?? '';
  if (!seal.test(sealed)) return undefined;
  const { subject = '', text = '', html, attachments } = email;
  const files = attachments.map(({ content }) =>
    sha256Of(typeof content === 'string' ? content : new Uint8Array(content)),
  );
  return sealedName(sealed, { subject, text, files, ...(html === undefined ? {} : { html }) });
}

/** Servers wrap lines and encode anew; the words stay. */
function markOf({ subject, text, html, files = [] }: Words): string {
  const body = cleanBody(text);
  const hasOwnHtml = html !== undefined && !isTwin(html, body);
  return lettersOf(
    hashOf(
      unwrapped(cleanLine(subject)),
      unwrapped(body),
      ...(hasOwnHtml ? [`html ${unwrapped(cleanBody(html))}`] : []),
      ...files.toSorted().map((hash) => `file ${hash}`),
    ),
  );
}

function lettersOf(text: string): string {
  return derivedId('', text).slice(1);
}
