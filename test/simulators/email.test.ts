import { SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from '#connectors/email/parser';
import { readNotification } from '#connectors/email/sns';
import { simulator as email } from '#infra/local/simulators/email/simulator';
import { deliverMail } from '#infra/local/simulators/email/smtp';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import type { SimulatedAccount } from '#infra/local/simulators/simulator';
import { liveWorld } from '#infra/local/simulators/world';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { accounts, inbox } from '#test/connectors/email/inbox';
import { type LocalMail, startLocalMail } from '#test/connectors/email/local-mail';

let local: LocalMail;
let provider: RunningSimulator;
let account: SimulatedAccount;
let ses: SESv2Client;

beforeAll(async () => {
  local = await startLocalMail();
  account = {
    account: 'main',
    address: inbox.address,
    webhookUrl: local.endpoint,
    settings: {
      eventsTopicArn: local.eventsTopicArn,
      smtpHost: local.door.host,
      smtpPort: local.door.port,
    },
    credentials: {},
  };
  provider = await startSimulator(email, [account]);
  ses = new SESv2Client({
    endpoint: provider.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
});
beforeEach(async () => {
  local.cloud.reset();
  await fetch(`${provider.url}/_sent`, { method: 'DELETE' });
});
afterAll(async () => {
  ses.destroy();
  await provider.stop();
  await local.stop();
});

const rawMail = (to = 'anna@customer.example', headers = '') =>
  `From: ${inbox.address}\r\nTo: ${to}\r\nSubject: Re: Router\r\nMessage-ID: <own@acme.example>\r\n${headers}\r\nHello`;

const sendRaw = (raw: string, ...to: string[]) =>
  ses.send(
    new SendEmailCommand({
      FromEmailAddress: inbox.address,
      ...(to.length > 0 ? { Destination: { ToAddresses: to } } : {}),
      Content: { Raw: { Data: Buffer.from(raw) } },
      EmailTags: [{ Name: 'switchboard_message', Value: 'msg_abc_2' }],
    }),
  );

/** What the queue tells of one mail, once there is as much of it as expected. */
async function eventsIn(
  queue: 'mail' | 'events',
  count: number,
  about = '',
): Promise<ChannelEvent[]> {
  const texts = () => local.waiting(queue).filter((text) => text.includes(about));
  await vi.waitFor(() => expect(texts()).toHaveLength(count), { timeout: 5_000 });
  const parsed = await Promise.all(
    texts().map(async (text) => {
      const routed = readNotification(text, accounts);
      const [only] = 'items' in routed ? routed.items : [];
      const raw = only?.raw ? { raw: await local.object(only.raw.key) } : {};
      return parse({ payload: only?.item.payload, account: inbox, ...raw });
    }),
  );
  return parsed.flat();
}

describe('SendEmail, called by the SDK', () => {
  it('answers with an id of the form of SES and lists the mail with its Message-ID replaced', async () => {
    const { MessageId = '' } = await sendRaw(rawMail(), 'anna@customer.example');
    expect(MessageId).toMatch(/^[0-9a-f]{16}-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-000000$/);
    const sent: unknown = await (await fetch(`${provider.url}/_sent`)).json();
    expect(sent).toMatchObject([
      { to: 'anna@customer.example', text: 'Hello', messageId: MessageId },
    ]);
    const [{ raw, request }] = sent as [{ raw: string; request: { headers: object[] } }];
    for (const left of [raw, JSON.stringify(request.headers)]) {
      expect(left).toContain(`<${MessageId}@eu-central-1.amazonses.com>`);
      expect(left).not.toContain('own@acme.example');
    }
  });

  it('publishes Send and Delivery with our tags, through the query API of SNS', async () => {
    const { MessageId: providerMessageId } = await sendRaw(rawMail(), 'anna@customer.example');
    const events = await eventsIn('events', 2, providerMessageId);
    expect(events).toMatchObject([
      { kind: 'status', status: 'sent', target: { providerMessageId, messageId: 'msg_abc_2' } },
      {
        kind: 'status',
        status: 'delivered',
        target: { providerMessageId, messageId: 'msg_abc_2' },
      },
    ]);
  });

  it('tells by hand that a mail bounced after it was delivered, of no other mail', async () => {
    const { MessageId } = await sendRaw(rawMail(), 'anna@customer.example');
    await eventsIn('events', 2, MessageId);
    const report = (messageId: string | undefined) =>
      fetch(`${provider.url}/_status`, {
        method: 'POST',
        body: JSON.stringify({ messageId, status: 'failed', code: 'Transient/MailboxFull' }),
      });
    expect((await report(MessageId)).status).toBe(200);
    expect(await eventsIn('events', 3, MessageId)).toMatchObject([
      { status: 'sent' },
      { status: 'delivered' },
      { status: 'failed', errors: [{ providerCode: 'Transient/MailboxFull' }] },
    ]);
    expect((await report('unknown')).status).toBe(400);
  });

  it('bounces what goes to the bounce mailbox', async () => {
    const bounce = 'bounce@simulator.amazonses.com';
    const { MessageId } = await sendRaw(rawMail(bounce), bounce);
    expect(await eventsIn('events', 2, MessageId)).toMatchObject([
      { status: 'sent' },
      { status: 'failed', errors: [{ code: 'undeliverable' }] },
    ]);
  });

  it('answers out of office for the mailbox that does, which is no failure of the mail', async () => {
    const away = 'ooto@simulator.amazonses.com';
    const { MessageId } = await sendRaw(rawMail(away), away);
    expect(await eventsIn('events', 3, MessageId)).toMatchObject([
      { status: 'sent' },
      { status: 'delivered' },
      { kind: 'alert', code: 'unexplained_bounce', details: { recipients: [away] } },
    ]);
  });

  it.each([
    [
      'a second recipient smuggled in',
      rawMail('anna@customer.example', 'Bcc: victim@x.example\r\n'),
    ],
    [
      'a bare line feed in its headers',
      rawMail('anna@customer.example', 'X-A: b\nBcc: victim@x.example\r\n'),
    ],
    ['two subjects', rawMail('anna@customer.example', 'Subject: other\r\n')],
    ['no sender', 'To: anna@customer.example\r\n\r\nHello'],
  ])('refuses a mail with %s', async (_, raw) => {
    const to = 'anna@customer.example';
    await expect(sendRaw(raw, to)).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  it('refuses a mail with no recipient', async () => {
    const raw = `From: ${inbox.address}\r\n\r\nHello`;
    await expect(sendRaw(raw)).rejects.toMatchObject({ name: 'BadRequestException' });
  });

  it.each([
    ['429', 'TooManyRequestsException', 429],
    ['500', 'InternalFailure', 500],
    ['MessageRejected', 'MessageRejected', 400],
  ])('fails as told with %s', async (kind, name, httpStatusCode) => {
    await fetch(`${provider.url}/_fault`, { method: 'POST', body: JSON.stringify({ kind }) });
    await expect(sendRaw(rawMail(), 'anna@customer.example')).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
    });
  });
});

describe('a customer', () => {
  it('writes by SMTP, and the mail arrives as a message', async () => {
    const response = await fetch(`${provider.url}/_inbound`, {
      method: 'POST',
      body: JSON.stringify({
        from: 'anna@customer.example',
        name: 'Anna Kunde',
        text: 'My router is broken.',
      }),
    });
    const { providerMessageId, status } = (await response.json()) as {
      providerMessageId: string;
      status: number;
    };
    expect(status).toBe(250);
    expect(await eventsIn('mail', 1)).toMatchObject([
      {
        kind: 'message',
        providerMessageId,
        text: 'My router is broken.',
        customer: { displayName: 'Anna Kunde', identities: [{ address: 'anna@customer.example' }] },
      },
    ]);
  });

  it('answers our mail, and the answer names it by the id SES gave it', async () => {
    const { MessageId = '' } = await sendRaw(rawMail(), 'anna@customer.example');
    const world = liveWorld([account]);
    await deliverMail(
      {
        from: 'anna@customer.example',
        text: 'Thanks!',
        subject: 'Re: Router',
        inReplyTo: `<${MessageId}@eu-central-1.amazonses.com>`,
      },
      world,
    );
    world.stop();
    const [answer] = await eventsIn('mail', 1);
    expect(answer).toMatchObject({ inReplyToProviderMessageId: MessageId });
    expect(answer?.kind === 'message' && answer.thread?.follows[0]).toEqual({
      providerMessageId: MessageId,
      proof: 'secret',
    });
  });

  it('answers to our reply address, and its token finds the conversation', async () => {
    const token = 'abcdefghijklmnop.qrstuvwxyz234567';
    const world = liveWorld([account]);
    await deliverMail(
      { from: 'anna@customer.example', text: 'Thanks!', to: `help+r.${token}@acme.example` },
      world,
    );
    world.stop();
    const follows = [{ providerMessageId: `ref:${token}`, proof: 'secret' }];
    expect(await eventsIn('mail', 1)).toMatchObject([{ thread: { follows } }]);
  });
});
