import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/email/parser';
import { readNotification } from '#connectors/email/sns';
import { accounts, inbox } from '#test/connectors/email/inbox';
import { emailHarness, rawMail, rawMailWithFile, type SesEvent } from './email-harness.ts';

const ses = emailHarness();
const simulated = (name: string) => `${name}@simulator.amazonses.com`;
const to = (...ToAddresses: string[]) => ({ ToAddresses });
const typesOf = (events: readonly SesEvent[]) => events.map(({ eventType }) => eventType);
const ofType = (events: readonly SesEvent[], type: string) =>
  events.filter(({ eventType }) => eventType === type);

describe('a mail as it leaves SES', () => {
  it('has the Message-ID and the Date of SES, and nothing that is for SES alone', async () => {
    const own = [
      'Bcc: boss@customer.example',
      'Return-Path: <bounces@acme.example>',
      'X-SES-CONFIGURATION-SET: local',
      'References: <a@x.example>\r\n <b@x.example>',
    ];
    const id = await ses.send(rawMail(own));
    const [{ raw, ...listed }] = (await ses.ask('GET', '/_sent')).body;
    const { headers, date, messageId } = await PostalMime.parse(Buffer.from(raw, 'latin1'));
    expect(messageId).toBe(`<${id}@eu-central-1.amazonses.com>`);
    expect(Math.abs(Date.parse(date ?? '') - Date.now())).toBeLessThan(60_000);
    expect(raw).toMatch(/^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000\r$/m);
    const names = headers.map(({ key }) => key);
    expect(names).not.toEqual(expect.arrayContaining(['bcc']));
    for (const gone of ['bcc', 'return-path', 'x-ses-configuration-set'])
      expect(names).not.toContain(gone);
    expect(names.filter((name) => name === 'date')).toHaveLength(1);
    expect(headers.find(({ key }) => key === 'references')?.value).toBe(
      '<a@x.example> <b@x.example>',
    );
    expect(listed).toMatchObject({
      to: 'anna@customer.example',
      cc: [],
      bcc: ['boss@customer.example'],
    });
    expect(listed.request.recipients).toEqual(['anna@customer.example', 'boss@customer.example']);
  });

  it('gets a Date and a Message-ID when it has none', async () => {
    await ses.send(`From: ${inbox.address}\r\nTo: anna@customer.example\r\n\r\nHello`);
    const [{ raw }] = (await ses.ask('GET', '/_sent')).body;
    expect(raw).toMatch(/^Date: .*\r\nMessage-ID: </m);
    expect(raw).toMatch(/\r\n\r\nHello$/);
  });

  it('is listed with everything that is in it', async () => {
    const destination = {
      ...to('anna@customer.example'),
      CcAddresses: ['Bob <Bob@customer.example>'],
    };
    await ses.send(rawMailWithFile('bill.pdf'), {
      ...destination,
      BccAddresses: ['eve@customer.example'],
    });
    expect((await ses.ask('GET', '/_sent')).body).toMatchObject([
      {
        ...{
          to: 'anna@customer.example',
          cc: ['bob@customer.example'],
          bcc: ['eve@customer.example'],
        },
        ...{ subject: 'Re: Router', text: 'see the file' },
        attachments: [
          {
            fileName: 'bill.pdf',
            contentType: 'application/octet-stream',
            size: 14,
            inline: false,
          },
        ],
        raw: expect.stringContaining('filename="bill.pdf"'),
      },
    ]);
  });

  it("lies in each recipient's mailbox once it is told as delivered", async () => {
    const destination = { ...to('ada@kunde.example'), BccAddresses: ['a/../b@kunde.example'] };
    const id = await ses.send(rawMail(['Bcc: a/../b@kunde.example']), destination);
    await ses.eventsOf(id, 3);
    for (const address of ['ada@kunde.example', 'a_.._b@kunde.example']) {
      const [mail = '', ...more] = ses.mailbox(address);
      expect(more).toEqual([]);
      expect(mail).toMatch(
        new RegExp(`^Return-Path: <${id}@eu-central-1\\.amazonses\\.com>\\r\\n`),
      );
      expect(mail).not.toMatch(/^bcc:/im);
    }
    expect(ses.folders()).not.toContain('b@kunde.example');
  });

  it('takes 40 MB, and not a byte more', async () => {
    const limit = 40 * 1024 * 1024;
    const head = Buffer.from(
      rawMail(['Content-Type: application/pdf', 'Content-Transfer-Encoding: base64'], ''),
    );
    const line = `${'QUJD'.repeat(19)}\r\n`;
    const mail = (bytes: number) =>
      Buffer.concat([head, Buffer.alloc(bytes - head.length, line, 'latin1')]);
    await ses.send(mail(limit));
    await expect(ses.send(mail(limit + 1))).rejects.toThrow(
      `Message length is more than ${limit} bytes long: '${limit + 1}'.`,
    );
  }, 60_000);
});

