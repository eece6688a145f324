import { request as httpRequest } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type ApiBackend, type HttpApi, startHttpApi } from '#infra/local/http/api';
import { matchRoute, parseRoute } from '#infra/local/http/routes';
import type { Outcome } from '#infra/local/lambda/outcome';

const routes = [
  '$default',
  'ANY /webhooks/{connector}/{account}',
  'POST /webhooks/whatsapp/{account}',
  'GET /webhooks/whatsapp/main',
  'ANY /webhooks/whatsapp/main',
  'POST /files/{proxy+}',
  'POST /files/one',
].map((key) => parseRoute(key, key));

describe('choosing a route', () => {
  it.each([
    ['GET', '/webhooks/whatsapp/main', 'GET /webhooks/whatsapp/main', {}],
    ['PUT', '/webhooks/whatsapp/main', 'ANY /webhooks/whatsapp/main', {}],
    ['POST', '/webhooks/whatsapp/a%20b', 'POST /webhooks/whatsapp/{account}', { account: 'a b' }],
    [
      'POST',
      '/webhooks/twilio/main',
      'ANY /webhooks/{connector}/{account}',
      { connector: 'twilio', account: 'main' },
    ],
    ['POST', '/files/one', 'POST /files/one', {}],
    ['POST', '/files/one/two', 'POST /files/{proxy+}', { proxy: 'one/two' }],
    ['GET', '/files/one', '$default', {}],
    ['POST', '/webhooks/whatsapp/', '$default', {}],
    ['POST', '/webhooks/whatsapp/main/more', '$default', {}],
  ])('takes the most specific for %s %s', (method, path, key, pathParameters) => {
    expect(matchRoute(routes, method, path)).toMatchObject({ route: { key }, pathParameters });
  });

  it('finds none without a $default', () => {
    expect(matchRoute(routes.slice(1), 'GET', '/nowhere')).toBeUndefined();
  });
});

describe('the HTTP API', () => {
  let api: HttpApi | undefined;
  afterEach(() => api?.stop());

  async function serving(
    invoke: ApiBackend['invoke'],
    key = 'ANY /webhooks/{connector}/{account}',
    timeoutMilliseconds = 30_000,
  ): Promise<{ url: string; lines: string[] }> {
    api = await startHttpApi(0);
    const lines: string[] = [];
    const route = parseRoute(key, 'fn', timeoutMilliseconds);
    api.open({ routes: [route], invoke, accessLog: (line) => lines.push(line) });
    return { url: `${api.url}/webhooks/twilio/main`, lines };
  }

  const echo = async (_: string, payload: string): Promise<Outcome> => ({
    kind: 'returned',
    payload: JSON.stringify({ statusCode: 200, body: payload }),
  });

  async function eventOf(url: string, init: RequestInit): Promise<Record<string, unknown>> {
    return (await (await fetch(url, init)).json()) as Record<string, unknown>;
  }

  it('makes an event of payload format 2.0 of a request', async () => {
    const { url } = await serving(echo);
    const event = await eventOf(`${url}?a=1&a=2&b=%C3%BC`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Hub-Signature-256': 'sha256=ab',
        cookie: 'one=1; two=2',
      },
      body: '{"text":"ü"}',
    });
    expect(event).toMatchObject({
      version: '2.0',
      routeKey: 'ANY /webhooks/{connector}/{account}',
      rawPath: '/webhooks/twilio/main',
      rawQueryString: 'a=1&a=2&b=%C3%BC',
      cookies: ['one=1', 'two=2'],
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': 'sha256=ab' },
      queryStringParameters: { a: '1,2', b: 'ü' },
      pathParameters: { connector: 'twilio', account: 'main' },
      requestContext: {
        http: { method: 'POST', path: '/webhooks/twilio/main', sourceIp: '127.0.0.1' },
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      },
      body: '{"text":"ü"}',
      isBase64Encoded: false,
    });
    expect(event['headers']).not.toHaveProperty('cookie');
  });

  it('joins repeated headers with a comma, in the order they came', async () => {
    const { url } = await serving(echo);
    const text = await new Promise<string>((resolve, reject) => {
      const request = httpRequest(url, { method: 'POST' }, async (response) => {
        let body = '';
        for await (const chunk of response) body += String(chunk);
        resolve(body);
      });
      request.setHeader('X-Twice', ['one', 'two']);
      request.on('error', reject).end();
    });
    expect(JSON.parse(text)).toMatchObject({ headers: { 'x-twice': 'one,two' } });
  });

  it.each([
    ['application/json; charset=utf-8', false],
    ['text/plain', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/x-www-form-urlencoded', true],
    ['application/cloudevents+json', true],
    ['application/jsonp', true],
    ['image/png', true],
    ['', true],
  ])('hands a body of type "%s" over in base64: %s', async (type, isBase64Encoded) => {
    const { url } = await serving(echo);
    const body = Buffer.from('Body=hello&From=%2B49');
    const event = await eventOf(url, { method: 'POST', headers: { 'content-type': type }, body });
    expect(event).toMatchObject({
      isBase64Encoded,
      body: body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    });
  });

  it('answers what the function says, binary bodies and cookies included', async () => {
    const { url } = await serving(async () => ({
      kind: 'returned',
      payload: JSON.stringify({
        statusCode: 418,
        headers: { 'Content-Type': 'image/png', 'X-Count': 3 },
        cookies: ['a=1', 'b=2'],
        body: Buffer.from([0, 255]).toString('base64'),
        isBase64Encoded: true,
      }),
    }));
    const response = await fetch(url);
    expect(response.status).toBe(418);
    expect(response.headers.get('x-count')).toBe('3');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
  });

  it('takes a value without a status code for the body of a 200', async () => {
    const { url } = await serving(async () => ({ kind: 'returned', payload: '{"ok":true}' }));
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ ok: true });
  });

  it.each<[string, Outcome]>([
    ['the function failed', { kind: 'failed', error: { errorType: 'E', errorMessage: 'secret' } }],
    ['the status code is none', { kind: 'returned', payload: '{"statusCode":"soon"}' }],
  ])('answers 500 and no more when %s', async (_, outcome) => {
    const { url } = await serving(async () => outcome);
    const response = await fetch(url);
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal Server Error' });
  });

  it('answers 503 when the function takes longer than the integration waits', async () => {
    const { url } = await serving(() => new Promise(() => undefined), undefined, 20);
    const response = await fetch(url);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: 'Service Unavailable' });
  });

  it('answers 404 where it has no route, and 413 above 10 MB', async () => {
    const { url, lines } = await serving(echo, 'POST /webhooks/{connector}/{account}');
    const missing = await fetch(url);
    expect([missing.status, await missing.json()]).toEqual([404, { message: 'Not Found' }]);
    const large = await fetch(url, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect([large.status, await large.json()]).toEqual([
      413,
      { message: 'Request Entity Too Large' },
    ]);
    expect(lines.map((line) => JSON.parse(line).status)).toEqual([404, 413]);
  });

  it('answers 503 before the functions are there', async () => {
    api = await startHttpApi(0);
    expect((await fetch(api.url)).status).toBe(503);
  });

  it('says what to do when its port is taken', async () => {
    api = await startHttpApi(0);
    const port = Number(new URL(api.url).port);
    await expect(startHttpApi(port)).rejects.toThrow(`PORT=${port + 1} npm start`);
  });
});
