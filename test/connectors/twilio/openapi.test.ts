import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

describe.runIf(present)("a request of ours against Twilio's OpenAPI description", () => {
  let server: MockServer;
  let apiUrl: string;

  beforeAll(async () => {
    server = await mockServer(description);
    apiUrl = await server.listen(0, '127.0.0.1');
  }, 60_000);
  afterAll(() => server.close());

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
  ])('passes for %s', async (_, request) => {
    expect(await send(request)).toMatchObject({ kind: 'sent' });
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
});
