import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { sender } from '#connectors/twilio/sender';
import type { SendContext } from '#shared/connector/sender';
import { type MockServer, mockServer } from '#test/support/connectors/prism';
import { accountSid, authToken, publicUrl } from './signed-request.ts';

/** Twilio's own description of its API, where it has been fetched (it is not ours to keep here). */
const description = fileURLToPath(
  new URL('../../../../shared/corpus/openapi/twilio.trim.json', import.meta.url),
);
const present = existsSync(description);
if (!present)
  console.log("Twilio's OpenAPI description is not here: 0 requests checked against it");

interface FormSchema {
  readonly properties: Readonly<Record<string, { readonly type?: string }>>;
}
type Operations = Readonly<
  Record<
    string,
    { readonly requestBody?: { readonly content: Record<string, { schema: FormSchema }> } }
  >
>;

/** The parameters that the description has for a new message. */
const known = new Set<string>();

/** The description, with lists read from repeated parameters. */
function described(file: string): object {
  const api = JSON.parse(readFileSync(file, 'utf8')) as { paths: Record<string, Operations> };
  const [, create] =
    Object.entries(api.paths).find(([path]) => path.endsWith('/Messages.json')) ?? [];
  for (const media of Object.values(create?.['post']?.requestBody?.content ?? {})) {
    const properties = Object.entries(media.schema.properties);
    for (const [name] of properties) known.add(name);
    const lists = properties.filter(([, { type }]) => type === 'array');
    const encoding = lists.map(([name]) => [name, { style: 'form', explode: true }]);
    Object.assign(media, { encoding: Object.fromEntries(encoding) });
  }
  return api;
}

/** The parameters of the last request that the description does not have: the mock lets them pass. */
function unknownParameters(): readonly string[] {
  const body = String(vi.mocked(fetch).mock.lastCall?.[1]?.body);
  return [...new URLSearchParams(body).keys()].filter((name) => !known.has(name));
}

describe.runIf(present)("a request of ours against Twilio's OpenAPI description", () => {
  let server: MockServer;
  let apiUrl: string;

  beforeAll(async () => {
    server = await mockServer(described(description));
    apiUrl = await server.listen(0, '127.0.0.1');
  }, 60_000);
  afterAll(() => server.close());
  beforeEach(() => {
    vi.spyOn(globalThis, 'fetch');
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  const messagingServiceSid = `MG${'a'.repeat(32)}`;
  const send = (request: object, changes: Partial<SendContext<unknown, unknown>> = {}) =>
    sender.send(request, {
      account: sender.readAccount({ address: '+15005550006' }),
      credentials: sender.readCredentials({ accountSid, authToken }),
      apiUrl,
      publicUrl,
      messageId: 'msg_abcdefghijklmnopqrstuvwxyz_2',
      part: 0,
      attempt: 1,
      timeoutSeconds: 20,
      ...changes,
    });

  it.each([
    ['an SMS', { to: '+15035550142', from: '+15005550006', body: 'Hello' }],
    ['a WhatsApp message', { to: 'whatsapp:+491', from: 'whatsapp:+15005550006', body: '🙂' }],
    [
      'an SMS through a service',
      { to: '+15035550142', from: '+15005550006', messagingServiceSid, body: 'Hello' },
    ],
    [
      'an MMS',
      { to: '+15035550142', from: '+15005550006', body: 'Look', mediaUrl: ['https://a.example/b'] },
    ],
    [
      'a template',
      {
        ...{ to: 'whatsapp:+491', from: 'whatsapp:+15005550006' },
        ...{ contentSid: `HX${'b'.repeat(32)}`, contentVariables: '{"1":"Ada"}' },
      },
    ],
    [
      'an SMS at a later time',
      {
        ...{ to: '+15035550142', from: '+15005550006', messagingServiceSid, body: 'Hello' },
        ...{ scheduleType: 'fixed', sendAt: new Date('2026-11-27T10:00:00.500Z') },
      },
    ],
    ['a file alone', { to: 'rcs:+491', from: 'rcs:shop', mediaUrl: ['https://a.example/b'] }],
  ])('passes for %s', async (_, request) => {
    expect(await send(request)).toMatchObject({ kind: 'sent' });
    expect(unknownParameters()).toEqual([]);
  });

  it.each([
    ['no recipient', { from: '+15005550006', body: 'Hello' }, {}],
    ['a service that is none', { to: '+1503', body: 'Hello', messagingServiceSid: 'MG1' }, {}],
    ['a callback that is no URL', { to: '+1503', body: 'Hello' }, { publicUrl: 'not a url' }],
  ])('does not pass with %s', async (_, request, changes) => {
    const answer = await send(request, changes);
    expect(answer).toMatchObject({
      kind: 'uncertain',
      error: { title: expect.stringContaining('422') },
    });
  });

  it('is noticed where it has a parameter that Twilio does not have', async () => {
    await send({ to: '+1503', from: '+15005550006', body: 'Hello', colour: 'red' });
    expect(unknownParameters()).toEqual(['Colour']);
  });
});
