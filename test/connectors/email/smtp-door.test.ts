import { connect } from 'node:net';
import SMTPTransport from 'nodemailer/lib/smtp-transport/index.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readNotification } from '#connectors/email/notification';
import { parse } from '#connectors/email/parse';
import { startSmtpDoor } from '#infra/local/mail/smtp-door';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { accounts, inbox, mailOf } from './inbox.ts';
import { type LocalMail, startLocalMail } from './local-mail.ts';

let local: LocalMail;
beforeAll(async () => {
  local = await startLocalMail();
});
beforeEach(() => local.cloud.reset());
afterAll(() => local.stop());

/** Sends raw bytes with a real SMTP client; resolves with the last answer, rejects with the refusal. */
function sendRaw(raw: string | Buffer, to: string[] = [inbox.address], port = local.door.port): Promise<string> {
  const transport = new SMTPTransport({ host: '127.0.0.1', port, ignoreTLS: true });
  return new Promise((resolve, reject) => {
    const envelope = { from: 'anna@customer.example', to };
    const message = {
      getEnvelope: () => envelope,
      messageId: () => '<x@y>',
      createReadStream: () => raw,
    };
    const connection = connectionOf(transport, port);
    connection.then((smtp) => smtp.send(envelope, Buffer.from(raw)).then(resolve, reject), reject);
    void message;
  });
}
