import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Twilio from 'twilio/lib/rest/Twilio.js';
import { validateRequest } from 'twilio/lib/webhooks/webhooks.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningSimulator, startSimulator } from '#infra/local/simulators/server';
import { simulator as twilio } from '#infra/local/simulators/twilio/simulator';

const accountSid = `AC${'d'.repeat(32)}`;
const authToken = 'simulated-token';
const messages = `/2010-04-01/Accounts/${accountSid}/Messages.json`;
const valid = { To: '+15035550142', From: '+15005550006', Body: 'Hello' };

interface Call {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly parameters: Record<string, string>;
}

let receiver: Server;
let receiverUrl: string;
let simulator: RunningSimulator;
let calls: Call[];

beforeEach(async () => {
  calls = [];
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const parameters = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    calls.push({ path: request.url ?? '', headers: request.headers, parameters });
    response.writeHead(200).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  receiverUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  simulator = await startSimulator(twilio, [
    {
      account: 'main',
      address: '+15005550006',
      webhookUrl: `${receiverUrl}/webhooks/twilio/main#rc=3&rp=5xx`,
      settings: {},
      credentials: { accountSid, authToken },
    },
  ]);
});

afterEach(async () => {
  await simulator.stop();
  await new Promise((resolve) => receiver.close(resolve));
});

const basic = (token: string) =>
  `Basic ${Buffer.from(`${accountSid}:${token}`).toString('base64')}`;

