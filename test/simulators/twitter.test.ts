import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuth1Helper } from 'twitter-api-v2/dist/cjs/client-mixins/oauth1.helper.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { parse } from '#connectors/twitter/parser';
import { webhook } from '#connectors/twitter/webhook';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import { simulator as twitter } from '#infra/local/simulators/twitter/simulator';
import type { ChannelEvent } from '#shared/connector/channel-event';

const address = '1500000000000000001';
const settings = { username: 'acmecare' };
const credentials = {
  consumerKey: 'consumer key',
  consumerSecret: 'consumer/secret&',
  accessToken: `${address}-token`,
  accessTokenSecret: "token'(secret)!",
};

/** Our side: the connector's own door and parser behind a plain HTTP server. */
const received: ChannelEvent[] = [];
const ours = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const account = webhook.readAccount({ address, ...settings });
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const outcome = webhook.verify(
      { method: 'POST', subpath: '', rawQueryString: '', headers, body: Buffer.concat(chunks) },
      { account, publicUrl: 'https://example.test', credentials: [credentials] },
    );
    if (outcome.kind !== 'items') return response.writeHead(401).end();
    for (const { payload } of outcome.items) {
      received.push(...(parse({ payload, account }) as readonly ChannelEvent[]));
    }
    return response.writeHead(200).end();
  });
});

let provider: RunningSimulator;
beforeAll(async () => {
  await new Promise<void>((resolve) => ours.listen(0, '127.0.0.1', resolve));
  const webhookUrl = `http://127.0.0.1:${(ours.address() as AddressInfo).port}`;
  provider = await startSimulator(twitter, [
    { account: 'main', address, webhookUrl, settings, credentials },
  ]);
});
beforeEach(() => received.splice(0));
afterAll(async () => {
  await provider.stop();
  ours.close();
});

/** Signs with the library our sender uses; the simulator's check was written from the RFC. */
function authorization(url: string, given = credentials, method = 'POST'): string {
  const signer = new OAuth1Helper({
    consumerKeys: { key: given.consumerKey, secret: given.consumerSecret },
  });
  const tokens = { key: given.accessToken, secret: given.accessTokenSecret };
  return signer.toHeader(signer.authorize({ url, method }, tokens)).Authorization;
}

interface Call {
  readonly path?: string;
  readonly body?: unknown;
  readonly authorization?: string;
  readonly contentType?: string;
}

function call({ path = '/2/tweets', body, contentType = 'application/json', ...rest }: Call) {
  const url = `${provider.url}${path}`;
  return fetch(url, {
    method: 'POST',
    headers: {
      authorization: rest.authorization ?? authorization(url),
      'content-type': contentType,
    },
    body: JSON.stringify(body),
  });
}

const reply = { in_reply_to_tweet_id: '2200' };
const messages = '/2/dm_conversations/with/1600/messages';

/** Has a customer write to us; answers what the simulator says of it. */
const inbound = async (message: Record<string, unknown>) => {
  const body = JSON.stringify(message);
  const response = await fetch(`${provider.url}/_inbound`, { method: 'POST', body });
  return (await response.json()) as { providerMessageId: string; status: number };
};

/** The id under which X took a message. */
async function takenAs(response: Response): Promise<string> {
  const { data } = (await response.json()) as { data: { id?: string; dm_event_id?: string } };
  return data.id ?? data.dm_event_id ?? '';
}

/** What our webhook was told of one of our own messages, once both halves are there. */
async function toldOf(id: string): Promise<readonly ChannelEvent[]> {
  const about = () =>
    received.filter(
      (event) =>
        (event.kind === 'message' && event.providerMessageId === id) ||
        (event.kind === 'status' && event.target.providerMessageId === id),
    );
  await vi.waitFor(() => expect(about()).toHaveLength(2), { timeout: 10_000 });
  return about();
}

