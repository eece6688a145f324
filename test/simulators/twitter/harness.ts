import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OAuth1Helper } from 'twitter-api-v2/dist/cjs/client-mixins/oauth1.helper.js';
import { afterAll, beforeAll, beforeEach, vi } from 'vitest';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import type { SimulatedAccount } from '#infra/local/simulators/simulator';
import { simulator as twitter } from '#infra/local/simulators/twitter/simulator';

export const ownUserId = '1500000000000000001';
export const otherUserId = '1500000000000000002';

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

/** The simulated X with two accounts of one app, and a webhook that keeps what it is told. */
export function twitterHarness(answerHook: () => number = () => 200) {
  let running: RunningSimulator;
  // biome-ignore lint/suspicious/noExplicitAny: the webhooks of X are what is looked at
  const told: any[] = [];
  const challenges: string[] = [];
  const hook = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      if (request.method === 'GET') challenges.push(request.url ?? '');
      else told.push(JSON.parse(text));
      response.writeHead(answerHook()).end();
    });
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    const webhookUrl = `http://127.0.0.1:${(hook.address() as AddressInfo).port}/webhooks/twitter`;
    const accounts: readonly SimulatedAccount[] = [
      {
        ...{ account: 'main', address: ownUserId, webhookUrl: `${webhookUrl}/main` },
        ...{ settings: { username: 'acmecare' }, credentials: { ...app, ...tokens.main } },
      },
      {
        ...{ account: 'other', address: otherUserId, webhookUrl: `${webhookUrl}/other` },
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

  const fetched = async (method: string, path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(url(path), { method, ...init });
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
    told.length = 0;
    challenges.length = 0;
  });

  return {
    ...{ told, challenges, url, signed },
    /** Calls the API in the name of one of our accounts. */
    call: (method: string, path: string, body?: unknown, name: Name = 'main') =>
      fetched(method, path, withBody(signed(method, path, name), body)),
    /** Calls the API with a token, or without one. */
    callWith: (authorization: string, method: string, path: string, body?: unknown) =>
      fetched(method, path, withBody(authorization, body)),
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
          const about = told.filter((body) => body.data?.event_uuid === id);
          if (about.length < count) throw new Error(`told ${about.length} times of ${id}`);
          return about.map(({ data }) => data);
        },
        { timeout: 10_000 },
      ),
  };
}
