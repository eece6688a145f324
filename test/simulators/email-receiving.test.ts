import Mailer from 'nodemailer/lib/mailer/index.js';
import SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { inbox, mailOf } from '#test/connectors/email/inbox';
import { emailHarness } from './email-harness.ts';

const ses = emailHarness();
const customer = 'anna@customer.example';

/** Sends a mail with a real SMTP client, under a name in HELO. */
async function sendMail(
  headers: readonly string[],
  name = 'mail.customer.example',
): Promise<string> {
  const { port } = ses.local().door;
  const options = { host: '127.0.0.1', port, name, ignoreTLS: true };
  const transport = new Mailer(new SMTPTransport(options));
  const raw = mailOf('Hello', headers);
  try {
    await transport.sendMail({ raw, envelope: { from: customer, to: inbox.address } });
    return raw;
  } finally {
    transport.close();
  }
}

const verdictsOf = async () => {
  const [{ notification } = { notification: undefined }] = await ses.received(1);
  const { spfVerdict, dkimVerdict, dmarcVerdict, spamVerdict, virusVerdict, dmarcPolicy } =
    notification.receipt;
  const results = { spfVerdict, dkimVerdict, dmarcVerdict, spamVerdict, virusVerdict };
  const words = Object.entries(results).map(([name, each]) => [
    name.replace('Verdict', ''),
    each?.status,
  ]);
  return { ...Object.fromEntries(words), ...(dmarcPolicy ? { dmarcPolicy } : {}) };
};
const pass = { spf: 'PASS', dkim: 'PASS', dmarc: 'PASS', spam: 'PASS', virus: 'PASS' };

describe('what SES finds out about a mail', () => {
  it('is good, unless something else is asked for', async () => {
    await sendMail([]);
    expect(await verdictsOf()).toEqual(pass);
  });

  it.each([
    [['X-Test-Dmarc: fail'], { dmarc: 'FAIL', dmarcPolicy: 'none' }],
    [
      ['X-Test-DMARC: Fail', 'X-Test-Dmarc-Policy: reject'],
      { dmarc: 'FAIL', dmarcPolicy: 'reject' },
    ],
    [
      ['X-Test-Dmarc: fail', 'X-Test-Dmarc-Policy: {"status":"QUARANTINE"}'],
      { dmarc: 'FAIL', dmarcPolicy: { status: 'QUARANTINE' } },
    ],
    [['X-Test-Dmarc-Policy: reject'], {}],
    [
      ['X-Test-Spf: gray', 'X-Test-Dkim: processing_failed'],
      { spf: 'GRAY', dkim: 'PROCESSING_FAILED' },
    ],
    [['X-Test-Spam: disabled', 'X-Test-Virus: disabled'], { spam: 'DISABLED', virus: 'DISABLED' }],
    [['X-Test-Dmarc: absent'], { dmarc: undefined }],
  ])('is what its headers ask: %j', async (headers, changed) => {
    await sendMail(headers);
    expect(await verdictsOf()).toEqual({ ...pass, ...changed });
  });

  it.each([
    ['dmarc-fail.customer.example', { dmarc: 'FAIL', dmarcPolicy: 'none' }],
    ['DMARC-FAIL.dmarc-policy-reject.customer.example', { dmarc: 'FAIL', dmarcPolicy: 'reject' }],
    ['spf-processing-failed.spam-gray.x.example', { spf: 'PROCESSING_FAILED', spam: 'GRAY' }],
    ['virus-fail', { virus: 'FAIL' }],
    ['antivirus-failures.example', {}],
  ])('is what the name in HELO asks: %s', async (name, changed) => {
    await sendMail([], name);
    expect(await verdictsOf()).toEqual({ ...pass, ...changed });
  });

  it('is what the conditions ask, where neither the name nor a header asks', async () => {
    const verdicts = { dmarc: 'fail', spf: 'GRAY', dkim: 'FAIL' };
    const { status } = await ses.ask('POST', '/_conditions', {
      verdicts,
      dmarcPolicy: { status: 'reject' },
    });
    expect(status).toBe(200);
    await sendMail(['X-Test-Dkim: pass'], 'spf-fail.dkim-gray.customer.example');
    const asked = { dmarc: 'FAIL', spf: 'FAIL', dkim: 'PASS', dmarcPolicy: { status: 'REJECT' } };
    expect(await verdictsOf()).toEqual({ ...pass, ...asked });
    await ses.ask('DELETE', '/_conditions');
    ses.local().cloud.reset();
    await sendMail([]);
    expect(await verdictsOf()).toEqual(pass);
  });

  it.each([
    [{ verdicts: { dmarc: 'BAD' } }, /^verdicts\.dmarc: given "BAD"[,;] expected /],
    [{ verdicts: { arc: 'PASS' } }, /arc/],
    [{ dmarcPolicy: 'perhaps' }, /^dmarcPolicy: given "perhaps"/],
  ])('cannot be %j', async (conditions, sentence) => {
    const answer = await ses.ask('POST', '/_conditions', conditions);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatch(sentence);
  });
});

