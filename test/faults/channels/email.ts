import { createHash } from 'node:crypto';
import PostalMime from 'postal-mime';
import { accountTag, tagNames } from '#connectors/email/account-tag';
import { mailBucketName } from '#test/faults/names';
import {
  type Accepted,
  type AskedToSend,
  type FaultAccount,
  type FaultChannel,
  type StatusName,
  textOf,
  type Webhook,
  type Written,
} from './channel.ts';

/** SES on both of its sides: it stores a mail and tells a topic, and takes a mail and tells the same topic. */
export const email: FaultChannel = {
  settings: (address) => ({ address, configurationSet: 'faults' }),
  credentials: (name) => ({ replyTokenKey: `reply-token-key-${name}` }),
  customerAddress: (index) => `customer${100_000 + index}@people.example`,
  providerId: (marker) => `${marker.slice(3)}@mta.people.example`,
  joinsMessages: false,
  keepsOrder: false,
  messageWebhook: ([message]) => mailWebhook(message, { validation: 'PASS' }),
  readRequest,
  sentId: (random) =>
    `0102018f${random.slice(0, 8)}-${random.slice(8, 44).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5')}-000000`,
  accepted: ({ providerId }) => ({ status: 200, body: { MessageId: providerId } }),
  throttled: () => fault(429, 'TooManyRequestsException'),
  refused: () => fault(400, 'MessageRejected'),
  statusWebhook,
};

/** A mail that is handed over again is the same to the byte. */
const writtenAt = new Date();

export interface MailForm {
  /** What SES says of the sender: DMARC, SPF and DKIM alike. */
  readonly validation: 'PASS' | 'FAIL' | 'GRAY';
  /** Whom the envelope names, where it is not the account's own address. */
  readonly recipient?: string;
  readonly headers?: readonly string[];
}

/** One mail as SES has stored it, with what it tells of it. Told again, it is the same delivery. */
export function mailWebhook(message: Written, form: MailForm): Webhook {
  const { customer, providerId, answers } = message;
  const { account, address } = customer;
  const headers = [
    `From: Customer <${address}>`,
    `To: ${account.address}`,
    `Date: ${writtenAt.toUTCString()}`,
    `Message-ID: <${providerId}>`,
    'Subject: Question',
    ...(answers === undefined ? [] : [`In-Reply-To: <${answers}>`, `References: <${answers}>`]),
    ...(form.headers ?? []),
  ];
  const body = Buffer.from([...headers, ...contentOf(message)].join('\r\n'));
  const receipt = createHash('sha256').update(`${message.marker}${form.validation}`).digest('hex');
  const key = `inbound/${receipt}`;
  return {
    account,
    body,
    subpath: '',
    mail: { key, notification: receivedNotification(message, form, receipt.slice(0, 40), key) },
  };
}

/** The file that comes with a mail: with every third one, by its words. */
export function fileOf({ marker }: Pick<Written, 'marker'>): string | undefined {
  const [first = 0] = createHash('sha256').update(marker).digest();
  return first % 3 === 0 ? `the file of ${marker}\r\n` : undefined;
}

function contentOf(message: Written): readonly string[] {
  const text = ['Content-Type: text/plain; charset=utf-8', '', textOf(message)];
  const file = fileOf(message);
  if (file === undefined) return text;
  return [
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=faults',
    '',
    '--faults',
    ...text,
    '--faults',
    'Content-Type: application/octet-stream; name=file.bin',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename=file.bin',
    '',
    Buffer.from(file).toString('base64'),
    '--faults--',
  ];
}

/** SES's "Received" notification (SES developer guide, receiving-email-notifications-contents). */
function receivedNotification(
  { customer, providerId }: Written,
  { validation, recipient = customer.account.address }: MailForm,
  messageId: string,
  objectKey: string,
): string {
  const status = { status: validation };
  const passed = { status: 'PASS' };
  return JSON.stringify({
    notificationType: 'Received',
    receipt: {
      timestamp: writtenAt.toISOString(),
      recipients: [recipient],
      ...{ spamVerdict: passed, virusVerdict: passed },
      ...{ spfVerdict: status, dkimVerdict: status, dmarcVerdict: status },
      action: { type: 'S3', bucketName: mailBucketName, objectKey },
    },
    mail: {
      timestamp: writtenAt.toISOString(),
      source: customer.address,
      messageId,
      destination: [recipient],
      commonHeaders: { from: [customer.address], messageId: `<${providerId}>` },
    },
  });
}

async function readRequest(
  path: string,
  body: string,
  accounts: readonly FaultAccount[],
): Promise<AskedToSend | undefined> {
  const account = accounts.find(({ connector }) => connector === 'email');
  if (!account || path !== '/v2/email/outbound-emails') return undefined;
  const asked = JSON.parse(body) as {
    Destination: { ToAddresses: string[] };
    Content: { Raw: { Data: string } };
    EmailTags: { Name: string; Value: string }[];
  };
  const mail = await PostalMime.parse(Buffer.from(asked.Content.Raw.Data, 'base64'));
  return {
    account,
    part: 0,
    to: asked.Destination.ToAddresses[0] ?? '',
    text: mail.text ?? '',
    messageId: asked.EmailTags.find(({ Name }) => Name === tagNames.message)?.Value ?? '',
    replyTo: mail.replyTo?.[0]?.address ?? '',
  };
}

const events: Readonly<Partial<Record<StatusName, (send: Accepted, timestamp: string) => object>>> =
  {
    sent: () => ({ eventType: 'Send', send: {} }),
    delivered: ({ to }, timestamp) => ({
      eventType: 'Delivery',
      delivery: { timestamp, recipients: [to] },
    }),
    failed: ({ to }, timestamp) => ({
      eventType: 'Bounce',
      bounce: {
        ...{ bounceType: 'Permanent', bounceSubType: 'General', timestamp },
        bouncedRecipients: [{ emailAddress: to, status: '5.1.1' }],
      },
    }),
  };

/** The same event whenever it is told: SES repeats itself in the same words. */
function statusWebhook(send: Accepted, status: StatusName): Webhook | undefined {
  const { account, to, providerId, messageId } = send;
  const timestamp = new Date(send.at).toISOString();
  const event = events[status]?.(send, timestamp);
  if (!event) return undefined;
  const mail = {
    timestamp,
    source: account.address,
    messageId: providerId,
    destination: [to],
    tags: {
      [tagNames.message]: [messageId],
      [tagNames.account]: [accountTag(account.address)],
    },
  };
  return { account, body: Buffer.from(JSON.stringify({ ...event, mail })), subpath: '' };
}

function fault(status: number, type: string) {
  return { status, headers: { 'x-amzn-errortype': type }, body: { message: type } };
}