describe('the simulated X checks OAuth 1.0a', () => {
  it('and takes what twitter-api-v2 signs, with a query too', async () => {
    expect((await call({ body: { text: 'one', reply } })).status).toBe(201);
    const path = '/2/tweets?b=2&a=%20x%21&a=1';
    expect((await call({ path, body: { text: 'two', reply } })).status).toBe(201);
  });

  it.each(Object.keys(credentials))('and refuses a wrong %s', async (name) => {
    const wrong = { ...credentials, [name]: 'wrong' };
    const header = authorization(`${provider.url}/2/tweets`, wrong);
    const response = await call({ authorization: header, body: { text: 'no', reply } });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ title: 'Unauthorized', status: 401 });
  });

  it('and refuses a signature for another URL, another method, an old time, or none', async () => {
    const url = `${provider.url}/2/tweets`;
    const old = authorization(url).replace(/oauth_timestamp="\d+"/, 'oauth_timestamp="1"');
    const headers = [
      authorization(`${provider.url}${messages}`),
      authorization(url, credentials, 'GET'),
      old,
      authorization(url).replace(/oauth_nonce="[^"]*"/, 'oauth_nonce="other"'),
      'Bearer AAAA',
      'OAuth ',
      '',
    ];
    for (const header of headers) {
      const response = await call({ authorization: header, body: { text: 'no', reply } });
      expect(response.status, header).toBe(401);
    }
  });
});

describe('the simulated X refuses what X refuses', () => {
  it.each([
    ['an unknown key', '/2/tweets', { text: 'x', reply, colour: 'red' }],
    ['an unknown key within', '/2/tweets', { text: 'x', reply: { ...reply, to: 'y' } }],
    [
      'a post id that is no number',
      '/2/tweets',
      { text: 'x', reply: { in_reply_to_tweet_id: 'a' } },
    ],
    ['no text', messages, {}],
    ['an empty text', messages, { text: '' }],
    ['a quick reply, which v2 does not know', messages, { text: 'x', quick_reply: {} }],
    ['a direct message too long', messages, { text: 'x'.repeat(10_001) }],
    ['a post too long', '/2/tweets', { text: 'x'.repeat(281), reply }],
  ])('with 400: %s', async (_, path, body) => {
    const response = await call({ path, body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ title: 'Invalid Request' });
  });

  it('with 415 what is no JSON, with 404 what it has not', async () => {
    expect((await call({ body: {}, contentType: 'text/plain' })).status).toBe(415);
    expect((await call({ path: '/2/nothing', body: {} })).status).toBe(404);
  });

  it('with 403 the same answer to the same post', async () => {
    const body = { text: 'the very same', reply };
    expect((await call({ body })).status).toBe(201);
    expect((await call({ body })).status).toBe(403);
  });
});

describe('the simulated X tells our webhook', () => {
  it('of a customer’s direct message, under an id that stays with the handle', async () => {
    const first = await inbound({ from: '@Nora', text: 'a < b & c' });
    const second = await inbound({ from: 'nora', text: 'again', name: 'Nora W' });
    expect([first, second]).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(received).toMatchObject([
      { visibility: 'private', text: 'a < b & c', providerMessageId: first.providerMessageId },
      { text: 'again', customer: { displayName: 'Nora W', username: 'nora' } },
    ]);
    const [one, other] = received.map((event) => 'customer' in event && event.customer.identities);
    expect(other).toEqual(one);
  });

  it('of a mention, when the text begins with our name', async () => {
    await inbound({ from: '1600', text: '@AcmeCare where is my order?' });
    expect(received).toMatchObject([
      { visibility: 'public', customer: { identities: [{ address: '1600' }] } },
    ]);
  });

  it('of our own direct message, which is its delivery', async () => {
    const id = await takenAs(await call({ path: messages, body: { text: 'on its way & soon' } }));
    expect(await toldOf(id)).toMatchObject([
      { direction: 'outbound', visibility: 'private', text: 'on its way & soon' },
      { kind: 'status', status: 'delivered' },
    ]);
  });

  it('of our own answer to a mention, which is its delivery', async () => {
    const { providerMessageId } = await inbound({ from: 'nora', text: '@acmecare hello?' });
    const body = { text: 'hello!', reply: { in_reply_to_tweet_id: providerMessageId } };
    expect(await toldOf(await takenAs(await call({ body })))).toMatchObject([
      { direction: 'outbound', visibility: 'public', thread: { key: providerMessageId } },
      { kind: 'status', status: 'delivered' },
    ]);
  });

  it('and refuses to play an account it has not', async () => {
    expect(await inbound({ from: 'nora', text: 'x', account: 'other' })).toHaveProperty('error');
  });

  it('and tells no statuses by hand, as X does not', async () => {
    const body = JSON.stringify({ messageId: '1', status: 'read' });
    const answer = await fetch(`${provider.url}/_status`, { method: 'POST', body });
    expect(answer.status).toBe(400);
  });
});
