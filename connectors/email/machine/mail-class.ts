import type { Email } from 'postal-mime';
import { isAutomaticSubject } from './automatic-answers.ts';
import { isBounce } from './bounce-signs.ts';
import { returnedHead } from './returned-mail.ts';

export type MailClass =
  | 'human'
  | 'bounce'
  | 'complaint'
  | 'read_receipt'
  | 'auto_reply'
  | 'auto_generated'
  | 'bulk'
  | 'list';

/** The headers of a mail by lower-case name; of repeated ones the first, as SES puts its own on top. */
export type Headers = ReadonlyMap<string, string>;

/**
 * Tells if a machine wrote a mail, and of which kind (RFC 3834, RFC 3464, RFC 8098, RFC 5965, and the headers that
 * FreeScout, osTicket and Zammad found in the wild). `X-Auto-Response-Suppress` alone is no sign: Exchange writes it on
 * human mail. A list of our own domain is a group in front of the inbox, and its mail is human.
 */
export function classOf(
  email: Email,
  headers: Headers,
  envelopeFrom: string | undefined,
  ownDomain: string,
): MailClass {
  return (
    reportClass(email, headers, envelopeFrom) ??
    autoClass(email, headers) ??
    bulkClass(headers, ownDomain) ??
    (isNullSender(headers, envelopeFrom) ? 'auto_generated' : 'human')
  );
}

function reportClass(
  email: Email,
  headers: Headers,
  envelopeFrom: string | undefined,
): MailClass | undefined {
  const type = headers.get('content-type')?.toLowerCase() ?? '';
  const parts = new Set(email.attachments.map(({ mimeType }) => mimeType));
  if (type.includes('feedback-report') || parts.has('message/feedback-report')) return 'complaint';
  if (isPlainComplaint(email)) return 'complaint';
  if (type.includes('disposition-notification') || parts.has('message/disposition-notification')) {
    return 'read_receipt';
  }
  if (/delivery-status/.test(type) || [...parts].some((part) => deliveryReport.test(part))) {
    return 'bounce';
  }
  // A vacation notice has a null sender as well (RFC 3834 3.3), and says that it is one.
  const saysAutomatic = autoClass(email, headers) !== undefined;
  return isBounce(email, headers, { isNull: isNullSender(headers, envelopeFrom), saysAutomatic })
    ? 'bounce'
    : undefined;
}

const deliveryReport = /^message\/(?:global-)?delivery-status$/;

/** The complaints of Outlook.com are no feedback reports: a subject of their own, and the mail with a header of theirs. */
function isPlainComplaint(email: Email): boolean {
  if (!/^\s*complaint about message from /i.test(email.subject ?? '')) return false;
  return returnedHead(email).some(([name]) => name === 'x-hmxmroriginalrecipient');
}

/** SES leaves MAIL FROM empty or writes `<>`; other servers keep it in Return-Path. */
function isNullSender(headers: Headers, envelopeFrom: string | undefined): boolean {
  return [envelopeFrom, headers.get('return-path')].some((each) =>
    /^\s*(?:<\s*>)?\s*$/.test(each ?? '-'),
  );
}

function autoClass({ subject = '' }: Email, headers: Headers): MailClass | undefined {
  const submitted = headers.get('auto-submitted')?.toLowerCase() ?? 'no';
  if (submitted.startsWith('auto-replied') || submitted.startsWith('auto-notified')) {
    return 'auto_reply';
  }
  const replied =
    [
      'x-autoreply',
      'x-autorespond',
      'x-autoresponder',
      'x-autoreply-from',
      'x-mail-autoreply',
      'x-auto-reply-from',
    ].some((name) => headers.has(name) && headers.get(name)?.toLowerCase() !== 'no') ||
    headers.has('x-ms-exchange-inbox-rules-loop') ||
    /^auto[_-]reply/i.test(headers.get('precedence') ?? '') ||
    /^autoresponder/i.test(headers.get('delivered-to') ?? '') ||
    isAutomaticSubject(subject);
  if (replied) return 'auto_reply';
  return submitted.startsWith('auto-') ? 'auto_generated' : undefined;
}

function bulkClass(headers: Headers, ownDomain: string): MailClass | undefined {
  const listId = headers.get('list-id');
  if (listId?.toLowerCase().includes(ownDomain)) return undefined;
  if (listId !== undefined || /^list/i.test(headers.get('precedence') ?? '')) return 'list';
  if (/^(?:bulk|junk)/i.test(headers.get('precedence') ?? '')) return 'bulk';
  return headers.has('list-unsubscribe') ? 'bulk' : undefined;
}
