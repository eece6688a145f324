import { describe, expect, it } from 'vitest';
import { delivery, readReport, returned, sesId, wireId } from './reports.ts';

const anna = 'anna@customer.example';
const final = `Final-Recipient: rfc822; ${anna}`;
const revoked = { category: 'deliverability', state: 'revoked', source: 'bounce' };

describe('a delivery report about a mail of ours', () => {
  it.each<[string, readonly string[], object]>([
    [
      'of an address that is not there',
      [final, 'Action: failed', 'Status: 5.1.1', 'Diagnostic-Code: smtp; 550 5.1.1 User unknown'],
      {
        status: 'failed',
        errors: [
          {
            code: 'undeliverable',
            title: 'bounced: 550 5.1.1 User unknown',
            providerCode: '5.1.1',
            retryable: false,
          },
        ],
        consent: { ...revoked, evidence: '5.1.1 550 5.1.1 User unknown' },
        consentOf: { channel: 'email', kind: 'mailbox', scope: '', address: anna },
        metadata: { smtpStatus: '5.1.1', diagnostic: '550 5.1.1 User unknown' },
      },
    ],
    [
      'of an address that is not there, by the words alone',
      [final, 'Action: failed', 'Status: 5.0.0', 'Diagnostic-Code: smtp; 550 no such user here'],
      { status: 'failed', consent: revoked },
    ],
    [
      'whose code says less than its words',
      [
        final,
        'Action: failed',
        'Status: 5.0.0',
        'Diagnostic-Code: smtp; 550-5.1.1 The account does not exist',
      ],
      { errors: [{ providerCode: '5.1.1' }], consent: revoked },
    ],
    [
      'that was passed on, by the address that we wrote to',
      [
        'Original-Recipient: rfc822;anna@customer.example',
        'Final-Recipient: rfc822; a.kunde@home.example',
        'Action: failed',
        'Status: 5.1.1',
      ],
      {
        ...{ recipient: anna, aliases: ['a.kunde@home.example'] },
        ...{ consent: revoked, consentOf: { address: anna } },
      },
    ],
    [
      'of a full mailbox',
      [final, 'Action: failed', 'Status: 5.2.2'],
      { status: 'failed', errors: [{ code: 'undeliverable' }] },
    ],
    [
      'of a content that is refused',
      [final, 'Action: failed', 'Status: 5.7.1'],
      { status: 'failed' },
    ],
    [
      'of a sender who is not known',
      [final, 'Action: failed', 'Status: 5.1.8'],
      { status: 'failed' },
    ],
    ...[
      ['5.1.1', '550 5.7.1 IP address 192.0.2.1 is blacklisted'],
      ['5.1.1', '550 5.7.606 Access denied, banned sending IP'],
      ['5.1.1', '552 5.2.2 Over quota'],
      ['5.1.1', '554 5.3.4 Message too big'],
      ['5.1.1', '550 Your server is on a block list'],
      ['5.0.0', '550 The mailbox is full'],
      ['5.4.4', 'Host or domain name not found: Malformed name server reply'],
      ['5.4.4', 'Name service error for type=A: Host not found, try again'],
      ['5.4.1', '550 5.4.1 No answer from host'],
    ].map(([status, diagnostic]): [string, readonly string[], object] => [
      `of another fault than the address's: ${status} ${diagnostic}`,
      [final, 'Action: failed', `Status: ${status}`, `Diagnostic-Code: smtp; ${diagnostic}`],
      { status: 'failed' },
    ]),
    ...[
      ['5.1.351', '550 5.1.351 Remote server returned unknown recipient or mailbox unavailable'],
      ['5.4.1', '550 5.4.1 Recipient address rejected: Access denied'],
      ['5.4.4', 'Host or domain name not found. Name service error: Host not found'],
      ['5.0.0', '550 No such domain here'],
      ['5.0.0', '550 Requested action not taken: mailbox unavailable'],
      ['5.1.1', '550 5.1.1 No account, see https://mx.example/policy'],
    ].map(([status, diagnostic]): [string, readonly string[], object] => [
      `of a fault of the address: ${status} ${diagnostic}`,
      [final, 'Action: failed', `Status: ${status}`, `Diagnostic-Code: smtp; ${diagnostic}`],
      { status: 'failed', consent: revoked },
    ]),
    [
      'after all tries',
      [final, 'Action: failed', 'Status: 4.4.7'],
      { status: 'failed', errors: [{ code: 'undelivered', retryable: true }] },
    ],
    [
      'of a delay',
      [
        final,
        'Action: delayed',
        'Status: 4.2.0',
        'Will-Retry-Until: Wed, 4 Nov 2026 10:12:00 +0100',
      ],
      {
        status: 'sent',
        errors: [
          {
            code: 'delivery_delayed',
            title:
              'not delivered yet; the servers go on trying, until Wed, 4 Nov 2026 10:12:00 +0100',
            providerCode: '4.2.0',
            retryable: false,
          },
        ],
      },
    ],
    ['of a delivery', [final, 'Action: delivered', 'Status: 2.0.0'], { status: 'delivered' }],
    [
      'of a delivery to a server that reports no more',
      [final, 'Action: relayed', 'Status: 2.0.0'],
      { status: 'delivered' },
    ],
  ])('%s', async (_, fields, expected) => {
    const events = await readReport({ parts: [delivery(fields), returned()] });
    expect(events).toHaveLength(1);
    const { consent, ...others }: { readonly consent?: object } = expected;
    const target = { providerMessageId: sesId };
    expect(events[0]).toMatchObject({
      kind: 'status',
      target,
      ...others,
      ...(consent && { consent }),
    });
    if (consent === undefined) expect(events[0]).not.toHaveProperty('consent');
  });

  it('names each recipient', async () => {
    const of = (address: string, status: string) => [
      `Final-Recipient: rfc822;${address}`,
      `Action: ${status.startsWith('2') ? 'delivered' : 'failed'}`,
      `Status: ${status}`,
    ];
    const parts = [delivery(of(anna, '2.0.0'), of('bob@customer.example', '5.1.1')), returned()];
    const events = await readReport({ parts });
    expect(events).toMatchObject([
      { status: 'delivered', recipient: anna },
      { status: 'failed', recipient: 'bob@customer.example' },
    ]);
    const ids = events.flatMap((event) => ('id' in event ? [event.id] : []));
    expect(new Set(ids).size).toBe(2);
    expect(JSON.stringify(ids)).not.toContain('@');
  });

  it.each<[string, Parameters<typeof readReport>[0]]>([
    ['by the id in a header of its own', { headers: [`In-Reply-To: ${wireId}`] }],
    ['by the newest of its References', { headers: [`References: <x@y.example>\r\n ${wireId}`] }],
    [
      'by the mail it returns whole',
      { parts: [['message/rfc822', `Message-ID: ${wireId}\r\nSubject: Re: Router\r\n\r\nHello`]] },
    ],
    [
      'by the copy in its text',
      {
        text: `550 5.1.1 User unknown\r\n\r\n--- Below this line is a copy of the message.\r\n\r\nReturn-Path: <x@y.example>\r\nMessage-ID: ${wireId}\r\nSubject: Re: Router\r\n\r\nHello`,
      },
    ],
  ])('is tied to it %s', async (_, report) => {
    const [event] = await readReport({ text: `<${anna}>: 550 5.1.1 User unknown`, ...report });
    expect(event).toMatchObject({
      kind: 'status',
      status: 'failed',
      target: { providerMessageId: sesId },
      errors: [{ code: 'undeliverable' }],
    });
  });

  it('without fields: Exim, qmail and a warning', async () => {
    const copy = returned();
    const exim = {
      headers: [`X-Failed-Recipients: ${anna}`],
      text: `  ${anna}\r\n    host mx [192.0.2.1]: 550 5.1.1 No such user`,
      parts: [copy],
    };
    expect(await readReport(exim)).toMatchObject([
      { status: 'failed', recipient: anna, consent: revoked },
    ]);
    const qmail = {
      text: `<${anna}>:\r\nSorry, no mailbox here by that name. (#5.1.1)`,
      parts: [copy],
    };
    expect(await readReport(qmail)).toMatchObject([
      { status: 'failed', errors: [{ providerCode: '5.1.1' }] },
    ]);
    const warning = {
      subject: 'Warning: message delayed 24 hours',
      text: 'The message has not yet been delivered. No action is required on your part. Delivery attempts will continue for some time.',
      parts: [copy],
    };
    expect(await readReport(warning)).toMatchObject([
      { status: 'sent', errors: [{ code: 'delivery_delayed' }] },
    ]);
  });
});

