import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { render, type SendRequest } from '#connectors/whatsapp/render';
import { send } from '#connectors/whatsapp/send';
import type { ReplyContent } from '#shared/model/reply';
import { type MockServer, mockServer } from '#test/support/prism';
import { account, credentials } from './signed-webhook.ts';
import { reply, target } from './text-reply.ts';

/** Meta's own description of its API, where it has been fetched (it is not ours to keep here). */
const description = fileURLToPath(
  new URL('../../../../shared/corpus/openapi/meta.trim.json', import.meta.url),
);
const present = existsSync(description);
if (!present) console.log("Meta's OpenAPI description is not here: 0 requests checked against it");

/**
 * The description closes every object but forgot `biz_opaque_callback_data`, which Meta's guide to the status
 * webhooks documents for every kind of message; it is added here, everything else is Meta's own word.
 */
function completed(): object {
  const spec = JSON.parse(readFileSync(description, 'utf8'));
  const { properties } = spec.components.schemas.BaseMessageProperties;
  properties.biz_opaque_callback_data = { type: 'string', maxLength: 512 };
  return spec;
}

describe.runIf(present)("a request of ours against Meta's OpenAPI description", () => {
  let server: MockServer;
  let apiUrl: string;

  beforeAll(async () => {
    server = await mockServer(completed());
    apiUrl = await server.listen(0, '127.0.0.1');
  }, 60_000);
  afterAll(() => server.close());

  const attempt = (request: SendRequest) =>
    send(request, {
      account,
      credentials,
      apiUrl,
      publicUrl: 'https://hooks.example/webhooks/whatsapp/main',
      messageId: 'msg_abcdefghijklmnopqrstuvwxyz_2',
      part: 0,
      attempt: 1,
      timeoutSeconds: 20,
    });
  const rendered = (content: ReplyContent) =>
    render({ ...reply(''), content }, target({ inReplyToProviderMessageId: 'wamid.Q' }), account);

  it.each<[string, ReplyContent]>([
    ['a text that quotes', { type: 'text', text: 'Grüße 👋' }],
    ['a text of two parts', { type: 'text', text: 'word '.repeat(1000) }],
    ['a template', { type: 'template', name: 'hello_world', language: 'en_US', components: [] }],
    [
      'a template with parameters',
      {
        type: 'template',
        name: 'order_update',
        language: 'de',
        components: [{ type: 'body', parameters: [{ type: 'text', text: 'Ada' }] }],
      },
    ],
  ])('passes for %s', async (_, content) => {
    const requests = rendered(content);
    expect(requests.length).toBeGreaterThan(0);
    for (const request of requests) {
      expect(await attempt(request)).toMatchObject({ kind: 'sent' });
    }
  });

  it.each([
    ['a number in `to`', { to: 5 }],
    ['an unknown type', { type: 'hologram' }],
    ['no recipient type', { recipient_type: undefined }],
    ['no text', { text: undefined }],
  ])('does not pass with %s', async (_, change) => {
    const [request] = rendered({ type: 'text', text: 'hi' });
    if (!request) throw new Error('nothing was rendered');
    const answer = await attempt({ ...request, body: { ...request.body, ...change } });
    expect(answer).toMatchObject({
      kind: 'failed',
      error: { title: expect.stringContaining('422') },
    });
  });
});