describe('a mail that asks for a result that SES does not give', () => {
  it.each([
    [
      'X-Test-Dmarc: perhaps',
      'X-Test-dmarc is "PERHAPS"; allowed: PASS, FAIL, GRAY, PROCESSING_FAILED, DISABLED, ABSENT',
    ],
    ['X-Test-Spam:', 'X-Test-spam is ""; allowed: PASS'],
    ['X-Test-Dmarc-Policy: perhaps', 'allowed: none, quarantine, reject, {"status":"REJECT"}'],
    ['X-Test-Dmarc-Policy: {"p":"reject"}', 'allowed: none, quarantine'],
  ])('is refused with the words that are allowed: %s', async (header, words) => {
    const refused = sendMail([header]);
    await expect(refused).rejects.toMatchObject({ responseCode: 554 });
    await expect(refused).rejects.toThrow(words);
    expect(ses.local().waiting('mail')).toEqual([]);
  });
});

describe('the clock of SES', () => {
  it('is that of the mails it takes', async () => {
    const offsetSeconds = 25 * 3600;
    await ses.ask('POST', '/_clock', { offsetSeconds });
    try {
      await sendMail([]);
      const [{ notification, stored } = { notification: undefined, stored: '' }] =
        await ses.received(1);
      const ahead = (time: string) => (Date.parse(time) - Date.now()) / 1000;
      const received = /^Received: [^;]*; (.*) \(UTC\)\r$/m.exec(stored)?.[1] ?? '';
      const { receipt, mail } = notification;
      for (const time of [receipt.timestamp, mail.timestamp, received]) {
        expect(ahead(time)).toBeGreaterThan(offsetSeconds - 60);
      }
    } finally {
      await ses.ask('POST', '/_clock', { offsetSeconds: 0 });
    }
  });
});

