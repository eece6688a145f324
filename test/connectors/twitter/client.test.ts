import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallFailed, xClient } from '#connectors/twitter/api/client';
import { credentials } from './received.ts';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly authorization: string | undefined;
  readonly body: string;
}

const seen: Seen[] = [];
let answer = { status: 200, body: '{"data":{"id":"7"}}', delayMs: 0 };
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { method, url, headers } = request;
    const body = Buffer.concat(chunks).toString('latin1');
    seen.push({ method, url, authorization: headers.authorization, body });
    const { status, body: text, delayMs } = answer;
    setTimeout(() => response.writeHead(status, { 'x-test': 'yes' }).end(text), delayMs);
  });
});
let apiUrl = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const client = (timeoutSeconds = 5) => xClient({ apiUrl, credentials, timeoutSeconds });

describe('the client of X', () => {
  it('sends what the package builds to the configured API, signed, by one request', async () => {
    seen.length = 0;
    expect(await client().v2.reply('hello', '99')).toEqual({ data: { id: '7' } });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: '/2/tweets',
      authorization: expect.stringMatching(/^OAuth .*oauth_signature=/),
    });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      text: 'hello',
      reply: { in_reply_to_tweet_id: '99' },
    });
  });

  it('fills the parameters of a path, and keeps a query', async () => {
    seen.length = 0;
    await client().v2.get('users/:id/mentions', { since_id: '5' }, { params: { id: '12' } });
    await client().v2.put('webhooks/:id', undefined, { params: { id: '3' } });
    await client().v2.delete('webhooks/:id', undefined, { params: { id: '3' } });
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /2/users/12/mentions?since_id=5',
      'PUT /2/webhooks/3',
      'DELETE /2/webhooks/3',
    ]);
  });

  it('sends an empty object with a call that has no body: X refuses the end of an upload without it', async () => {
    seen.length = 0;
    answer = { status: 200, body: '{"data":{"id":"7"}}', delayMs: 0 };
    await client().v2.post('media/upload/7/finalize');
    expect(seen).toMatchObject([{ method: 'POST', url: '/2/media/upload/7/finalize', body: '{}' }]);
  });

  it('keeps the raw answer of a refusal', async () => {
    seen.length = 0;
    answer = { status: 402, body: '{"title":"Payment Required"}', delayMs: 0 };
    const failed = await client()
      .v2.reply('hello', '99')
      .catch((fault: unknown) => fault);
    expect(failed).toBeInstanceOf(CallFailed);
    const { result } = failed as CallFailed;
    expect(result).toMatchObject({ kind: 'answer', status: 402, text: answer.body });
    expect(result.kind === 'answer' && result.headers.get('x-test')).toBe('yes');
    expect(seen).toHaveLength(1);
  });

  it('gives up at our time limit, and says whether the request can have arrived', async () => {
    answer = { status: 200, body: '{}', delayMs: 3000 };
    const late = await client(0.2)
      .v2.reply('hello', '99')
      .catch((fault: unknown) => fault);
    expect((late as CallFailed).result).toMatchObject({ kind: 'uncertain' });
    const nowhere = xClient({ apiUrl: 'http://127.0.0.1:9', credentials, timeoutSeconds: 1 });
    const failed = await nowhere.v2.me().catch((fault: unknown) => fault);
    expect((failed as CallFailed).result).toMatchObject({ kind: 'not_sent' });
  });

  it('uploads a file in pieces, signed without the bytes', async () => {
    seen.length = 0;
    answer = { status: 200, body: '{"data":{"id":"7"}}', delayMs: 0 };
    const options = { media_type: 'image/png', media_category: 'tweet_image' } as const;
    expect(await client().v2.uploadMedia(Buffer.from('12345'), options as never, 3)).toBe('7');
    expect(seen.map(({ url }) => url)).toEqual([
      '/2/media/upload/initialize',
      '/2/media/upload/7/append',
      '/2/media/upload/7/append',
      '/2/media/upload/7/finalize',
    ]);
  });
});
