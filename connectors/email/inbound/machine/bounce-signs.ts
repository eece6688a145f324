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
import { daemonOf, isFromServer, isNamedDaemon, isRobot } from './senders.ts';

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
  if (from === 'surely') return 'sure';
  const signs = signsOf(email);
  const hasWords = signs.subject || signs.text;
  if (isNamedDaemon(headers.get('from')) && hasWords) return 'sure';
  const isOfServer = isFromServer(headers, isNull) && !saysAutomatic;
  const hasTitle = isReportTitle(email.subject ?? '');
  if (hasTitle && (from !== undefined || (isOfServer && signs.text))) return 'sure';
  if (isOfServer) {
    if (signs.form || (signs.subject && signs.returnsMail)) return 'sure';
    if (from !== undefined || hasWords) return 'likely';
  }
  if (headers.has('x-failed-recipients')) return 'likely';
  if (from !== undefined) {
    return signs.subject || (signs.text && signs.returned) ? 'likely' : undefined;
  }
  if (isNotification(email, headers)) return 'sure';
  return isRobot(headers) && (hasTitle || (signs.subject && signs.text)) ? 'likely' : undefined;
}

interface Signs {
  readonly subject: boolean;
  readonly text: boolean;
  /** True for codes in a form in which servers write them, and people hardly do. */
  readonly form: boolean;
  readonly returnsMail: boolean;
  readonly returned: boolean;
}

function signsOf(email: Email): Signs {
  const text = textOf(email);
  const returnsMail = returnsIn(email);
  return {
    subject: isReportSubject(email.subject ?? ''),
    text: hasReportText(text),
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
