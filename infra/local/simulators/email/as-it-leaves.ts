import { readHeaders } from '#infra/local/mail/mail-headers';
import { mailDate } from '#infra/local/mail/ses-block';
import { place } from '#infra/local/place';

interface LeavingMail {
  readonly raw: string;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

/** The headers that SES takes for itself: recipients of the mail see nothing of them. */
const kept = /^(?:bcc|return-path|x-ses-configuration-set|x-ses-message-tags)$/i;

/**
 * A mail as it leaves SES: with SES's Message-ID and Date in place of the given ones, without Bcc and Return-Path, and with the
 * headers that SES adds (SES developer guide, header-fields).
 */
export function asItLeaves(mail: Buffer, messageId: string, now: Date): LeavingMail {
  const text = mail.toString('latin1');
  const end = text.indexOf('\r\n\r\n');
  const head = end < 0 ? text : text.slice(0, end);
  const own: Readonly<Record<string, string>> = {
    date: `Date: ${mailDate(now)}`,
    'message-id': `Message-ID: ${messageId}`,
  };
  const fields = head.split(/\r\n(?![ \t])/).filter((field) => !kept.test(nameOf(field)));
  const given = new Set(fields.map(nameOf));
  const replaced = fields.map((field) => own[nameOf(field)] ?? field);
  const missing = Object.keys(own).flatMap((name) => (given.has(name) ? [] : [own[name] ?? '']));
  const added = [
    `Feedback-ID: ::1.${place.region}.simulated:AmazonSES`,
    `X-SES-Outgoing: ${now.toISOString().slice(0, 10).replaceAll('-', '.')}-192.0.2.1`,
  ];
  const raw =
    [...replaced, ...missing, ...added].join('\r\n') + (end < 0 ? '\r\n\r\n' : text.slice(end));
  return { raw, headers: readHeaders(Buffer.from(raw, 'latin1')) };
}

function nameOf(field: string): string {
  return field
    .slice(0, Math.max(field.indexOf(':'), 0))
    .trim()
    .toLowerCase();
}
