import { randomBytes } from 'node:crypto';
import { type MailHeader, readHeaders } from './mail-headers.ts';

export interface Envelope {
  readonly raw: Buffer;
  /** MAIL FROM; empty for a null sender. */
  readonly from: string;
  readonly recipients: readonly string[];
  readonly client: { readonly name: string; readonly address: string };
  readonly now: Date;
}

export interface ReceivedMail {
  /** SES's receipt id: the key of the object, without its prefix. */
  readonly messageId: string;
  /** The mail as SES stores it: its own headers above the sender's. */
  readonly stored: Buffer;
  readonly envelope: Envelope;
  readonly headers: readonly MailHeader[];
  readonly verdicts: Readonly<Record<CheckName, string>>;
}

type CheckName = 'spf' | 'dkim' | 'dmarc' | 'spam' | 'virus';

/** SES cuts the headers of a notification there. */
const maxHeaderBytes = 10 * 1024;

/**
 * A mail as SES takes it: with an id, the results of its checks and its own block of headers. Nothing is checked here,
 * so every result is PASS, unless the mail asks for another (`X-Test-Dmarc: fail`).
 */
export function receivedMail(envelope: Envelope): ReceivedMail {
  const messageId = randomBytes(25).toString('hex').slice(0, 40);
  const sent = readHeaders(envelope.raw);
  const verdicts = {
    spf: validation(sent, 'spf'),
    dkim: validation(sent, 'dkim'),
    dmarc: validation(sent, 'dmarc'),
    spam: validation(sent, 'spam'),
    virus: validation(sent, 'virus'),
  };
  const own = sesHeaders(messageId, envelope, verdicts);
  const block = own.map(({ name, value }) => `${name}: ${value}\r\n`).join('');
  return {
    messageId,
    stored: Buffer.concat([Buffer.from(block), envelope.raw]),
    envelope,
    headers: [...own, ...sent],
    verdicts,
  };
}

function validation(headers: readonly MailHeader[], check: CheckName): string {
  const asked = headers.find(({ name }) => name.toLowerCase() === `x-test-${check}`);
  return asked ? asked.value.trim().toUpperCase() : 'PASS';
}

/** In the order of AWS's sample. */
function sesHeaders(
  messageId: string,
  { from, recipients, client, now }: Envelope,
  verdicts: ReceivedMail['verdicts'],
): MailHeader[] {
  const results = (['spf', 'dkim', 'dmarc'] as const)
    .map((check) => `${check}=${verdicts[check].toLowerCase()}`)
    .join('; ');
  const relay = `${client.name} [${client.address}]`.replace(/[\r\n]/g, '');
  return [
    { name: 'Return-Path', value: `<${from}>` },
    {
      name: 'Received',
      value: `from ${relay} by inbound-smtp.local with SMTP id ${messageId} for ${recipients[0] ?? ''}; ${now.toUTCString()}`,
    },
    { name: 'X-SES-Spam-Verdict', value: verdicts.spam },
    { name: 'X-SES-Virus-Verdict', value: verdicts.virus },
    {
      name: 'Received-SPF',
      value: `${verdicts.spf.toLowerCase()} (spfCheck: local) client-ip=${client.address}`,
    },
    { name: 'Authentication-Results', value: `amazonses.com; ${results};` },
    { name: 'X-SES-RECEIPT', value: messageId },
  ];
}

/** SES's "Received" notification (SES developer guide, receiving-email-notifications-contents). */
export function notificationOf(
  { messageId, envelope, headers, verdicts }: ReceivedMail,
  place: { topicArn: string; bucket: string; keyPrefix: string; key: string },
): object {
  const timestamp = envelope.now.toISOString();
  const kept = firstHeaders(headers);
  return {
    notificationType: 'Received',
    receipt: {
      timestamp,
      processingTimeMillis: 1,
      recipients: envelope.recipients,
      spamVerdict: { status: verdicts.spam },
      virusVerdict: { status: verdicts.virus },
      spfVerdict: { status: verdicts.spf },
      dkimVerdict: { status: verdicts.dkim },
      dmarcVerdict: { status: verdicts.dmarc },
      ...(verdicts.dmarc === 'FAIL' ? { dmarcPolicy: 'none' } : {}),
      action: {
        type: 'S3',
        topicArn: place.topicArn,
        bucketName: place.bucket,
        objectKeyPrefix: place.keyPrefix,
        objectKey: place.key,
      },
    },
    mail: {
      timestamp,
      source: envelope.from,
      messageId,
      destination: envelope.recipients,
      headersTruncated: kept.length < headers.length,
      headers: kept,
      commonHeaders: {
        returnPath: envelope.from,
        from: valuesOf(headers, 'from'),
        to: valuesOf(headers, 'to'),
        messageId: valuesOf(headers, 'message-id')[0],
        subject: valuesOf(headers, 'subject')[0],
      },
    },
  };
}

function valuesOf(headers: readonly MailHeader[], key: string): string[] {
  return headers.filter(({ name }) => name.toLowerCase() === key).map(({ value }) => value);
}

function firstHeaders(headers: readonly MailHeader[]): MailHeader[] {
  let bytes = 0;
  return headers.filter(({ name, value }) => {
    bytes += name.length + value.length + 4;
    return bytes <= maxHeaderBytes;
  });
}
