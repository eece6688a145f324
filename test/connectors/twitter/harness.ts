import { OAuth1Helper } from 'twitter-api-v2/dist/cjs/client-mixins/oauth1.helper.js';
import { callOf, type TwitterRequest } from '#connectors/twitter/outbound/request';
import { CreateDirectMessage, CreatePost } from '#infra/local/simulators/twitter/requests';
import { recorded } from '#test/support/connectors/fixtures';
import type { CallingProvider, Harness, SimulatedProvider } from '#test/support/connectors/harness';
import { jsonRequest } from '#test/support/connectors/provider-requests';
import { twitterWebhook } from '#test/support/webhooks/signed-webhooks';
import { twitterDirectMessage } from '#test/support/webhooks/webhook-bodies';
import { accountOf, credentials, itemsOf, ownUserId, publicUrl, signature } from './received.ts';

const header = 'x-twitter-webhooks-signature';

const provider: SimulatedProvider = {
  address: '2244994945',
  settings: { username: 'acmecare' },
  credentials: {
    ...{ consumerKey: 'ck', consumerSecret: 'cs', accessToken: 'at', accessTokenSecret: 'ats' },
  },
  ...{ customer: '@nora', wrongCustomer: 'nora@example.com' },
  sending: (base, text) => {
    const url = `${base}/2/dm_conversations/with/1600/messages`;
    const signer = new OAuth1Helper({ consumerKeys: { key: 'ck', secret: 'cs' } });
    const data = signer.authorize({ url, method: 'POST' }, { key: 'at', secret: 'ats' });
    return jsonRequest(url, { text }, signer.toHeader(data).Authorization);
  },
  toldIn: (body) => {
    const { event_type, payload } = JSON.parse(body).data;
    if (event_type !== 'dm.sent') return [];
    return [{ messageId: payload.direct_message_events[0].id, status: 'delivered' }];
  },
  usual: ['delivered'],
  fileFields: (bytes) => ({ media: [{ kind: 'image', base64: bytes.toString('base64') }] }),
  fault: ['402', 402],
  refusals: [['349', 'recipient_unreachable']],
  ...{ joins: false, writesToWebhook: true },
};

const calls: CallingProvider = {
  signed: (secret) => {
    const body = Buffer.from('{"for_user_id":"1","direct_message_events":[]}');
    const headers = { 'content-type': 'application/json', [header]: signature(body, secret) };
    const request = { method: 'POST' as const, subpath: '', rawQueryString: '', headers, body };
    const sets = [{ ...credentials, consumerSecret: secret }];
    return {
      request,
      context: { account: accountOf(), publicUrl, credentials: sets },
      ...{ body, secret, sign: signature, header, contentType: 'application/json' },
    };
  },
  signer: { field: 'consumerSecret', header, sign: (body, secret) => signature(body, secret) },
  text: (stack, key, text) => {
    const [from, id] = [`160000000000000000${key}`, `190000000000000000${key}`];
    return twitterWebhook(stack, twitterDirectMessage(stack, from, id, text));
  },
};

export const harness: Harness = {
  account: accountOf(),
  fixture: (name, { webhook }) => ({ name, receive: () => itemsOf(webhook) }),
  corpus: () =>
    recorded('twitter/aaa', 'twitter/xaa').map(({ name, body }) => ({
      name,
      receive: () => itemsOf(body),
    })),
  ...{ calls, provider },
  customerOf: (number) => `16000000000000${String(number).padStart(5, '0')}`,
  replyPlaces: (['private', 'public'] as const).map((visibility) => ({
    ...{ channel: 'twitter', visibility, business: ownUserId },
    customers: [['user_id', '1600000000000000001']] as const,
  })),
  refusal: (request: TwitterRequest) => {
    const { files, ...rest } = request;
    const uploaded = files?.map((_, index) => String(index + 1));
    const { body } = callOf({ ...rest, ...(uploaded ? { mediaIds: uploaded } : {}) }, '2201');
    const read = (request.kind === 'dm' ? CreateDirectMessage : CreatePost).safeParse(body);
    return read.error?.message;
  },
  takesStoredFiles: true,
  ...{ fileType: 'image/png', fileHead: Buffer.from('89504e470d0a1a0a', 'hex') },
  dictionary: { characters: 550, order: 2 },
  page: 'docs/channels/twitter.md',
  excused: {
    'own-reply-to-unnamed.json: a status is not marked as one':
      'X has no receipts: the echo of a post of ours is its delivery, and keeps its place',
  },
  lacks: { 'delivery failures': 'X tells of no message that it was not delivered' },
};
