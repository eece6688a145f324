import type { Email } from 'postal-mime';
import type { Account } from '#connectors/email/account';
import type { Headers } from '#connectors/email/headers';
import { readAddress } from '#connectors/email/mail-address';
import { omitEmpty } from '#connectors/email/omit-empty';
import type { ChannelEvent, SenderStanding } from '#shared/connector/channel-event';
import { hashOf } from '#shared/ids';
import { complaintAlert, complaintOf, isComplaint } from './complaint.ts';
import { readDeliveryReport } from './delivery-report.ts';
import { type Fields, fieldBlocks, fieldOf, partsOf } from './mail-parts.ts';
import type { Report } from './report-signs.ts';
import { ownMailOf, recipientsOf, returnedHead } from './returned-mail.ts';
import { type Status, shortMark, statusOfFate } from './statuses.ts';

/** A mail that a machine wrote, with what is known of it. */
export interface MachineMail {
  readonly email: Email;
  readonly headers: Headers;
  /** The report that it may be. */
  readonly report?: Report;
  /** True when a person has let it in: then only a report about one of our mails is none. */
  readonly released?: boolean;
  readonly account: Account;
  readonly standing: SenderStanding;
  /** ISO 8601; the time of the report. */
  readonly occurredAt?: string;
}

/**
 * Reads a report about one of our mails: it changes that mail and is no message. A report can be written by any person,
 * but SES's id of our mail is known only to those who got it; one that names no such id changes nothing and is set
 * aside, unless it is only likely a report. Undefined for a mail that is a message, also where a machine wrote it.
 */
export function readMachineMail(mail: MachineMail): ChannelEvent[] | undefined {
  const { report, released } = mail;
  if (!report) return undefined;
  const events = eventsOf(mail, report);
  const changesNothing = events.every(({ kind }) => kind === 'ignored');
  return changesNothing && (released || !report.isSure) ? undefined : events;
}

function eventsOf(mail: MachineMail, report: Report): ChannelEvent[] {
  switch (report.kind) {
    case 'bounce':
      return deliveryEvents(mail, report);
    case 'read_receipt':
      return [receiptEvent(mail, report)];
    case 'complaint':
      return complaintEvents(mail, report);
  }
}

const setAside = (reason: string): ChannelEvent => ({ kind: 'ignored', reason, keep: true });

function deliveryEvents(
  { email, headers, standing, occurredAt }: MachineMail,
  report: Report,
): ChannelEvent[] {
  const fields = partsOf(email, /^message\/(?:global-)?delivery-status$/)
    .flatMap(fieldBlocks)
    .flat();
  const original = fields.filter(([name]) => /^(?:x-)?original-message-id$/.test(name));
  const sesId = ownMailOf(
    email,
    original.map(([, value]) => value),
    report,
  );
  if (sesId === undefined) return [setAside('bounce_of_another_mail')];
  const of = { sesId, reportId: reportIdOf(email), ...omitEmpty({ occurredAt }) };
  const statuses = readDeliveryReport(email, headers).map((fate) => statusOfFate(of, fate));
  return standing === 'untrusted' ? statuses.map(withoutConsent) : statuses;
}

/** A forged report suppresses no address. */
function withoutConsent({ consent: _, consentOf: __, ...status }: Status): Status {
  return status;
}

/** RFC 8098. Only `displayed` says that it was read; `deleted` and `denied` change nothing. */
function receiptEvent({ email, standing, occurredAt }: MachineMail, report: Report): ChannelEvent {
  const fields = partsOf(email, /^message\/(?:global-)?disposition-notification$/)
    .flatMap(fieldBlocks)
    .flat();
  const sesId = ownMailOf(email, [fieldOf(fields, 'original-message-id')], report);
  if (sesId === undefined) return setAside('receipt_of_another_mail');
  const disposition = fieldOf(fields, 'disposition') ?? '';
  if (!/;\s*displayed\b/i.test(disposition)) return setAside('receipt_without_reading');
  const final = fieldOf(fields, 'final-recipient') ?? '';
  const recipient = readAddress(final.slice(final.indexOf(';') + 1));
  if (standing === 'untrusted' || !isFrom(email, recipient)) {
    return setAside('receipt_of_another_person');
  }
  return {
    kind: 'status',
    id: `receipt:${shortMark(reportIdOf(email))}`,
    target: { providerMessageId: sesId },
    status: 'read',
    ...omitEmpty({ recipient, occurredAt }),
    mayBeOnly: true,
  };
}

/** A receipt comes from the person who read (RFC 8098, 3.1), who may speak for no other. */
function isFrom({ from }: Email, recipient: string | undefined): boolean {
  return recipient === undefined || readAddress(from?.address ?? '') === recipient;
}

/**
 * A feedback report (RFC 5965), or the complaint of Outlook.com. Who the sender is decides nothing: who knows the id of
 * our mail got it, and the store looks if the one who is said to complain did.
 */
function complaintEvents(
  { email, account, standing, occurredAt }: MachineMail,
  report: Report,
): ChannelEvent[] {
  const fields = partsOf(email, /^message\/feedback-report$/)
    .flatMap(fieldBlocks)
    .flat();
  const sesId = ownMailOf(email, [], report);
  if (sesId === undefined) return [setAside('complaint_of_another_mail')];
  const feedbackType = fieldOf(fields, 'feedback-type');
  if (!isComplaint(feedbackType)) return [setAside('report_without_complaint')];
  const recipients = complainants(fields, returnedHead(email));
  const complaint = {
    ...{ sesId, recipients, standing, account },
    ...{ id: shortMark(reportIdOf(email)), ...omitEmpty({ feedbackType, occurredAt }) },
  };
  if (standing === 'untrusted') return [setAside('complaint_not_authenticated')];
  const told = complaintOf(complaint);
  // A report that is not vouched for wakes no one; one recipient is checked by the store.
  const alert = standing === 'authenticated' ? [complaintAlert(complaint)] : [];
  const events = [...alert, ...told];
  return events.length > 0 ? events : [setAside('complaint_without_a_recipient')];
}

/** A complaint of several proves nothing; they are only told. */
const maxComplainants = 100;

/** The addresses that complain: named in the report, by Outlook.com in the returned mail, else its only recipient. */
function complainants(report: Fields, returned: Fields): string[] {
  const named = [
    ...report.filter(([name]) => name === 'original-rcpt-to' || name === 'removal-recipient'),
    ...returned.filter(([name]) => name === 'x-hmxmroriginalrecipient'),
  ].flatMap(([, value]) => readAddress(value) ?? []);
  return [...new Set(named.length > 0 ? named : recipientsOf(returned))].slice(0, maxComplainants);
}

/** A report names itself by its Message-ID; one without is known again by what it is. */
function reportIdOf({ messageId, date, subject }: Email): string {
  return messageId ?? hashOf(date ?? '', subject ?? '');
}
