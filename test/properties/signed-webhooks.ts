import { createHash, createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { receiver } from '#functions/receive/receive';
import type { AccountSetting } from '#shared/accounts';
import { enqueueItems } from '#shared/aws/queues/lanes';
import { type FifoQueue, fifoQueue } from '#test/model/queues/fifo-queue';
import { fixedSecrets } from '#test/support/aws/fixed-secrets';
import { webhookOf } from '#test/support/webhooks/webhook-of';

export const connectors = ['whatsapp', 'telegram', 'twilio', 'twitter'] as const;
export type Connector = (typeof connectors)[number];

const accountSid = `AC${'0123456789abcdef'.repeat(2)}`;
const urlOf = (connector: Connector) => `https://hooks.example/webhooks/${connector}/main`;
const secrets = {
  whatsapp: { appSecret: 'app', verifyToken: 'verify', accessToken: 'EAA' },
  telegram: { botToken: '7005550006:invented-token-of-the-tests', secretToken: 'secret' },
  twilio: { accountSid, authToken: 'token' },
  twitter: { consumerKey: 'a', consumerSecret: 'b', accessToken: 'c', accessTokenSecret: 'd' },
} as const;
const settings = {
  whatsapp: { address: '200100300400500' },
  telegram: { address: '7005550006' },
  twilio: { address: '+15005550006' },
  twitter: { address: '1500000000000000001', username: 'acmecare' },
} as const;

export const accounts = connectors.map(
  (connector): AccountSetting => ({
    ...{ connector, account: 'main', secretId: connector, apiUrl: 'http://127.0.0.1:9' },
    publicUrl: urlOf(connector),
    settings: settings[connector],
  }),
);

export interface Posted {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: string;
}

/** The header a provider would send with these bytes; of Twilio also the query that binds a JSON body. */
export function signatureOf(connector: Connector, body: Buffer, type: string): Posted {
  if (connector === 'whatsapp') {
    const hex = createHmac('sha256', secrets.whatsapp.appSecret).update(body).digest('hex');
    return { headers: { 'x-hub-signature-256': `sha256=${hex}` }, query: '' };
  }
  if (connector === 'telegram') {
    const token = secrets.telegram.secretToken;
    return { headers: { 'x-telegram-bot-api-secret-token': token }, query: '' };
  }
  if (connector === 'twitter') {
    const hash = createHmac('sha256', secrets.twitter.consumerSecret).update(body);
    return {
      headers: { 'x-twitter-webhooks-signature': `sha256=${hash.digest('base64')}` },
      query: '',
    };
  }
  const isJson = type === 'application/json';
  const query = isJson ? `bodySHA256=${createHash('sha256').update(body).digest('hex')}` : '';
  const url = query ? `${urlOf('twilio')}?${query}` : urlOf('twilio');
  const form = isJson ? {} : repeated(new URLSearchParams(body.toString('utf8')));
  const signature = getExpectedTwilioSignature(secrets.twilio.authToken, url, form);
  return { headers: { 'x-twilio-signature': signature }, query };
}

/** As Twilio's own code takes a form: a name with several values has a list. */
function repeated(form: URLSearchParams): Record<string, string | string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of form) {
    const known = values.get(name);
    if (known) known.push(value);
    else values.set(name, [value]);
  }
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const [name, all] of values) fields[name] = all.length > 1 ? all : (all[0] ?? '');
  return fields;
}

export interface Door {
  readonly queue: FifoQueue;
  /** What was left in S3, by its key. */
  readonly claims: ReadonlyMap<string, string>;
  /** Resolves with the status of the answer; throws what the function throws. */
  readonly post: (body: Buffer, type: string, posted: Posted) => Promise<number>;
}

/** One connector's door in front of a queue of its own. */
export function openDoor(connector: Connector): Door {
  let milliseconds = 0;
  const queue = fifoQueue('ingress', () => {
    milliseconds += 600_000;
    return milliseconds;
  });
  const claims = new Map<string, string>();
  const put = async (key: string, body: string) => {
    claims.set(key, body);
    return { bucket: 'archive', key };
  };
  const receive = receiver({
    ...{ connector, webhook: webhookOf(connector), accounts },
    now: () => new Date('2026-11-21T10:00:00.000Z'),
    refused: () => {},
    secrets: fixedSecrets(secrets[connector]),
    enqueue: (items) =>
      enqueueItems({ client: queue.client, url: queue.url, claims: { put } }, items),
  });
  return {
    queue,
    claims,
    post: async (body, type, { headers, query }) => {
      const event = {
        pathParameters: { account: 'main' },
        rawQueryString: query,
        headers: { 'content-type': type, ...headers },
        requestContext: { http: { method: 'POST' } },
        ...{ body: body.toString('base64'), isBase64Encoded: true },
      };
      const { statusCode = 0 } = await receive(event as unknown as APIGatewayProxyEventV2);
      return statusCode;
    },
  };
}