describe('SES refuses', () => {
  const fifty = Array.from({ length: 50 }, (_, index) => `anna${index}@customer.example`);

  it('more than 50 recipients in all', async () => {
    await ses.send(rawMail(), to(...fifty));
    const more = { ...to(...fifty), CcAddresses: ['bob@customer.example'] };
    await expect(ses.send(rawMail(), more)).rejects.toMatchObject({
      name: 'BadRequestException',
      message: 'Recipient count exceeds 50.',
    });
  });

  it.each([
    ['grüße@customer.example', 'Local address contains control or whitespace.'],
    ['a b@customer.example', 'Local address contains control or whitespace.'],
    ['ada@bücher.example', 'Domain contains control or whitespace.'],
    ['ada', "Missing final '@domain'."],
    [`${'a'.repeat(65)}@customer.example`, 'Local address is too long.'],
  ])('the recipient %s', async (address, message) => {
    await expect(ses.send(rawMail(), to(address))).rejects.toMatchObject({
      ...{ name: 'BadRequestException', message },
    });
  });

  it.each(['virus.exe', 'a.JS', 'b.tar.lnk', 'c.vbs', 'x.bat', 'y.ps1xml'])(
    'the file %s',
    async (name) => {
      await expect(ses.send(rawMailWithFile(name))).rejects.toThrow(`Illegal filename '${name}'.`);
    },
  );

  it.each(['a.pdf', 'exe', 'report.exe.pdf', 'b.zip', ''])('not the file "%s"', async (name) => {
    await expect(ses.send(rawMailWithFile(name))).resolves.toMatch(/^0102/);
  });

  it.each([
    'Reply-To: a@x.example',
    'In-Reply-To: <a@x.example>',
    'List-Unsubscribe: <mailto:a@x.example>',
  ])('a header twice: %s', async (header) => {
    await expect(ses.send(rawMail([header, header]))).rejects.toThrow(/^Duplicate header '/);
  });

  it('a sender that is not verified, in the request or in the mail', async () => {
    const refusal = {
      name: 'MessageRejected',
      message: expect.stringContaining('eve@evil.example'),
    };
    const eve = rawMail().replace(inbox.address, 'eve@evil.example');
    await expect(ses.send(rawMail(), undefined, 'eve@evil.example')).rejects.toMatchObject(refusal);
    await expect(ses.send(eve, undefined, inbox.address)).rejects.toMatchObject(refusal);
    await expect(ses.send(eve.replaceAll('evil', 'notacme'))).rejects.toThrow(/not verified/);
    const below = rawMail().replace(inbox.address, 'help@eu.acme.example');
    await expect(ses.send(below)).resolves.toMatch(/^0102/);
  });

  it('every recipient that is not verified, while the account is in the sandbox', async () => {
    await ses.ask('POST', '/_conditions', { sandbox: true });
    await expect(ses.send(rawMail())).rejects.toMatchObject({
      name: 'MessageRejected',
      message: expect.stringContaining('anna@customer.example'),
    });
    await ses.send(rawMail(), to('sales@acme.example', simulated('bounce+x')));
  });

  it('a recipient that stands in a Bcc header alone', async () => {
    const smuggled = rawMail(['Bcc: victim@x.example']);
    await expect(ses.send(smuggled, to('anna@customer.example'))).rejects.toThrow(
      "'Bcc' is not expected",
    );
  });
});

describe("an address of SES's mailbox simulator", () => {
  const sendTo = (...addresses: string[]) => ses.send(rawMail(), to(...addresses));

  it.each(['success', 'success+label'])('%s takes the mail', async (name) => {
    const events = await ses.eventsOf(await sendTo(simulated(name)), 2);
    expect(typesOf(events)).toEqual(['Send', 'Delivery']);
  });

  it.each([
    ['bounce', 'General', '550 5.1.1'],
    ['bounce+x', 'General', '550 5.1.1'],
    ['suppressionlist', 'Suppressed', 'recent history of bouncing'],
    ['suppressionlist+7', 'Suppressed', 'recent history of bouncing'],
  ])('%s bounces for good', async (name, bounceSubType, words) => {
    const events = await ses.eventsOf(await sendTo(simulated(name)), 2);
    expect(events).toMatchObject([
      { eventType: 'Send' },
      {
        eventType: 'Bounce',
        bounce: {
          ...{ bounceType: 'Permanent', bounceSubType },
          bouncedRecipients: [
            {
              emailAddress: simulated(name),
              action: 'failed',
              status: '5.1.1',
              diagnosticCode: expect.stringContaining(words),
            },
          ],
        },
      },
    ]);
  });

  it.each(['complaint', 'complaint+a.b'])('%s takes the mail and complains', async (name) => {
    const events = await ses.eventsOf(await sendTo(simulated(name)), 3);
    expect(typesOf(events)).toEqual(['Send', 'Delivery', 'Complaint']);
    expect(events[2]).toMatchObject({
      complaint: {
        complainedRecipients: [{ emailAddress: simulated(name) }],
        ...{ complaintFeedbackType: 'abuse', feedbackId: expect.any(String) },
      },
    });
  });

  it.each(['ooto', 'ooto+x'])('%s takes the mail and is out of office', async (name) => {
    const events = await ses.eventsOf(await sendTo(simulated(name)), 3);
    expect(typesOf(events)).toEqual(['Send', 'Delivery', 'Bounce']);
    expect(events[2]).toMatchObject({
      bounce: {
        ...{ bounceType: 'Transient', bounceSubType: 'General' },
        bouncedRecipients: [{ emailAddress: simulated(name) }],
      },
    });
    expect(JSON.stringify(events[2])).not.toContain('diagnosticCode');
  });

  it('is one recipient of several: each has its own fate, and bounces come together', async () => {
    const everybody = [
      'anna@customer.example',
      'bob@customer.example',
      simulated('bounce'),
      simulated('bounce+2'),
    ];
    const events = await ses.eventsOf(await sendTo(...everybody, simulated('suppressionlist')), 5);
    for (const { mail } of events) expect(mail.destination).toHaveLength(5);
    expect(ofType(events, 'Delivery')).toMatchObject([
      { delivery: { recipients: ['anna@customer.example'] } },
      { delivery: { recipients: ['bob@customer.example'] } },
    ]);
    expect(ofType(events, 'Bounce')).toMatchObject([
      {
        bounce: {
          bouncedRecipients: [
            { emailAddress: simulated('bounce') },
            { emailAddress: simulated('bounce+2') },
          ],
        },
      },
      { bounce: { bouncedRecipients: [{ emailAddress: simulated('suppressionlist') }] } },
    ]);
  });
});

describe('events', () => {
  it('tell the headers that SES was given', async () => {
    const [event] = await ses.eventsOf(await ses.send(rawMail()), 2);
    const ids = event?.mail.headers.filter(({ name }) => name === 'Message-ID');
    expect(ids).toEqual([{ name: 'Message-ID', value: '<own@acme.example>' }]);
  });

  it('tell of a virus that the mail was rejected, and nothing else', async () => {
    const test = 'X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*';
    const mail = rawMailWithFile('sample.txt', test);
    const events = await ses.eventsOf(await ses.send(mail, to('virus@kunde.example')), 2);
    expect(events).toMatchObject([
      { eventType: 'Send' },
      { eventType: 'Reject', reject: { reason: 'Bad content' } },
    ]);
    expect(ses.folders()).not.toContain('virus@kunde.example');
  });

  it('tell of a delay before the delivery, while that is asked for', async () => {
    await ses.ask('POST', '/_conditions', { delayed: true });
    const events = await ses.eventsOf(await ses.send(rawMail()), 3);
    expect(typesOf(events)).toEqual(['Send', 'DeliveryDelay', 'Delivery']);
    expect(events[1]).toMatchObject({
      deliveryDelay: {
        delayType: 'MailboxFull',
        delayedRecipients: [{ emailAddress: 'anna@customer.example', status: '4.2.2' }],
      },
    });
  });

  it('tell by hand of one recipient, or of all', async () => {
    await ses.ask('POST', '/_conditions', { statuses: 'none' });
    const messageId = await ses.send(rawMail(), to('anna@customer.example', 'bob@kunde.example'));
    const told = async (status: object) => {
      expect((await ses.ask('POST', '/_status', { messageId, ...status })).status).toBe(200);
      return ses.eventsNow(messageId).at(-1);
    };
    const recipient = 'bob@kunde.example';
    const bob = [{ emailAddress: recipient }];
    const code = 'Permanent/OnAccountSuppressionList';
    expect(await told({ status: 'delivered', recipient })).toMatchObject({
      delivery: { recipients: [recipient] },
    });
    expect(await told({ status: 'failed', recipient, code })).toMatchObject({
      bounce: { bounceSubType: 'OnAccountSuppressionList', bouncedRecipients: bob },
    });
    expect(await told({ status: 'delayed', recipient })).toMatchObject({
      deliveryDelay: { delayedRecipients: bob },
    });
    expect(await told({ status: 'complained', recipient })).toMatchObject({
      complaint: { complainedRecipients: bob },
    });
    expect(await told({ status: 'delivered' })).toMatchObject({
      delivery: { recipients: ['anna@customer.example', recipient] },
    });
    const wrong = await ses.ask('POST', '/_status', {
      messageId,
      status: 'failed',
      recipient: 'eve@x.example',
    });
    expect(wrong.status).toBe(400);
    expect(wrong.body.error).toContain('allowed are anna@customer.example, bob@kunde.example');
  });

  it('are all read by our own half as what they are', async () => {
    await ses.ask('POST', '/_conditions', { statuses: 'none' });
    const messageId = await ses.send(rawMail());
    const expected = {
      ...{
        sent: { status: 'sent' },
        delivered: { status: 'delivered' },
        failed: { status: 'failed' },
      },
      ...{ rejected: { status: 'failed' }, answered: { code: 'unexplained_bounce' } },
    };
    for (const [status, meaning] of Object.entries(expected)) {
      await ses.ask('POST', '/_status', { messageId, status });
      const event = ses.local().waiting('events').at(-1) ?? '';
      const routed = readNotification(event, accounts);
      const [item] = 'items' in routed ? routed.items : [];
      const read = await parse({ payload: item?.item.payload, account: inbox });
      expect(read, status).toMatchObject([meaning]);
    }
  });
});

describe('feedback that SES forwards by mail, while that is asked for', () => {
  const forwarded = async (address: string) => {
    await ses.ask('POST', '/_conditions', { feedbackForwarding: true });
    const id = await ses.send(rawMail(), to(address));
    const [{ notification, stored } = { notification: undefined, stored: '' }] =
      await ses.received(1);
    expect(notification.mail.source).toBe('');
    expect(notification.receipt.recipients).toEqual([inbox.address]);
    return { id, stored, mail: await PostalMime.parse(stored) };
  };

  it('is a DSN of a bounce', async () => {
    const { id, stored, mail } = await forwarded(simulated('bounce'));
    expect(mail.from?.address).toBe('MAILER-DAEMON@eu-central-1.amazonses.com');
    expect(stored).toMatch(/^Content-Type: multipart\/report; report-type=delivery-status;/m);
    expect(stored).toContain(`Final-Recipient: rfc822; ${simulated('bounce')}\r\n`);
    expect(stored).toMatch(/^Status: 5\.1\.1\r$/m);
    expect(stored).toContain(`Message-ID: <${id}@eu-central-1.amazonses.com>`);
  });

  it('is a feedback report of a complaint', async () => {
    const { id, stored } = await forwarded(simulated('complaint'));
    expect(stored).toMatch(/^Content-Type: multipart\/report; report-type=feedback-report;/m);
    expect(stored).toMatch(/^Feedback-Type: abuse\r$/m);
    expect(stored).toContain(`Message-ID: <${id}@eu-central-1.amazonses.com>`);
  });

  it('is the automatic answer of somebody out of office', async () => {
    const { id, mail } = await forwarded(simulated('ooto'));
    expect(mail.inReplyTo).toBe(`<${id}@eu-central-1.amazonses.com>`);
    expect(mail.headers).toContainEqual(
      expect.objectContaining({ key: 'auto-submitted', value: 'auto-replied' }),
    );
  });

  it('does not come otherwise', async () => {
    await ses.eventsOf(await ses.send(rawMail(), to(simulated('bounce'))), 2);
    expect(ses.local().waiting('mail')).toEqual([]);
  });
});
