import type { Email } from 'postal-mime';
import type { Headers } from '#connectors/email/headers';
import {
  announcesReturned,
  hasReportText,
  isReportForm,
  isReportSubject,
  isReportTitle,
} from './bounce-words.ts';
import { textOf } from './mail-parts.ts';
import { type Daemon, daemonOf, isFromServer, isNamedDaemon, isRobot } from './senders.ts';

/**
 * Tells how certain it is that a mail is the report of a server that could not deliver another one. A sign that a person
 * can have as well (a subject, a quoted error, the address of a postmaster, of a form or a shop) makes it only likely:
 * a report that is taken for a message is a nuisance, a message that is taken for a report is lost from sight.
 */
export function bounceIn(
  email: Email,
  headers: Headers,
  { isNull, saysAutomatic }: { readonly isNull: boolean; readonly saysAutomatic: boolean },
): 'sure' | 'likely' | undefined {
  const from = daemonOf(headers.get('from'));
  if (from === 'surely' || isNotification(email, headers)) return 'sure';
  const isServer = isFromServer(headers, isNull) && !saysAutomatic;
  const read = { headers, from, isServer, signs: signsOf(email) };
  if (isSure(read)) return 'sure';
  return isLikelyOfServer(read) || isLikelyOfRobot(read) ? 'likely' : undefined;
}

interface Read {
  readonly headers: Headers;
  readonly from: Daemon;
  readonly isServer: boolean;
  readonly signs: Signs;
}

function isSure({ headers, from, isServer, signs }: Read): boolean {
  if (from !== undefined && signs.title) return true;
  if (isNamedDaemon(headers.get('from')) && signs.words) return true;
  if (!isServer) return false;
  return signs.form || (signs.title && signs.text) || (signs.subject && signs.returnsMail);
}

function isLikelyOfServer({ headers, from, isServer, signs }: Read): boolean {
  if (headers.has('x-failed-recipients')) return true;
  if (isServer && (from !== undefined || signs.words)) return true;
  return from !== undefined && (signs.subject || (signs.text && signs.returned));
}

function isLikelyOfRobot({ headers, signs }: Read): boolean {
  return isRobot(headers) && (signs.title || (signs.subject && signs.text));
}

interface Signs {
  readonly subject: boolean;
  /** A subject that only servers write. */
  readonly title: boolean;
  readonly text: boolean;
  /** Subject or text. */
  readonly words: boolean;
  /** True for codes in a form in which servers write them, and people hardly do. */
  readonly form: boolean;
  readonly returnsMail: boolean;
  readonly returned: boolean;
}

function signsOf(email: Email): Signs {
  const text = textOf(email);
  const returnsMail = returnsIn(email);
  const subject = isReportSubject(email.subject ?? '');
  const hasText = hasReportText(text);
  return {
    subject,
    title: isReportTitle(email.subject ?? ''),
    text: hasText,
    words: subject || hasText,
    form: isReportForm(text),
    returnsMail,
    returned: returnsMail || announcesReturned(text),
  };
}

/** SES's own notice of a bounce, sent by SNS as a mail. */
function isNotification(email: Email, headers: Headers): boolean {
  return headers.has('x-amz-sns-message-id') && /Type\\?"\s*:\s*\\?"Bounce/.test(textOf(email));
}

function returnsIn({ attachments }: Email): boolean {
  return attachments.some(({ mimeType }) =>
    /^(?:message\/(?:rfc822|global)(?:-headers)?|text\/rfc822-headers)$/.test(mimeType),
  );
}