async function create(form: Record<string, string>, token = authToken) {
  const response = await fetch(simulator.url + messages, {
    method: 'POST',
    headers: { authorization: basic(token) },
    body: new URLSearchParams(form),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const inbound = (from: string, text: string) =>
  fetch(`${simulator.url}/_inbound`, {
    method: 'POST',
    body: JSON.stringify({ from, text, name: 'Ann' }),
  }).then((response) => response.json()) as Promise<{ providerMessageId: string; status: number }>;

function isSigned({ path, headers, parameters }: Call): boolean {
  const signature = String(headers['x-twilio-signature']);
  return validateRequest(authToken, signature, receiverUrl + path, parameters);
}

describe('the simulated Twilio', () => {
  it('takes a message and calls back with signed statuses', async () => {
    const callback = `${receiverUrl}/webhooks/twilio/main/status/msg_a_1.0.1`;
    const { status, body } = await create({ ...valid, StatusCallback: callback });
    expect(status).toBe(201);
    expect(body['sid']).toMatch(/^SM[0-9a-f]{32}$/);
    expect(body).toMatchObject({ to: valid.To, from: valid.From, status: 'queued' });
    await expect.poll(() => calls.length).toBe(2);
    expect(calls.map((call) => call.parameters['MessageStatus'])).toEqual(['sent', 'delivered']);
    expect(calls.every((call) => call.parameters['MessageSid'] === body['sid'])).toBe(true);
    expect(calls.every((call) => call.path.endsWith('/status/msg_a_1.0.1'))).toBe(true);
    expect(calls.every(isSigned)).toBe(true);
    expect(calls.every((call) => call.headers['i-twilio-idempotency-token'])).toBe(true);
  });

  it('tells a status by hand, of a message that was sent and of no other', async () => {
    const callback = `${receiverUrl}/webhooks/twilio/main/status/msg_a_1.1.1`;
    const { body } = await create({ ...valid, StatusCallback: callback });
    await expect.poll(() => calls.length).toBe(2);
    const report = (messageId: unknown) =>
      fetch(`${simulator.url}/_status`, {
        method: 'POST',
        body: JSON.stringify({ messageId, status: 'undelivered', code: 30005 }),
      });
    expect(await (await report(body['sid'])).json()).toEqual({ status: 200 });
    const { path, parameters } = calls[2] as Call;
    expect(path).toMatch(/status\/msg_a_1\.1\.1$/);
    expect(parameters).toMatchObject({ MessageStatus: 'undelivered', ErrorCode: '30005' });
    expect(isSigned(calls[2] as Call)).toBe(true);
    expect((await report('SMnone')).status).toBe(400);
  });

  it('lists what was sent to somebody', async () => {
    await create(valid);
    await create({ ...valid, To: '+15035550143' });
    const query = new URLSearchParams({ To: valid.To, From: valid.From });
    const response = await fetch(`${simulator.url}${messages}?${query}`, {
      headers: { authorization: basic(authToken) },
    });
    const listed = (await response.json()) as { messages: unknown[] };
    expect(listed.messages).toMatchObject([{ to: valid.To, body: 'Hello' }]);
  });

  it.each([
    [20003, 401, valid, 'wrong token'],
    [20001, 400, { ...valid, Bodyy: 'x' }, authToken],
    [21604, 400, { From: valid.From, Body: 'x' }, authToken],
    [21211, 400, { ...valid, To: '503' + '-555' }, authToken],
    [21603, 400, { To: valid.To, Body: 'x' }, authToken],
    [21602, 400, { To: valid.To, From: valid.From }, authToken],
    [21617, 400, { ...valid, Body: 'x'.repeat(1601) }, authToken],
    [21609, 400, { ...valid, StatusCallback: '/status' }, authToken],
    [21609, 400, { ...valid, StatusCallback: 'https://a_b.example/' }, authToken],
    [21624, 400, { ...valid, ValidityPeriod: '36001' }, authToken],
    [21610, 400, { ...valid, To: '+15005550004' }, authToken],
  ])('refuses with %i and status %i', async (code, status, form, token) => {
    const answer = await create(form as unknown as Record<string, string>, token);
    expect(answer).toMatchObject({ status, body: { code, status } });
    expect(await (await fetch(`${simulator.url}/_sent`)).json()).toEqual([]);
  });

  it.each([
    ['429', 429, 20429],
    ['500', 500, 20500],
    ['63016', 400, 63016],
  ])('fails as Twilio does when told to: %s', async (kind, status, code) => {
    await fetch(`${simulator.url}/_fault`, { method: 'POST', body: JSON.stringify({ kind }) });
    expect(await create(valid)).toMatchObject({ status, body: { code } });
    expect(await create(valid)).toMatchObject({ status: 201 });
  });

  it('delivers a customer’s message, signed, with every parameter Twilio always sends', async () => {
    const { providerMessageId, status } = await inbound('+15035550142', 'Hi & bye 🙂');
    expect(status).toBe(200);
    const [call] = calls;
    expect(call && isSigned(call)).toBe(true);
    expect(call?.path).toBe('/webhooks/twilio/main');
    expect(call?.parameters).toMatchObject({
      AccountSid: accountSid,
      MessageSid: providerMessageId,
      SmsSid: providerMessageId,
      SmsMessageSid: providerMessageId,
      From: '+15035550142',
      To: '+15005550006',
      Body: 'Hi & bye 🙂',
      SmsStatus: 'received',
      NumMedia: '0',
      NumSegments: '1',
      FromCity: '',
    });
  });

  it('writes to us on the channel of the customer', async () => {
    await inbound('whatsapp:+4915155501420', 'Hallo');
    expect(calls[0]?.parameters).toMatchObject({
      To: 'whatsapp:+15005550006',
      WaId: '4915155501420',
      ProfileName: 'Ann',
    });
  });

  it('refuses to write to who said STOP, until START', async () => {
    await inbound(valid.To, 'Stop');
    expect(await create(valid)).toMatchObject({ body: { code: 21610 } });
    await inbound(valid.To, 'START');
    expect(await create(valid)).toMatchObject({ status: 201 });
    expect(calls).toHaveLength(2);
  });

  it('blocks a pair of numbers, or a customer and a Messaging Service, and no other', async () => {
    const service = `MG${'e'.repeat(32)}`;
    await inbound(valid.To, 'stop');
    expect(await create(valid)).toMatchObject({ body: { code: 21610 } });
    expect(await create({ ...valid, From: '+15005550007' })).toMatchObject({ status: 201 });
    expect(await create({ ...valid, To: '+15035550143' })).toMatchObject({ status: 201 });
    const { From: _, ...rest } = valid;
    expect(await create({ ...rest, MessagingServiceSid: service })).toMatchObject({ status: 201 });
  });

  const conditions = (body: object) =>
    fetch(`${simulator.url}/_conditions`, { method: 'POST', body: JSON.stringify(body) });

  it('tells the meaning of a keyword only with Advanced Opt-Out, then on WhatsApp too', async () => {
    await inbound(valid.To, 'STOP');
    await inbound('whatsapp:+4915155501420', 'STOP');
    await conditions({ advancedOptOut: true });
    for (const text of ['stop', 'Start', 'HELP', 'hello']) {
      await inbound('whatsapp:+4915155501420', text);
    }
    expect(calls.map(({ parameters }) => parameters['OptOutType'])).toEqual([
      ...[undefined, undefined, 'STOP', 'START', 'HELP', undefined],
    ]);
  });

  it('repeats a webhook with the same idempotency token, another one with another', async () => {
    await conditions({ repeat: true });
    await inbound(valid.To, 'twice');
    await expect.poll(() => calls.length).toBe(2);
    const tokens = calls.map(({ headers }) => headers['i-twilio-idempotency-token']);
    expect(tokens[0]).toBeTruthy();
    expect(tokens[1]).toBe(tokens[0]);
    await conditions({});
    await inbound(valid.To, 'once');
    expect(calls[2]?.headers['i-twilio-idempotency-token']).not.toBe(tokens[0]);
  });

  describe('with files', () => {
    const bytes = Buffer.from('BEGIN:VCARD\nFN:Nora\nEND:VCARD\n');

    async function mms(): Promise<string[]> {
      const media = [
        { base64: bytes.toString('base64'), contentType: 'text/vcard' },
        { contentType: 'image/gif' },
      ];
      await fetch(`${simulator.url}/_inbound`, {
        method: 'POST',
        body: JSON.stringify({ from: valid.To, text: '', media }),
      });
      const { parameters = {} } = calls.at(-1) ?? {};
      expect(parameters).toMatchObject({
        ...{ NumMedia: '2', MediaContentType0: 'text/vcard', MediaContentType1: 'image/gif' },
        MessageSid: expect.stringMatching(/^MM[0-9a-f]{32}$/),
      });
      return [parameters['MediaUrl0'] ?? '', parameters['MediaUrl1'] ?? ''];
    }
    const get = (url: string, authorization?: string) =>
      fetch(url, { redirect: 'manual', ...(authorization ? { headers: { authorization } } : {}) });

    it('redirects who has the credentials to another host, which wants none', async () => {
      const [url = '', other = ''] = await mms();
      expect((await get(url)).status).toBe(401);
      expect((await get(url, basic('wrong'))).status).toBe(401);
      const answer = await get(url, basic(authToken));
      expect(answer.status).toBe(307);
      const location = answer.headers.get('location') ?? '';
      expect(new URL(location).host).not.toBe(new URL(url).host);
      expect((await get(location, basic(authToken))).status).toBe(400);
      const file = await get(location);
      expect(file.headers.get('content-type')).toBe('text/vcard');
      expect(Buffer.from(await file.arrayBuffer())).toEqual(bytes);
      expect((await get(other, basic(authToken))).status).toBe(307);
      const resource = await get(`${url}.json`, basic(authToken));
      expect(await resource.json()).toMatchObject({ content_type: 'text/vcard' });
    });

    it('finds none that was deleted, and none by an address that has run out', async () => {
      const [url = ''] = await mms();
      const location = (await get(url, basic(authToken))).headers.get('location') ?? '';
      await conditions({ media: 'address expired' });
      const expired = (await get(url, basic(authToken))).headers.get('location') ?? '';
      expect((await get(expired)).status).toBe(403);
      await conditions({ media: 'deleted' });
      expect((await get(url, basic(authToken))).status).toBe(404);
      await conditions({});
      const offsetSeconds = 4 * 3600 + 1;
      await fetch(`${simulator.url}/_clock`, {
        method: 'POST',
        body: JSON.stringify({ offsetSeconds }),
      });
      expect((await get(location)).status).toBe(403);
    });
  });

  it("speaks so that Twilio's own client understands it", async () => {
    const client = new Twilio(accountSid, authToken, {
      httpClient: {
        request: async (asked: { uri: string; method: string; data: Record<string, string> }) => {
          const response = await fetch(asked.uri.replace('https://api.twilio.com', simulator.url), {
            method: asked.method,
            headers: { authorization: basic(authToken) },
            body: new URLSearchParams(asked.data),
          });
          return { statusCode: response.status, body: await response.text() };
        },
      } as never,
    });
    const made = await client.messages.create({ to: valid.To, from: valid.From, body: 'Hi' });
    expect(made).toMatchObject({ status: 'queued', body: 'Hi', errorCode: null });
    expect(made.dateCreated.getTime()).toBeGreaterThan(0);
    const refused = client.messages.create({ to: '+15005550009', from: valid.From, body: 'Hi' });
    await expect(refused).rejects.toMatchObject({ code: 21614, status: 400 });
  });

  describe('with files', () => {
    const mms = { ...valid, MediaUrl: 'https://files.example/a.png' };

    it('takes an MMS under an id of its own', async () => {
      const { status, body } = await create(mms);
      expect(status).toBe(201);
      expect(body).toMatchObject({ sid: expect.stringMatching(/^MM/), num_media: '1' });
    });

    it.each([
      ['no web address', { ...mms, MediaUrl: 's3://bucket/key' }, 21620],
      ['a number without MMS', { ...mms, From: '+4915155501420' }, 21621],
      ['neither text nor file', { To: valid.To, From: valid.From }, 21602],
    ])('refuses %s', async (_, form, code) => {
      expect(await create(form)).toMatchObject({ status: 400, body: { code, status: 400 } });
    });

    it.each([
      ['is there', { status: 200, type: 'image/png', bytes: 3 }, ['sent', 'delivered']],
      ['is not there', { status: 404, type: 'image/png', bytes: 3 }, ['failed 11200']],
      [
        'is larger than 5 MB',
        { status: 200, type: 'image/png', bytes: 5_000_001 },
        ['failed 30019'],
      ],
    ])('fetches a file that %s', async (_, { status, type, bytes }, told) => {
      const host = createServer((_request, response) => {
        response.writeHead(status, { 'content-type': type }).end(Buffer.alloc(bytes));
      });
      await new Promise<void>((resolve) => host.listen(0, '127.0.0.1', resolve));
      const MediaUrl = `http://127.0.0.1:${(host.address() as AddressInfo).port}/a.png`;
      await create({
        ...mms,
        MediaUrl,
        StatusCallback: `${receiverUrl}/webhooks/twilio/main/status/1`,
      });
      await expect
        .poll(() =>
          calls.map(({ parameters: { MessageStatus, ErrorCode } }) =>
            [MessageStatus, ErrorCode].filter(Boolean).join(' '),
          ),
        )
        .toEqual(told);
      await new Promise((resolve) => host.close(resolve));
    });
  });
});
