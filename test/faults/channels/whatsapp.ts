import { createHmac } from 'node:crypto';
import {
  type Accepted,
  type AskedToSend,
  type FaultAccount,
  type FaultChannel,
  referenceOf,
  type StatusName,
  textOf,
  type Webhook,
} from './channel.ts';

export const whatsapp: FaultChannel = {
  settings: (address) => ({ address }),
  credentials: (name) => ({
    appSecret: `app-secret-${name}`,
    verifyToken: `verify-token-${name}`,
    accessToken: `access-token-${name}`,
  }),
  customerAddress: (index) => `4917${String(100_000_000 + index)}`,
  providerId: (marker) => `wamid.${marker.slice(3)}`,
  joinsMessages: true,
  keepsOrder: true,
  messageWebhook: (messages) =>
    metaWebhook(messages[0].customer.account, {
      contacts: contactsOf(messages.map(({ customer }) => customer.address)),
      messages: messages.map((message) => ({
        from: message.customer.address,
        id: message.providerId,
        timestamp: seconds(),
        type: 'text',
        text: { body: textOf(message) },
      })),
    }),
  reactionWebhook: ({ customer, providerId }, id) =>
    metaWebhook(customer.account, {
      contacts: contactsOf([customer.address]),
      messages: [
        {
          from: customer.address,
          id,
          timestamp: seconds(),
          type: 'reaction',
          reaction: { message_id: providerId, emoji: '\u{1F44D}' },
        },
      ],
    }),
  sign: ({ body }, _url, { appSecret = '' }) => ({
    'content-type': 'application/json',
    'x-hub-signature-256': `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`,
  }),
  readRequest,
  sentId: (random) => `wamid.out${random.slice(0, 24)}`,
  accepted: ({ to, providerId }) => {
    const contacts = [{ input: to, wa_id: to }];
    const messages = [{ id: providerId }];
    return { status: 200, body: { messaging_product: 'whatsapp', contacts, messages } };
  },
  throttled: () => refusal(130429, 'Rate limit hit'),
  refused: () => refusal(131026, 'Message undeliverable'),
  paused: () => refusal(131031, 'Account has been locked', '3'),
  statusWebhook: (send, status) =>
    metaWebhook(send.account, {
      contacts: contactsOf([send.to]),
      statuses: [statusOf(send, status)],
    }),
};

/** A webhook of Meta's. */
export function metaWebhook(account: FaultAccount, value: object, field = 'messages'): Webhook {
  const metadata = { display_phone_number: '15550783881', phone_number_id: account.address };
  const change = {
    value: { messaging_product: 'whatsapp', metadata, ...value },
    field,
  };
  const body = { object: 'whatsapp_business_account', entry: [{ id: '215', changes: [change] }] };
  return { account, body: Buffer.from(JSON.stringify(body)), subpath: '' };
}

/** What Meta tells of one message, as it stands in a list. */
export function statusOf(send: Accepted, status: StatusName): object {
  return {
    id: send.providerId,
    status,
    timestamp: seconds(),
    recipient_id: send.to,
    biz_opaque_callback_data: `${send.messageId}.${send.part}.${send.attempt}`,
    ...(status === 'failed' ? { errors: [{ code: 131026, title: 'Undeliverable' }] } : {}),
  };
}

function readRequest(
  path: string,
  body: string,
  accounts: readonly FaultAccount[],
): AskedToSend | undefined {
  const phoneNumberId = /^\/v[\d.]+\/(\d+)\/messages$/.exec(path)?.[1];
  const account = accounts.find(({ address }) => address === phoneNumberId);
  if (!account) return undefined;
  const asked = JSON.parse(body) as {
    to: string;
    text: { body: string };
    biz_opaque_callback_data: string;
  };
  const reference = referenceOf(asked.biz_opaque_callback_data);
  return { account, to: asked.to, text: asked.text.body, ...reference };
}

function contactsOf(addresses: readonly string[]): readonly object[] {
  return [...new Set(addresses)].map((wa_id) => ({ profile: { name: 'Customer' }, wa_id }));
}

function refusal(code: number, message: string, seconds = '1') {
  const error = { message, type: 'OAuthException', code };
  return { status: 400, headers: { 'retry-after': seconds }, body: { error } };
}

function seconds(): string {
  return String(Math.floor(Date.now() / 1000));
}