describe('a delivery report that is not about a mail of ours', () => {
  it.each<[string, Parameters<typeof readReport>[0]]>([
    [
      'names another mail',
      {
        parts: [
          delivery([final, 'Action: failed', 'Status: 5.1.1']),
          returned([], '<a@b.example>'),
        ],
      },
    ],
    ['names no mail', { parts: [delivery([final, 'Action: failed', 'Status: 5.1.1'])] }],
    [
      'names ours only as an earlier mail',
      {
        parts: [
          delivery([final]),
          returned([`References: ${wireId}`, `In-Reply-To: ${wireId}`], '<a@b.example>'),
        ],
      },
    ],
    ['names an id like ours', { parts: [returned([], `<${sesId}@amazonses.com.evil.example>`)] }],
  ])('%s: it is set aside', async (_, report) => {
    expect(await readReport(report)).toEqual([
      { kind: 'ignored', reason: 'bounce_of_another_mail', keep: true },
    ]);
  });
});

describe('a receipt of reading', () => {
  const receipt = (disposition: string, id = wireId) => ({
    from: `Anna <${anna}>`,
    reportType: 'disposition-notification' as const,
    parts: [
      [
        'message/disposition-notification',
        [final, `Original-Message-ID: ${id}`, `Disposition: ${disposition}`].join('\r\n'),
      ],
    ] as const,
  });

  it('makes the mail read', async () => {
    expect(await readReport(receipt('manual-action/MDN-sent-manually; displayed'))).toMatchObject([
      { kind: 'status', status: 'read', target: { providerMessageId: sesId }, recipient: anna },
    ]);
  });

  it.each<[string, string, string | undefined]>([
    ['manual-action/MDN-sent-manually; deleted', 'receipt_without_reading', undefined],
    ['automatic-action/MDN-sent-automatically; denied', 'receipt_without_reading', undefined],
    ['manual-action/MDN-sent-manually; displayed', 'receipt_of_another_mail', '<a@b.example>'],
  ])('%s is set aside: %s', async (disposition, reason, id) => {
    expect(await readReport(receipt(disposition, id))).toEqual([
      { kind: 'ignored', reason, keep: true },
    ]);
  });
});

