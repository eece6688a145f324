import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SESv2Client, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, beforeEach, expect, vi } from 'vitest';
import { simulator as email } from '#infra/local/simulators/email/simulator';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import { inbox } from '#test/connectors/email/inbox';
import { type LocalMail, startLocalMail } from '#test/connectors/email/local-mail';

/** An event of SES, as far as the tests look at it. */
export interface SesEvent {
  readonly eventType: string;
  readonly mail: {
    readonly messageId: string;
    readonly destination: readonly string[];
    readonly headers: readonly { readonly name: string; readonly value: string }[];
  };
  readonly [detail: string]: unknown;
}

/** The simulator of SES with our SMTP server behind it, asked through the SDK and through its own calls. */
export function emailHarness() {
  let local: LocalMail;
  let provider: RunningSimulator;
  let ses: SESv2Client;
  const mailboxes = mkdtempSync(join(tmpdir(), 'switchboard-mailboxes-'));

  beforeAll(async () => {
    local = await startLocalMail();
    const { host, port } = local.door;
    const wiring = {
      eventsTopicArn: local.eventsTopicArn,
      smtpHost: host,
      smtpPort: port,
      mailboxes,
    };
    const account = { account: 'main', address: inbox.address, webhookUrl: local.endpoint };
    provider = await startSimulator(email, [{ ...account, settings: wiring, credentials: {} }]);
    local.followConditions(provider.url);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const endpoint = provider.url;
    ses = new SESv2Client({ endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  });
  beforeEach(async () => {
    local.cloud.reset();
    await ask('DELETE', '/_conditions');
    await ask('DELETE', '/_sent');
  });
  afterAll(async () => {
    ses.destroy();
    await provider.stop();
    await local.stop();
    rmSync(mailboxes, { recursive: true, force: true });
  });

  const ask = async (method: string, path: string, body?: unknown) => {
    const given = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await fetch(`${provider.url}${path}`, { method, ...given });
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  /** Sends a raw mail; resolves with the id of SES. */
  const send = async (
    raw: string | Buffer,
    Destination?: SendEmailCommandInput['Destination'],
    FromEmailAddress: string | undefined = undefined,
  ): Promise<string> => {
    const { MessageId = '' } = await ses.send(
      new SendEmailCommand({
        FromEmailAddress,
        Destination,
        Content: { Raw: { Data: Buffer.from(raw) } },
      }),
    );
    return MessageId;
  };
  const eventsNow = (about: string): SesEvent[] =>
    local
      .waiting('events')
      .filter((text) => text.includes(about))
      .map((text) => JSON.parse(text) as SesEvent);
  return {
    ...{ ask, send, eventsNow },
    local: () => local,
    /** The events of a mail, once there are so many; then there are no more for longer than SES takes. */
    eventsOf: async (messageId: string, count: number): Promise<SesEvent[]> => {
      await vi.waitFor(() => expect(eventsNow(messageId)).toHaveLength(count), { timeout: 10_000 });
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(eventsNow(messageId)).toHaveLength(count);
      return eventsNow(messageId);
    },
    /** The mails that came in, once there are so many: what SES tells of each, and the object it stored. */
    received: async (count: number) => {
      await vi.waitFor(() => expect(local.waiting('mail')).toHaveLength(count), {
        timeout: 10_000,
      });
      return Promise.all(
        local.waiting('mail').map(async (text) => {
          const notification = JSON.parse(text);
          const stored = await local.object(notification.receipt.action.objectKey);
          return { notification, stored: stored.toString('latin1') };
        }),
      );
    },
    /** The raw mails in the mailbox of a customer. */
    mailbox: (address: string): string[] => {
      const folder = join(mailboxes, address, 'new');
      return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'));
    },
    folders: () => readdirSync(mailboxes),
  };
}

/** A mail of ours, from headers and a body. */
export function rawMail(headers: readonly string[] = [], body = 'Hello'): string {
  const usual = [`From: Acme <${inbox.address}>`, 'To: Anna <anna@customer.example>'];
  const rest = ['Subject: Re: Router', 'Message-ID: <own@acme.example>'];
  return [...usual, ...rest, 'Date: Mon, 1 Jan 2001 00:00:00 +0000', ...headers, '', body].join(
    '\r\n',
  );
}

/** A mail of ours with one file. */
export function rawMailWithFile(fileName: string, content = 'of no interest'): string {
  const part = (lines: readonly string[]) => ['--B', ...lines].join('\r\n');
  return rawMail(
    ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=B'],
    [
      part(['Content-Type: text/plain', '', 'see the file']),
      part([
        `Content-Type: application/octet-stream; name="${fileName}"`,
        `Content-Disposition: attachment; filename="${fileName}"`,
        ...['Content-Transfer-Encoding: base64', '', Buffer.from(content).toString('base64')],
      ]),
      '--B--',
    ].join('\r\n'),
  );
}