describe('a mail that SES has stored', () => {
  it('is told in a notification that SNS takes, however many people it names', async () => {
    const people = Array.from({ length: 7000 }, (_, at) => `person-${at}@customer.example`);
    await sendMail([`Cc: ${people.join(',\r\n ')}`]);
    const [{ notification, stored } = { notification: undefined, stored: '' }] =
      await ses.received(1);
    expect(stored.length).toBeGreaterThan(200_000);
    expect(JSON.stringify(notification).length).toBeLessThan(50_000);
    const { headersTruncated, destination } = notification.mail;
    expect([headersTruncated, destination[1]]).toEqual([true, 'person-0@customer.example']);
  });

  it('has the block of SES above its own headers, in the order and the form of AWS', async () => {
    const raw = await sendMail(['X-Test-Dmarc: gray', 'X-Test-Spf: fail'], 'mail.customer.example');
    const [{ stored, notification } = { stored: '', notification: undefined }] =
      await ses.received(1);
    const block = stored.slice(0, stored.indexOf(raw.slice(0, 40))).split('\r\n');
    expect(block.map((line) => line.split(':')[0])).toEqual([
      ...['Return-Path', 'Received', 'X-SES-Spam-Verdict', 'X-SES-Virus-Verdict', 'Received-SPF'],
      ...['Authentication-Results', 'X-SES-RECEIPT', 'X-SES-DKIM-SIGNATURE', ''],
    ]);
    const { messageId } = notification.mail;
    const [returnPath, receivedBy, , , spf, results] = block;
    expect(returnPath).toBe(`Return-Path: <${customer}>`);
    expect(receivedBy).toMatch(
      new RegExp(
        `^Received: from mail\\.customer\\.example \\(mail\\.customer\\.example \\[127\\.0\\.0\\.1\\]\\) by inbound-smtp\\.eu-central-1\\.amazonaws\\.com with SMTP id ${messageId} for help@acme\\.example; \\w{3}, .* \\+0000 \\(UTC\\)$`,
      ),
    );
    expect(spf).toMatch(
      /^Received-SPF: fail \(spfCheck: .*\) client-ip=127\.0\.0\.1; envelope-from=anna@customer\.example; helo=mail\.customer\.example;$/,
    );
    expect(results).toMatch(
      /^Authentication-Results: amazonses\.com; spf=fail \(.*; dkim=pass header\.i=@customer\.example; dmarc=none header\.from=customer\.example;$/,
    );
    expect(notification.mail.headers.slice(0, 8).map(({ name }: { name: string }) => name)).toEqual(
      block.slice(0, 8).map((line) => line.split(':')[0]),
    );
  });

  it('is told with its people and its date', async () => {
    await sendMail([
      'Cc: Bob <bob@customer.example>, eve@x.example',
      'Reply-To: anna@home.example',
    ]);
    const [{ notification } = { notification: undefined }] = await ses.received(1);
    expect(notification.mail).toMatchObject({
      destination: [inbox.address, 'bob@customer.example', 'eve@x.example'],
      commonHeaders: {
        cc: ['Bob <bob@customer.example>, eve@x.example'],
        replyTo: ['anna@home.example'],
        date: 'Tue, 3 Nov 2026 10:12:00 +0100',
      },
    });
  });
});

describe('a customer who writes (POST /_inbound)', () => {
  it('gives every part of a mail', async () => {
    const { body } = await ses.ask('POST', '/_inbound', {
      ...{ from: customer, name: 'Anna', subject: 'Rechnung für Grüße', text: 'See the file.' },
      ...{ html: '<p>See the <img src="cid:logo@x"></p>', cc: ['bob@customer.example'] },
      ...{
        replyTo: 'anna@home.example',
        inReplyTo: '<m1@x.example>',
        references: ['<m0@x.example>'],
      },
      headers: { 'X-Original-From': 'fred@x.example', 'X-Two': ['a', 'b'] },
      attachments: [
        { fileName: 'Rechnung Ä.pdf', contentType: 'application/pdf', base64: 'SGVsbG8=' },
        {
          fileName: 'logo.png',
          contentType: 'image/png',
          base64: 'SGk=',
          contentId: 'logo@x',
          inline: true,
        },
      ],
      ...{ verdicts: { dmarc: 'FAIL' }, dmarcPolicy: 'quarantine' },
    });
    expect(body.status).toBe(250);
    expect(await verdictsOf()).toEqual({ ...pass, dmarc: 'FAIL', dmarcPolicy: 'quarantine' });
    const [{ stored } = { stored: '' }] = await ses.received(1);
    const mail = await PostalMime.parse(Buffer.from(stored, 'latin1'));
    expect(mail).toMatchObject({
      ...{ from: { address: customer, name: 'Anna' }, to: [{ address: inbox.address }] },
      ...{ cc: [{ address: 'bob@customer.example' }], replyTo: [{ address: 'anna@home.example' }] },
      ...{ subject: 'Rechnung für Grüße', text: 'See the file.\n', inReplyTo: '<m1@x.example>' },
      ...{ references: '<m0@x.example>', html: expect.stringContaining('cid:logo@x') },
      messageId: `<${body.providerMessageId}>`,
    });
    const two = mail.headers.filter(({ key }) => key === 'x-two').map(({ value }) => value);
    expect(two).toEqual(['a', 'b']);
    const files = mail.attachments.map(({ filename, mimeType, disposition, content }) => [
      ...[filename, mimeType, disposition, Buffer.from(content as ArrayBuffer).toString()],
    ]);
    expect(files).toEqual([
      ['logo.png', 'image/png', 'inline', 'Hi'],
      ['Rechnung Ä.pdf', 'application/pdf', 'attachment', 'Hello'],
    ]);
  });

  it.each([
    [
      'one of several recipients is ours',
      { to: ['bob@x.example', `Help <${inbox.address}>`] },
      [inbox.address],
    ],
    ['we are in Cc', { to: 'bob@x.example', cc: inbox.address }, [inbox.address]],
    ['we are a blind copy', { to: 'bob@x.example' }, [inbox.address]],
    ['a token is in the address', { to: 'help+r.abc@acme.example' }, ['help+r.abc@acme.example']],
  ])('reaches us when %s', async (_, people, recipients) => {
    await ses.ask('POST', '/_inbound', { from: customer, text: 'Hi', ...people });
    const [{ notification } = { notification: undefined }] = await ses.received(1);
    expect(notification.receipt.recipients).toEqual(recipients);
  });

  it('may be a server that sends with no sender', async () => {
    await ses.ask('POST', '/_inbound', {
      from: 'mailer-daemon@x.example',
      text: 'Hi',
      envelopeFrom: '',
    });
    const [{ notification, stored } = { notification: undefined, stored: '' }] =
      await ses.received(1);
    expect(notification.mail.source).toBe('');
    expect(stored).toMatch(/^Return-Path: <>\r\n/);
  });

  it.each([
    [{ to: 'nobody@acme.example' }, { status: 200, body: { status: 550 } }],
    [{ attachments: [{ base64: 'SGk=' }] }, { status: 400 }],
    [{ attachments: [{ fileName: 'a', base64: '%' }] }, { status: 400 }],
    [{ verdicts: { dmarc: 'good' } }, { status: 400 }],
    [{ body: 'x' }, { status: 400 }],
  ])('is told what is wrong: %j', async (fields, answer) => {
    expect(
      await ses.ask('POST', '/_inbound', { from: customer, text: 'Hi', ...fields }),
    ).toMatchObject(answer);
  });
});
