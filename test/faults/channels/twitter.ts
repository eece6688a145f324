import { createHmac } from 'node:crypto';
import {
  type Accepted,
  type FaultAccount,
  type FaultChannel,
  type ProviderAnswer,
  textOf,
  type Webhook,
} from './channel.ts';

/** X's ids begin with the milliseconds since this moment. */
const epochMs = 1_288_834_974_657;
const maxListed = 20;
const conversationPath = /^\/2\/dm_conversations\/with\/(\d+)\//;

/** X as direct messages know it: it says nothing of delivery, and repeats to us what we have sent. */
export const twitter: FaultChannel = {
  settings: (address) => ({ address, username: 'acme' }),
  credentials: (name) => ({
    consumerKey: `consumer-key-${name}`,
    consumerSecret: `consumer-secret-${name}`,
    accessToken: `access-token-${name}`,
    accessTokenSecret: `access-token-secret-${name}`,
  }),
  customerAddress: (index) => `1600${String(100_000_000_000 + index)}`,
  // A number of its own for each marker, of as many digits as X's have.
  providerId: (marker) =>
    `18${BigInt(`0x${Buffer.from(marker).toString('hex')}`)
      .toString()
      .slice(-17)
      .padStart(17, '0')}`.slice(0, 19),
  joinsMessages: false,
  keepsOrder: true,
  messageWebhook: ([message]) => {
    const { account, address } = message.customer;
    const { providerId: id } = message;
    const text = textOf(message);
    return directMessage(account, { id, text, from: address, to: account.address });
  },
  // X tells the deletion of posts; the store knows a message by its id, whatever kind it is.
  deletionWebhook: ({ customer: { account, address }, providerId: id }) => {
    const deleted = { status: { id, user_id: address }, timestamp_ms: String(Date.now()) };
    const body = { for_user_id: account.address, tweet_delete_events: [deleted] };
    return { account, body: Buffer.from(JSON.stringify(body)), subpath: '' };
  },
  sign: ({ body }, _url, { consumerSecret = '' }) => ({
    'content-type': 'application/json',
    'x-twitter-webhooks-signature': `sha256=${createHmac('sha256', consumerSecret).update(body).digest('base64')}`,
  }),
  readRequest: (path, body, accounts) => {
    const to = conversationPath.exec(path)?.[1];
    const account = accounts.find(({ connector }) => connector === 'twitter');
    if (!account || to === undefined) return undefined;
    return { account, to, text: (JSON.parse(body) as { text: string }).text, part: 0 };
  },
  sentId: (_random, at, count) => String((BigInt(at - epochMs) << 22n) + BigInt(count % 4096)),
  accepted: ({ account, to, providerId }) => ({
    status: 201,
    body: { data: { dm_conversation_id: `${account.address}-${to}`, dm_event_id: providerId } },
  }),
  throttled: () => ({
    status: 429,
    headers: { 'retry-after': '1' },
    body: { title: 'Too Many Requests', status: 429 },
  }),
  refused: () => ({
    status: 403,
    body: { errors: [{ code: 349, message: 'You cannot send messages to this user.' }] },
  }),
  list: ({ pathname }, sends) => {
    const to = conversationPath.exec(pathname)?.[1];
    return to === undefined ? undefined : listAnswer(to, sends);
  },
  statusWebhook: ({ account, to, providerId: id, text }, status) =>
    status === 'delivered'
      ? directMessage(account, { id, text, from: account.address, to })
      : undefined,
};

interface DirectMessage {
  readonly id: string;
  readonly text: string;
  readonly from: string;
  readonly to: string;
}

/** The Account Activity API's webhook of one direct message, in either direction. */
function directMessage(account: FaultAccount, { id, text, from, to }: DirectMessage): Webhook {
  const entities = { hashtags: [], symbols: [], user_mentions: [], urls: [] };
  const event = {
    type: 'message_create',
    id,
    created_timestamp: String(Date.now()),
    message_create: {
      target: { recipient_id: to },
      sender_id: from,
      message_data: { text, entities },
    },
  };
  const users = { [from]: { id: from, name: 'Customer', screen_name: `user${from.slice(-4)}` } };
  const body = { for_user_id: account.address, direct_message_events: [event], users };
  return { account, body: Buffer.from(JSON.stringify(body)), subpath: '' };
}

function listAnswer(to: string, sends: readonly Accepted[]): ProviderAnswer {
  const found = sends.filter((send) => send.account.connector === 'twitter' && send.to === to);
  const data = found
    .toReversed()
    .slice(0, maxListed)
    .map(({ providerId, text, account }) => ({
      id: providerId,
      text,
      event_type: 'MessageCreate',
      sender_id: account.address,
    }));
  const more = found.length > maxListed ? { next_token: 'more' } : {};
  return { status: 200, body: { data, meta: { result_count: data.length, ...more } } };
}