describe('a complaint that comes as a mail', () => {
  const complaint = (fields: readonly string[], copy = returned()) => ({
    from: 'feedback@isp.example',
    subject: 'FW: Router',
    reportType: 'feedback-report' as const,
    parts: [
      [
        'message/feedback-report',
        ['Feedback-Type: abuse', 'User-Agent: x/1', ...fields].join('\r\n'),
      ],
      copy,
    ] as const,
  });
  const told = [
    { kind: 'alert', code: 'complaint' },
    {
      kind: 'status',
      status: 'delivered',
      recipient: anna,
      consent: { category: 'deliverability', source: 'complaint' },
      consentOf: { address: anna },
    },
    {
      kind: 'message',
      joinsOnly: 'as_only_recipient',
      content: { type: 'notice', kind: 'complaint' },
      customer: { identities: [{ address: anna }] },
      thread: { follows: [{ providerMessageId: sesId, proof: 'secret' }] },
      consent: { category: 'marketing_messages', state: 'revoked', source: 'complaint' },
    },
  ];

  it('tells of the one who complained', async () => {
    expect(await readReport(complaint([`Original-Rcpt-To: <${anna}>`]))).toMatchObject(told);
    expect(await readReport(complaint([]))).toMatchObject(told);
  });

  it('also without a report, as Outlook.com sends it', async () => {
    const head = [
      `X-HmXmrOriginalRecipient: ${anna}`,
      `Message-ID: ${wireId}`,
      'Subject: Re: Router',
    ];
    const parts = [['message/rfc822', `${head.join('\r\n')}\r\n\r\nHello`]] as const;
    const subject = 'complaint about message from 192.0.2.1';
    expect(await readReport({ from: 'staff@hotmail.com', subject, parts })).toMatchObject(told);
  });

  it('tells of none where it names several, or where nobody vouches for it and it names none', async () => {
    const several = complaint([
      `Original-Rcpt-To: ${anna}`,
      'Original-Rcpt-To: bob@customer.example',
    ]);
    expect(await readReport(several)).toMatchObject([{ kind: 'alert' }]);
  });

  it('is set aside where it names no mail of ours, or is none', async () => {
    const other = complaint([`Original-Rcpt-To: ${anna}`], returned([], '<a@b.example>'));
    expect(await readReport(other)).toEqual([
      { kind: 'ignored', reason: 'complaint_of_another_mail', keep: true },
    ]);
    const notSpam = {
      ...complaint([]),
      parts: [['message/feedback-report', 'Feedback-Type: not-spam'], returned()] as const,
    };
    expect(await readReport(notSpam)).toEqual([
      { kind: 'ignored', reason: 'report_without_complaint', keep: true },
    ]);
  });
});
