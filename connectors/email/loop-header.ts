import { createHmac } from 'node:crypto';
import type { Email } from 'postal-mime';
import type { Headers } from '#connectors/email/headers';
import { derivedId, hashOf } from '#shared/ids';
import { cleanBody, cleanLine } from './clean-text.ts';
import { isTwin } from './html-twin.ts';

/**
 * The header of every mail we send: a seal, by which we know the mail again if it comes back (a forward at the
 * customer's). The seal is a keyed hash of our message id and the words of the mail. It is stored together with these
 * words when the mail is sent, so a seal that is found stored is our own, and only for these words: a stranger who
 * copies the header into another mail gains nothing.
 */
export const loopHeader = 'X-Switchboard-Loop';

/** The words of a mail that a person reads. */
export interface Words {
  readonly subject: string;
  readonly text: string;
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
 * The stored name of this mail, if it is an unchanged copy of one we sent: a seal, the words, and nothing beside them.
 * The HTML may be missing; other HTML, or a file, is something that we did not send.
 */
export function copyOf(email: Email, headers: Headers): string | undefined {
  const sealed = headers.get(loopHeader.toLowerCase())?.trim() ?? '';
  const { subject = '', text = '', html, attachments } = email;
  const isPlain = attachments.length === 0 && (html === undefined || isTwin(html, cleanBody(text)));
  return seal.test(sealed) && isPlain ? sealedName(sealed, { subject, text }) : undefined;
}

/** Servers wrap lines and encode anew; the words stay. */
function markOf({ subject, text }: Words): string {
  const words = [cleanLine(subject), cleanBody(text)].map((each) =>
    each.replace(/\s+/g, ' ').trim(),
  );
  return lettersOf(hashOf(...words));
}

function lettersOf(text: string): string {
  return derivedId('', text).slice(1);
}
