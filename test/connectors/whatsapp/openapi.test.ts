import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { render } from '#connectors/whatsapp/outbound/render';
import { send } from '#connectors/whatsapp/outbound/send';
import type { SendRequest } from '#connectors/whatsapp/outbound/send-request';
import { upload } from '#connectors/whatsapp/outbound/upload';
import type { ReplyContent } from '#shared/model/reply-content';
import { type MockServer, mockServer } from '#test/support/connectors/prism';
import { contents } from './contents.ts';
import { account, credentials } from './signed-webhook.ts';
import { reply, target } from './text-reply.ts';

/** Meta's own description of its API, where it has been fetched (it is not ours to keep here). */
const description = fileURLToPath(
  new URL('../../../../shared/corpus/openapi/meta.trim.json', import.meta.url),
);
const present = existsSync(description);
if (!present) console.log("Meta's OpenAPI description is not here: 0 requests checked against it");

/**
 * What the description (v23.0) forgot, and Meta's guides document; everything else is Meta's own word:
 * `biz_opaque_callback_data` (status webhooks) and `cta_url` messages. Read marks it shows by an example alone,
 * which its own schema would refuse (signal.test.ts compares with that example).
 */
function completed(): object {
  const spec = JSON.parse(readFileSync(description, 'utf8'));
  const { BaseMessageProperties, InteractiveObject, ActionObject } = spec.components.schemas;
  BaseMessageProperties.properties.biz_opaque_callback_data = { type: 'string', maxLength: 512 };
  InteractiveObject.properties.type.enum.push('cta_url');
  ActionObject.oneOf.push({
    required: ['name', 'parameters'],
    properties: {
      name: { type: 'string', enum: ['cta_url'] },
      parameters: {
        type: 'object',
        required: ['display_text', 'url'],
        properties: { display_text: { type: 'string', maxLength: 20 }, url: { type: 'string' } },
      },
    },
  });
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

  const context = () => ({
    ...{ account, credentials, apiUrl },
    publicUrl: 'https://hooks.example/webhooks/whatsapp/main',
    messageId: 'msg_abcdefghijklmnopqrstuvwxyz_2',
    ...{ part: 0, attempt: 1, timeoutSeconds: 20 },
  });
  const attempt = (request: SendRequest) => send(request, context());
  const rendered = (content: ReplyContent) =>
    render(
      { ...reply(''), content },
      target({ inReplyToProviderMessageId: 'wamid.Q', reactsToProviderMessageId: 'wamid.R' }),
      account,
    );

  it.each<readonly [string, ReplyContent]>([
    ...contents,
    ['a text of two parts', { type: 'text', text: 'word '.repeat(1000) }],
  ])('passes for %s', async (_, content) => {
    const requests = rendered(content);
    expect(requests.length).toBeGreaterThan(0);
    for (const request of requests) {
      expect(await attempt(request)).toMatchObject({ kind: 'sent' });
    }
  });

  it('passes for a file handed over', async () => {
    const uri = 's3://archive/uploads/a.png';
    const [request] = rendered({ type: 'media', contentType: 'image/png', url: uri });
    if (!request) throw new Error('nothing was rendered');
    const uploaded = await upload(request, [new Uint8Array([137, 80, 78, 71])], context());
    expect(uploaded).toMatchObject({
      kind: 'uploaded',
      request: { body: { type: 'image', image: { id: expect.stringMatching(/./) } } },
    });
    if (uploaded.kind === 'uploaded') {
      expect(await attempt(uploaded.request)).toMatchObject({ kind: 'sent' });
    }
  });

  it.each([
    ['a number in `to`', { to: 5 }],
    ['an unknown type', { type: 'hologram' }],
    ['no recipient type', { recipient_type: undefined }],
    ['no text', { text: undefined }],
    ['a location of words', { type: 'location', text: undefined, location: 'here' }],
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
