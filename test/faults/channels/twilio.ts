import { createHmac } from 'node:crypto';
import {
  type Accepted,
  type FaultAccount,
  type FaultChannel,
  type ProviderAnswer,
  referenceOf,
  type StatusName,
  textOf,
  type Webhook,
} from './channel.ts';

const accountSid = `AC${'1'.repeat(32)}`;

export const twilio: FaultChannel = {
  settings: (address) => ({ address }),
  credentials: (name) => ({ accountSid, authToken: `auth-token-${name}` }),
  customerAddress: (index) => `+4917${String(100_000_000 + index)}`,
  providerId: (marker) => `SM${Buffer.from(marker).toString('hex').padEnd(32, '0').slice(-32)}`,
  joinsMessages: false,
  keepsOrder: true,
  messageWebhook: ([message]) =>
    formWebhook(message.customer.account, {
      MessageSid: message.providerId,
      SmsSid: message.providerId,
      SmsStatus: 'received',
      From: message.customer.address,
      To: message.customer.account.address,
      Body: textOf(message),
      NumMedia: '0',
    }),
  sign: ({ body }, url, { authToken = '' }) => {
    const pairs = [...new URLSearchParams(body.toString('utf8'))].toSorted(([a], [b]) =>
      a < b ? -1 : 1,
    );
    const mac = createHmac('sha1', authToken).update(`${url}${pairs.flat().join('')}`);
    return {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': mac.digest('base64'),
    };
  },
  readRequest: (path, body, accounts) => {
    const account = accounts.find(({ connector }) => connector === 'twilio');
    if (!account || !path.endsWith('/Messages.json')) return undefined;
    const form = new URLSearchParams(body);
    const callback = form.get('StatusCallback') ?? '';
    const reference = referenceOf(callback.slice(callback.lastIndexOf('/') + 1));
    return { account, to: form.get('To') ?? '', text: form.get('Body') ?? '', ...reference };
  },
  sentId: (random) => `SM${random.slice(0, 32)}`,
  accepted: ({ providerId }) => ({ status: 201, body: { sid: providerId } }),
  throttled: () => ({
    status: 429,
    headers: { 'retry-after': '1' },
    body: { code: 20429, message: 'Too Many Requests' },
  }),
  refused: () => ({ status: 400, body: { code: 21211, message: 'Invalid To' } }),
  list: ({ pathname, searchParams }, sends) =>
    pathname.endsWith('/Messages.json') ? listAnswer(searchParams, sends) : undefined,
  troubleOf,
  statusWebhook: (send, status) => {
    const { account, to, providerId, messageId, part, attempt } = send;
    const name = status === 'failed' ? 'undelivered' : status;
    const parameters = {
      MessageSid: providerId,
      SmsSid: providerId,
      MessageStatus: name,
      SmsStatus: name,
      From: account.address,
      To: to,
      ...(status === 'failed' ? { ErrorCode: troubleOf(send, status) ?? '30003' } : {}),
    };
    return formWebhook(account, parameters, `status/${messageId}.${part}.${attempt}`);
  },
};

/** A number that is not registered: trouble of the account, which pauses nothing. Some failures have it for a reason. */
function troubleOf({ providerId }: Accepted, status: StatusName): string | undefined {
  return status === 'failed' && /[0-3]$/.test(providerId) ? '30034' : undefined;
}

/** A webhook of Twilio's. */
function formWebhook(
  account: FaultAccount,
  parameters: Readonly<Record<string, string>>,
  subpath = '',
): Webhook {
  const form = new URLSearchParams({ AccountSid: accountSid, ...parameters });
  return { account, body: Buffer.from(form.toString()), subpath };
}

/** What Twilio lists for somebody who looks a message up (Message resource, "Read multiple"). */
function listAnswer(query: URLSearchParams, sends: readonly Accepted[]): ProviderAnswer {
  const to = query.get('To');
  const found = sends.filter(
    ({ account, to: sentTo }) => account.connector === 'twilio' && (!to || sentTo === to),
  );
  const messages = found.toReversed().map(({ providerId, text, to: sentTo, account, at }) => {
    const time = new Date(at).toUTCString().replace('GMT', '+0000');
    return {
      sid: providerId,
      account_sid: accountSid,
      body: text,
      to: sentTo,
      from: account.address,
      direction: 'outbound-api',
      status: 'sent',
      date_created: time,
      date_sent: time,
      date_updated: time,
      error_code: null,
    };
  });
  return { status: 200, body: { messages, page: 0, page_size: 1000, next_page_uri: null } };
}
