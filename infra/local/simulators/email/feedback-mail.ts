import { randomUUID } from 'node:crypto';
import { mailDate } from '#infra/local/mail/ses-block';
import { bounceReport } from './bounce.ts';
import type { Telling } from './mail.ts';
import { sesDomain, sesId, sesServer, wireId } from './ses-id.ts';

const reporter = `dns; ${sesServer}`;

const writers: Readonly<Record<string, (telling: Telling) => string>> = {
  failed: bounceMail,
  complained: complaintMail,
  answered: automaticAnswer,
};

/** An event as SES forwards it by mail: a DSN (RFC 3464), a feedback report (RFC 5965) or the automatic answer. */
export function feedbackMail(status: string, telling: Telling): string | undefined {
  return writers[status]?.(telling);
}

function bounceMail({ mail, recipients, code, now }: Telling): string {
  const { status, diagnosticCode } = bounceReport(code);
  const reports = recipients.map((recipient) =>
    lines(
      'Action: failed',
      `Final-Recipient: rfc822; ${recipient}`,
      `Diagnostic-Code: ${diagnosticCode}`,
      `Status: ${status}`,
    ),
  );
  const told = 'An error occurred while trying to deliver the mail to the following recipients:';
  return report(
    {
      type: 'delivery-status',
      subject: 'Delivery Status Notification (Failure)',
      to: mail.from,
      now,
    },
    `MAILER-DAEMON@${sesDomain}`,
    [
      lines(told, ...recipients),
      lines(`Reporting-MTA: ${reporter}`, '', reports.join('\r\n')),
      mail.raw,
    ],
  );
}

function complaintMail({ mail, recipients, now }: Telling): string {
  const fields = lines(
    ...['Feedback-Type: abuse', 'User-Agent: Simulated feedback loop', 'Version: 1'],
    `Original-Mail-From: ${wireId(mail.messageId)}`,
    ...recipients.map((recipient) => `Original-Rcpt-To: ${recipient}`),
    `Arrival-Date: ${mailDate(mail.sentAt)}`,
  );
  return report(
    { type: 'feedback-report', subject: 'Complaint about a message', to: mail.from, now },
    'complaints@email-abuse.amazonses.com',
    ['This is an email abuse report for an email message.\r\n', fields, mail.raw],
  );
}

/** Out of office, as RFC 3834 wants it. It names our mail by the id of SES. */
function automaticAnswer({ mail, recipients, now }: Telling): string {
  return lines(
    `From: ${recipients[0] ?? ''}`,
    `To: ${mail.from}`,
    `Subject: Out of office: ${mail.subject.replace(/[^\x20-\x7e]/g, '?')}`,
    `Message-ID: <${randomUUID()}@simulator.amazonses.com>`,
    `In-Reply-To: ${wireId(mail.messageId)}`,
    `References: ${wireId(mail.messageId)}`,
    `Date: ${mailDate(now)}`,
    'Auto-Submitted: auto-replied',
    ...['MIME-Version: 1.0', 'Content-Type: text/plain; charset=utf-8', ''],
    'I am out of the office.',
  );
}

interface ReportHead {
  readonly type: 'delivery-status' | 'feedback-report';
  readonly subject: string;
  readonly to: string;
  readonly now: Date;
}

/** A multipart/report (RFC 6522): for people, for programs, and the mail itself. */
function report(
  { type, subject, to, now }: ReportHead,
  from: string,
  parts: readonly string[],
): string {
  const boundary = `----=_Part_${randomUUID()}`;
  const types = ['text/plain; charset=us-ascii', `message/${type}`, 'message/rfc822'];
  const written = parts.map((part, index) =>
    lines(`--${boundary}`, `Content-Type: ${types[index]}`, '', part),
  );
  return lines(
    ...[`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Date: ${mailDate(now)}`],
    `Message-ID: ${wireId(sesId(now))}`,
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=${type}; boundary="${boundary}"`,
    '',
    ...written,
    `--${boundary}--`,
  );
}

function lines(...all: readonly string[]): string {
  return `${all.join('\r\n')}\r\n`;
}
