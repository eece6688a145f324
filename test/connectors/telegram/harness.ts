import type { TelegramRequest } from '#connectors/telegram/outbound/render';
import { methods } from '#infra/local/simulators/telegram/methods';
import { hashOf } from '#shared/ids';
import type { CallingProvider, Harness, SimulatedProvider } from '#test/support/connectors/harness';
import { jsonRequest } from '#test/support/connectors/provider-requests';
import { accountOf } from '#test/support/webhooks/signed-webhooks';
import { account, context, credentials, header, itemsOf, post } from './signed-webhook.ts';

const customerOf = (number: number): string => String(5_550_150_000 + number);

/** The header is the token, whatever the body is. */
const sign = (_: Buffer, secret: string): string => secret;

const provider: SimulatedProvider = {
  address: account.address,
  settings: {},
  credentials: { botToken: credentials.botToken, secretToken: credentials.secretToken },
  ...{ customer: '5550142001', wrongCustomer: '@nora' },
  sending: (url, text) =>
    jsonRequest(`${url}/bot${credentials.botToken}/sendMessage`, { chat_id: 5550142001, text }, ''),
  toldIn: () => [],
  usual: [],
  fault: ['403', 403],
  fileFields: (bytes) => ({ media: { kind: 'document', base64: bytes.toString('base64') } }),
  refusals: [
    ['403', 'recipient_unreachable'],
    ['403-deactivated', 'recipient_unreachable', '403'],
    ['400-chat-not-found', 'invalid_recipient', '400'],
    ['400-migrated', 'invalid_recipient', '400'],
    ['400-too-long', 'text_too_long', '400'],
    ['400', 'request_rejected'],
  ],
  ...{ joins: false, writesToWebhook: true },
};

const calls: CallingProvider = {
  signed: (secret) => {
    const body = Buffer.from('{"update_id":1,"message":{"message_id":1,"date":1}}');
    return {
      request: post(body, secret),
      context: { ...context, credentials: [{ ...credentials, secretToken: secret }] },
      ...{ header, contentType: 'application/json', body, secret, sign },
    };
  },
  signer: { field: 'secretToken', header, sign },
  text: (stack, key, text) => {
    const { webhook = '', publicUrl, secrets = {} } = accountOf(stack, 'telegram');
    const id = Number(customerOf(Number(key)));
    // Each text is an update and a message of its own; the same text again is the same update.
    const number = Number.parseInt(hashOf(key, text).slice(0, 7), 16) + 1;
    const chat = { id, type: 'private', first_name: 'Ada' };
    const from = { id, is_bot: false, first_name: 'Ada' };
    const message = { message_id: number, date: 1795305600, chat, from, text };
    const { headers, body } = post(
      JSON.stringify({ update_id: number, message }),
      secrets['secretToken'],
    );
    return { url: publicUrl ?? `${stack.url}${webhook}`, headers, body: body.toString('utf8') };
  },
};

export const harness: Harness = {
  account,
  fixture: (name, { webhook }) => ({ name, receive: () => itemsOf(webhook) }),
  corpus: () => [],
  ...{ calls, provider },
  customerOf,
  replyPlaces: [
    {
      ...{ channel: 'telegram', visibility: 'private', business: account.address },
      customers: [['user_id', '5550142001']],
    },
  ],
  refusal: ({ method, body, file }: TelegramRequest) => {
    const uploaded = file && { [file.parameter]: new File(['a'], file.fileName) };
    return methods[method].safeParse({ ...body, ...uploaded }).error?.message;
  },
  page: 'docs/channels/telegram.md',
  lacks: {
    'body signature': 'the secret token in the header says nothing of the body',
    corpus: 'nothing was recorded',
    statuses: 'a bot is told nothing of the messages that it has sent',
    'delivery failures': 'a bot is told nothing of the messages that it has sent',
  },
};
