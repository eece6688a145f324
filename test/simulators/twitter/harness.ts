import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuth1Helper } from 'twitter-api-v2/dist/cjs/client-mixins/oauth1.helper.js';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import type { SimulatedAccount } from '#infra/local/simulators/simulator';
import { simulator as twitter } from '#infra/local/simulators/twitter/simulator';

export const ownUserId = '1500000000000000001';
const otherUserId = '1500000000000000002';

const app = { consumerKey: 'ck', consumerSecret: 'cs' };
const tokens = {
  main: { accessToken: `${ownUserId}-t`, accessTokenSecret: 'ts' },
  other: { accessToken: `${otherUserId}-t`, accessTokenSecret: 'os' },
} as const;
export type Name = keyof typeof tokens;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the answers of X are what is looked at
  readonly body: any;
}

export type Challenge = 'right' | 'wrong' | 'redirect' | 'down';

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** The simulated X with two accounts of one app, and a webhook that keeps what it is told. */
export function twitterHarness() {
  let running: RunningSimulator;
  // biome-ignore lint/suspicious/noExplicitAny: the webhooks of X are what is looked at
  const told: any[] = [];
  /** The way in which our endpoint behaves: how it answers challenges, and everything else. */
  const mode = { challenge: 'right' as Challenge, status: 200 };
  const challenges: string[] = [];
  const hook = createServer(async (request, response) => {
    const text = await textOf(request);
    if (request.method === 'POST') {
      told.push(JSON.parse(text));
      return response.writeHead(mode.status).end();
    }
    const token = new URL(request.url ?? '', 'http://hook').searchParams.get('crc_token') ?? '';
    challenges.push(token);
    if (mode.challenge === 'redirect') return response.writeHead(302, { location: '/' }).end();
    if (mode.challenge === 'down') return response.writeHead(503).end();
    const hash = createHmac('sha256', mode.challenge === 'right' ? 'cs' : 'another').update(token);
    const response_token = `sha256=${hash.digest('base64')}`;
    return response.writeHead(200).end(JSON.stringify({ response_token }));
  });
  const hookUrl = (account = 'main') =>
    `http://127.0.0.1:${(hook.address() as AddressInfo).port}/webhooks/twitter/${account}`;
  beforeAll(async () => {
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const webhookUrl = hookUrl('');
    const accounts: readonly SimulatedAccount[] = [
      {
        ...{ account: 'main', address: ownUserId, webhookUrl: `${webhookUrl}main` },
        ...{ settings: { username: 'acmecare' }, credentials: { ...app, ...tokens.main } },
      },
      {
        ...{ account: 'other', address: otherUserId, webhookUrl: `${webhookUrl}other` },
        ...{ settings: { username: 'acmeshop' }, credentials: { ...app, ...tokens.other } },
      },
    ];
    running = await startSimulator(twitter, accounts);
  });
  afterAll(async () => {
    await running.stop();
    hook.closeAllConnections();
    hook.close();
  });

  const url = (path: string) => new URL(path, running.url).href;

  /** Signs with the library our sender uses; the simulator's check was written from the RFC. */
  const signed = (method: string, path: string, name: Name = 'main'): string => {
    const signer = new OAuth1Helper({ consumerKeys: { key: 'ck', secret: 'cs' } });
    const { accessToken: key, accessTokenSecret: secret } = tokens[name];
    const { search, origin, pathname, searchParams } = new URL(url(path));
    const request = {
      ...{ url: origin + pathname, method },
      ...(search ? { data: Object.fromEntries(searchParams) } : {}),
    };
    return signer.toHeader(signer.authorize(request, { key, secret })).Authorization;
  };

  /** The server that is called in place of the simulator, where one is: `callThrough`. */
  const through: { base: string | undefined } = { base: undefined };
  const fetched = async (method: string, path: string, init: RequestInit): Promise<Answer> => {
    const base = path.startsWith('/2/') ? through.base : undefined;
    const response = await fetch(base ? base + path : url(path), {
      method,
      redirect: 'manual',
      ...init,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const isJson = response.headers.get('content-type')?.includes('json');
    const body = isJson ? JSON.parse(bytes.toString('utf8')) : bytes;
    return { status: response.status, headers: response.headers, body };
  };

  const withBody = (authorization: string, body?: unknown): RequestInit => ({
    headers: {
      ...(authorization ? { authorization } : {}),
      ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
  });

  beforeEach(async () => {
    for (const path of ['/_conditions', '/_sent', '/_fault']) await fetched('DELETE', path, {});
    await fetched('POST', '/_clock', { body: '{"offsetSeconds":0}' });
    Object.assign(mode, { challenge: 'right', status: 200 });
    told.length = 0;
    challenges.length = 0;
  });

  return {
    ...{ told, mode, challenges, url, hookUrl },
    callThrough: (base: string | undefined) => {
      through.base = base;
    },
    /** Calls the API in the name of one of our accounts. */
    call: (method: string, path: string, body?: unknown, name: Name = 'main') =>
      fetched(method, path, withBody(signed(method, path, name), body)),
    /** Calls the API with a token, or without one. */
    callWith: (authorization: string, method: string, path: string, body?: unknown) =>
      fetched(method, path, withBody(authorization, body)),
    /** Sends a form, as token endpoints want it. */
    form: (path: string, fields: Record<string, string>, client?: string) =>
      fetched('POST', path, {
        headers: client ? { authorization: `Basic ${btoa(client)}` } : {},
        body: new URLSearchParams(fields),
      }),
    /** Makes one of the simulator's own calls. */
    ask: (path: string, body: unknown = {}) =>
      fetched('POST', path, { body: JSON.stringify(body) }),
    /** Has a customer write; the id of the message. */
    write: async (message: object): Promise<string> => {
      const { body } = await fetched('POST', '/_inbound', {
        body: JSON.stringify({ from: '@nora', ...message }),
      });
      return body.providerMessageId ?? JSON.stringify(body);
    },
    /** Waits for the events of one message, of which there are so many. */
    toldOf: (id: string, count = 1) =>
      vi.waitFor(
        () => {
          const about = told.flatMap(({ data }) => {
            const [message] = data?.payload.direct_message_events ?? [];
            return (message ?? data?.payload)?.id === id ? [data] : [];
          });
          if (about.length < count) throw new Error(`told ${about.length} times of ${id}`);
          return about;
        },
        { timeout: 10_000 },
      ),
  };
}
