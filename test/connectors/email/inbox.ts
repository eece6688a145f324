import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '#connectors/email/parser';
import type { ChannelEvent, ChannelMessage } from '#shared/connector/channel-event';

export const inbox = { address: 'help@acme.example', fromName: 'Acme Help' };
export const accounts = [
  { account: 'main', settings: inbox },
  { account: 'sales', settings: { address: 'sales@acme.example' } },
];

const pass = { status: 'PASS' };

/** What SES says of a mail to our inbox that passed every check. */
export function received(changes: object = {}) {
  return {
    notificationType: 'Received',
    mail: {
      messageId: 'receipt1',
      timestamp: '2026-11-03T09:12:02.123Z',
      source: 'anna@customer.example',
    },
    receipt: {
      recipients: [inbox.address],
      spamVerdict: pass,
      virusVerdict: pass,
      spfVerdict: pass,
      dkimVerdict: pass,
      dmarcVerdict: pass,
      action: { type: 'S3', bucketName: 'mail', objectKey: 'inbound/receipt1' },
      ...changes,
    },
  };
}

/** Parses one raw mail as if SES had received it for our inbox. `envelope` changes what SES says of the envelope. */
export async function readEvents(
  raw: string | Uint8Array,
  envelope: object = {},
  changes: object = {},
): Promise<readonly ChannelEvent[]> {
  const { mail, receipt } = received(changes);
  const notification = { mail: { ...mail, ...envelope }, receipt };
  const bytes = typeof raw === 'string' ? Buffer.from(raw) : raw;
  const payload = { kind: 'mail', inbox: inbox.address, notification };
  return parse({ payload, account: inbox, raw: bytes });
}

/** The one event that a mail is read as, or the first one. */
export async function readMail(
  raw: string | Uint8Array,
  changes: object = {},
): Promise<ChannelEvent> {
  const [event] = await readEvents(raw, {}, changes);
  if (!event) throw new Error('parse returned nothing');
  return event;
}

export async function readMessage(
  raw: string | Uint8Array,
  changes: object = {},
): Promise<ChannelMessage> {
  const event = await readMail(raw, changes);
  if (event.kind !== 'message') throw new Error(`expected a message, not ${event.kind}`);
  return event;
}

/** A minimal mail of Anna's. */
export function mailOf(body: string, headers: readonly string[] = []): string {
  return [
    'From: Anna <anna@customer.example>',
    `To: ${inbox.address}`,
    'Date: Tue, 3 Nov 2026 10:12:00 +0100',
    'Message-ID: <m1@customer.example>',
    ...headers,
    '',
    body.replaceAll('\n', '\r\n'),
  ].join('\r\n');
}

/** Real mails and replies that were collected elsewhere; they are not part of this repository. */
export const corpus = join(process.cwd(), '..', 'shared', 'corpus', 'email');

export function corpusFiles(folder: string, extension: RegExp): { name: string; bytes: Buffer }[] {
  const path = join(corpus, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => extension.test(name))
    .map((name) => ({ name: `${folder}/${name}`, bytes: readFileSync(join(path, name)) }));
}
