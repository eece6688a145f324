import type { Email } from 'postal-mime';

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
    autoClass(headers) ??
    bulkClass(headers, ownDomain) ??
    'human'
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
  if (type.includes('disposition-notification') || parts.has('message/disposition-notification')) {
    return 'read_receipt';
  }
  if (type.includes('delivery-status') || parts.has('message/delivery-status')) return 'bounce';
  return isBounce(headers, envelopeFrom) ? 'bounce' : undefined;
}

function isBounce(headers: Headers, envelopeFrom: string | undefined): boolean {
  if (headers.has('x-failed-recipients')) return true;
  if (/\b(?:mailer-daemon|postmaster)@/i.test(headers.get('from') ?? '')) return true;
  // A vacation notice has a null sender as well (RFC 3834 3.3), and says that it is one.
  const nullSender = envelopeFrom === '<>' || headers.get('return-path')?.trim() === '<>';
  return nullSender && autoClass(headers) === undefined;
}

function autoClass(headers: Headers): MailClass | undefined {
  const submitted = headers.get('auto-submitted')?.toLowerCase() ?? 'no';
  if (submitted.startsWith('auto-replied') || submitted.startsWith('auto-notified'))
    return 'auto_reply';
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
    /^autoresponder/i.test(headers.get('delivered-to') ?? '');
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
