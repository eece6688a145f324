import { inbox, readEvents } from '#test/connectors/email/inbox';

export const sesId = '0102019a4d1e8f00-1c2d3e4f-5a6b-7c8d-9e0f-112233445566-000000';
export const wireId = `<${sesId}@eu-west-1.amazonses.com>`;

interface Report {
  readonly from?: string;
  readonly subject?: string;
  readonly text?: string;
  readonly headers?: readonly string[];
  /** Further parts: the type, and the content. */
  readonly parts?: readonly (readonly [type: string, content: string])[];
  /** MAIL FROM, as SES tells it. */
  readonly source?: string;
  /** The type of a report as a whole; without it the mail is a mixture of parts, as people send. */
  readonly reportType?: 'delivery-status' | 'disposition-notification' | 'feedback-report';
}

/** A mail as a machine writes it, with the lines that a test is about. */
export function reportOf({
  from = 'MAILER-DAEMON@mx.customer.example',
  subject = 'Undelivered Mail Returned to Sender',
  text = 'It could not be delivered.',
  headers = [],
  parts = [],
  reportType,
}: Report): string {
  const head = [
    ...(from === '' ? [] : [`From: ${from}`]),
    `To: ${inbox.address}`,
    `Subject: ${subject}`,
    'Date: Tue, 3 Nov 2026 10:12:00 +0100',
    'Message-ID: <report@mx.customer.example>',
    ...headers,
  ];
  if (parts.length === 0)
    return [...head, 'Content-Type: text/plain; charset=utf-8', '', text].join('\r\n');
  const bodies = [['text/plain; charset=utf-8', text] as const, ...parts];
  return [
    ...head,
    'MIME-Version: 1.0',
    `Content-Type: multipart/${reportType ? `report; report-type=${reportType}` : 'mixed'}; boundary="D"`,
    '',
    ...bodies.flatMap(([type, content]) => ['--D', `Content-Type: ${type}`, '', content]),
    '--D--',
    '',
  ].join('\r\n');
}

export const readReport = (report: Report) =>
  readEvents(reportOf(report), { source: report.source ?? 'mta@mx.customer.example' });

/** The headers of our mail as a server returns them. */
export const returned = (
  headers: readonly string[] = ['To: anna@customer.example'],
  id: string = wireId,
) =>
  [
    'text/rfc822-headers',
    [`Message-ID: ${id}`, 'Subject: Re: Router', ...headers].join('\r\n'),
  ] as const;

/** A delivery report with its fields for each recipient. */
export const delivery = (...recipients: readonly (readonly string[])[]) =>
  [
    'message/delivery-status',
    [
      'Reporting-MTA: dns; mx.customer.example',
      ...recipients.map((each) => `\r\n${each.join('\r\n')}`),
    ].join('\r\n'),
  ] as const;
