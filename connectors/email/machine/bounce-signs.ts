import { addressParser, type Email } from 'postal-mime';
import { announcesReturned, hasReportText, isReportSubject } from './bounce-words.ts';
import type { Headers } from './mail-class.ts';
import { textOf } from './mail-parts.ts';

/** The names of mail servers as senders: the local part without its punctuation. */
const daemon =
  /^(?:mailerdaemon|maildaemon|mdaemon|maildelivery(?:sub)?(?:system|service)|internetmaildelivery)$/;
const postmaster = /^(?:postmaster|systemadministrator|mailadmin(?:istrator)?|mailerror|bounces?)$/;

/** How much a sender looks like a mail server: surely, maybe, or not. */
type Daemon = 'surely' | 'maybe' | undefined;

/**
 * Tells if a mail is the report of a server that could not deliver another one. A sign that a person can have as well
 * (a subject, a quoted error, the address of a postmaster) counts only beside others: a report that is taken for a
 * message is a nuisance, a message that is taken for a report is lost from sight.
 */
export function isBounce(
  email: Email,
  headers: Headers,
  { isNull, saysAutomatic }: { readonly isNull: boolean; readonly saysAutomatic: boolean },
): boolean {
  const from = daemonOf(headers.get('from'));
  if (headers.has('x-failed-recipients') || from === 'surely') return true;
  const signs = signsOf(email);
  if (isFromServer(headers, isNull) && !saysAutomatic) {
    return from !== undefined || Object.values(signs).some(Boolean);
  }
  if (from !== undefined) return signs.subject || (signs.text && signs.returned);
  return signs.text && isOfProgram(email, headers, signs);
}

/** A report that no mail server signs: its subject and its text say what it is, and it shows the mail it is about. */
function isOfProgram(email: Email, headers: Headers, { subject, returned }: Signs): boolean {
  return subject ? returned || isRobot(headers) : isNotification(email, headers);
}

interface Signs {
  readonly subject: boolean;
  readonly text: boolean;
  readonly returned: boolean;
}

function signsOf(email: Email): Signs {
  const text = textOf(email);
  return {
    subject: isReportSubject(email.subject ?? ''),
    text: hasReportText(text),
    returned: returnsMail(email) || announcesReturned(text),
  };
}

/** RFC 5321 6.1: a report of a server has no return path; some name themselves there. */
function isFromServer(headers: Headers, isNull: boolean): boolean {
  const named = [headers.get('return-path'), headers.get('sender')];
  return isNull || named.some((each) => daemonOf(each) === 'surely');
}

/** Reads a From header as it is: `MAILER-DAEMON <>` and `Postmaster` alone have no address. */
function daemonOf(header: string | undefined): Daemon {
  if (header === undefined) return undefined;
  const [{ name = '', address = '' } = {}] = addressParser(header, { flatten: true });
  const local = address.includes('@') ? address.slice(0, address.indexOf('@')) : address;
  const names = [local, ...(address.includes('@') ? [] : [name])].map(plain);
  if (names.some((each) => daemon.test(each))) return 'surely';
  const hasName = daemon.test(plain(name)) || postmaster.test(plain(name));
  return hasName || names.some((each) => postmaster.test(each)) ? 'maybe' : undefined;
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z]+/g, '');

/** The sender of a program, which nobody can answer. */
function isRobot(headers: Headers): boolean {
  return /(?:no|not)[-_.]?reply@|(?:smtp|mail)[-_.]?(?:service|server|gateway)|gateways?@/i.test(
    headers.get('from') ?? '',
  );
}

/** SES's own notice of a bounce, sent by SNS as a mail. */
function isNotification(email: Email, headers: Headers): boolean {
  return headers.has('x-amz-sns-message-id') && /Type\\?"\s*:\s*\\?"Bounce/.test(textOf(email));
}

function returnsMail({ attachments }: Email): boolean {
  return attachments.some(({ mimeType }) =>
    /^(?:message\/(?:rfc822|global)(?:-headers)?|text\/rfc822-headers)$/.test(mimeType),
  );
}
