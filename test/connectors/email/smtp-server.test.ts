import Mailer from 'nodemailer/lib/mailer/index.js';
import SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse } from '#connectors/email/parser';
import { readNotification } from '#connectors/email/sns';
import { startSmtpServer } from '#infra/local/mail/smtp-server';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { accounts, inbox, mailOf } from './inbox.ts';
import { type LocalMail, startLocalMail } from './local-mail.ts';

let local: LocalMail;
beforeAll(async () => {
  local = await startLocalMail();
});
beforeEach(() => local.cloud.reset());
afterAll(() => local.stop());

/** Sends raw bytes with a real SMTP client; resolves with the door's last answer, rejects with its refusal. */
async function sendRaw(
  raw: string | Buffer,
  to: string[] = [inbox.address],
  port = local.door.port,
) {
  const transport = new Mailer(new SMTPTransport({ host: '127.0.0.1', port, ignoreTLS: true }));
  try {
    const sent = await transport.sendMail({ raw, envelope: { from: 'anna@customer.example', to } });
    return sent.response;
  } finally {
    transport.close();
  }
}

async function eventsIn(notification: string): Promise<ChannelEvent[]> {
  const routed = readNotification(notification, accounts);
  if ('ignored' in routed) throw new Error(routed.ignored);
  const parsed = await Promise.all(
    routed.items.map(async ({ item, raw }) => {
      expect(item.unreadable).toBeUndefined();
      return parse({
        payload: item.payload,
        account: inbox,
        raw: await local.object(raw?.key ?? ''),
      });
    }),
  );
  return parsed.flat();
}

describe('a mail sent by SMTP', () => {
  it('is stored byte for byte below the headers of SES, and told to the topic', async () => {
    const raw = mailOf('Hello\n.leading dot\nGrüße', [
      'Subject: Router',
      'Content-Type: text/plain; charset=utf-8',
    ]);
    expect(await sendRaw(raw)).toMatch(/^250 /);
    const [text = '', ...more] = local.waiting('mail');
    expect(more).toEqual([]);
    const [message] = await eventsIn(text);
    expect(message).toMatchObject({
      text: 'Hello\n.leading dot\nGrüße',
      subject: 'Router',
      authenticity: { level: 'verified' },
      customer: { identities: [{ address: 'anna@customer.example' }] },
    });
    const { receipt } = JSON.parse(text) as { receipt: { action: { objectKey: string } } };
    const stored = (await local.object(receipt.action.objectKey)).toString();
    expect(stored).toMatch(/^Return-Path: <anna@customer\.example>\r\nReceived: from /);
    expect(stored.endsWith(raw) || stored.endsWith(`${raw}\r\n`)).toBe(true);
  });

  it('to a label of the inbox keeps the label in the envelope', async () => {
    await sendRaw(mailOf('Hi'), ['help+r.abc@acme.example']);
    const [text = ''] = local.waiting('mail');
    expect(JSON.parse(text)).toMatchObject({
      receipt: { recipients: ['help+r.abc@acme.example'] },
    });
  });

  it('is given the verdicts it asks for', async () => {
    await sendRaw(mailOf('Hi', ['X-Test-Dmarc: fail', 'X-Test-Spf: gray', 'X-Test-Dkim: fail']));
    const [message] = await eventsIn(local.waiting('mail')[0] ?? '');
    expect(message).toMatchObject({
      authenticity: { spf: 'GRAY', dkim: 'FAIL', dmarc: 'FAIL', level: 'failed' },
    });
  });

  it('to nobody here is refused with 550 and stored nowhere', async () => {
    await expect(sendRaw(mailOf('Hi'), ['nobody@acme.example'])).rejects.toMatchObject({
      responseCode: 550,
    });
    expect(local.waiting('mail')).toEqual([]);
  });

  it('larger than 40 MB is refused with 552', async () => {
    const large = Buffer.concat([Buffer.from(mailOf('')), Buffer.alloc(40 * 1024 * 1024, 'a\r\n')]);
    await expect(sendRaw(large)).rejects.toMatchObject({ responseCode: 552 });
    expect(local.waiting('mail')).toEqual([]);
  });

  it('is refused with 451, to come again, when it cannot be stored', async () => {
    const broken = await startSmtpServer({
      port: 0,
      s3Endpoint: 'http://127.0.0.1:1',
      snsEndpoint: local.endpoint,
      region: 'eu-west-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      bucket: 'mail',
      keyPrefix: '',
      topicArn: 'arn:aws:sns:eu-west-1:000000000000:mail',
      recipients: ['@acme.example'],
    });
    try {
      await expect(
        sendRaw(mailOf('Hi'), ['anyone@acme.example'], broken.port),
      ).rejects.toMatchObject({ responseCode: 451 });
    } finally {
      await broken.stop();
    }
  });

  it('is refused with 451 when the topic cannot be told, although it is stored', async () => {
    local.cloud.deleteTopic('mail', { region: 'eu-west-1' });
    try {
      await expect(sendRaw(mailOf('Hi'))).rejects.toMatchObject({ responseCode: 451 });
    } finally {
      local.cloud.createTopic('mail', { region: 'eu-west-1' });
      local.cloud.subscribe({
        topic: 'mail',
        queue: 'mail',
        region: 'eu-west-1',
        attributes: { RawMessageDelivery: 'true' },
      });
    }
  });
});
