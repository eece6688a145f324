import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { declarations } from '#connectors/declarations';
import { mediaSources } from '#connectors/media-sources';
import { mediaSource } from '#connectors/whatsapp/media-source';
import type { Declaration } from '#shared/connector/declaration';
import { type Act, json, startMeta } from '#test/functions/fetch-media/scripted-meta';
import { type MockServer, mockServer } from '#test/support/connectors/prism';
import { account, credentials } from './signed-webhook.ts';

const headers = { authorization: 'Bearer EAAtests', 'user-agent': 'switchboard/0.1.0' };
const reference = { reference: '1003383421387256' };
const at = (apiUrl: string) => ({ account, credentials, apiUrl, timeoutSeconds: 20 });
const hex = '49f227634806293b0995459bc310b593e1400f41591efcf07e9bced335f41942';

/** What becomes of one answer of Meta's. */
async function outcomeOf(act: Act) {
  const conversation = await startMeta(() => act);
  try {
    return await mediaSource.locate(reference, at(conversation.url));
  } finally {
    await conversation.stop();
  }
}

describe('where a file is', () => {
  it('is what the webhook says, at once, and with the token', () => {
    const context = at('https://graph.facebook.com');
    const downloadUrl = 'https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1';
    expect(mediaSource.direct?.({ ...reference, downloadUrl }, context)).toEqual({
      ...{ kind: 'found', url: downloadUrl, headers },
    });
    expect(mediaSource.direct?.(reference, context)).toBeUndefined();
  });

  it.each([
    ['hex', hex],
    ['base64', Buffer.from(hex, 'hex').toString('base64')],
  ])('is what the API says, with a hash in %s and a size in text', async (_, sha256) => {
    const url = 'https://lookaside.fbsbx.com/x';
    const answer = { url, mime_type: 'image/jpeg', sha256, file_size: '303833' };
    expect(await outcomeOf(json({ messaging_product: 'whatsapp', ...answer, id: '1' }))).toEqual({
      ...{ kind: 'found', url, headers, sha256: hex, sizeBytes: 303833, contentType: 'image/jpeg' },
    });
  });

  it('may be all that the API says', async () => {
    const odd = { url: 'https://lookaside.fbsbx.com/x', sha256: '<HASH>', file_size: 'large' };
    expect(await outcomeOf(json(odd))).toEqual({ kind: 'found', url: odd.url, headers });
  });

  const error = (status: number, code: number, subcode?: number) =>
    json({ error: { message: 'm', code, error_subcode: subcode } }, status);
  it.each<[string, Act, object]>([
    ['no such object', error(400, 100, 33), { kind: 'expired' }],
    ['404', { status: 404 }, { kind: 'expired' }],
    ['another wrong parameter', error(400, 100), { kind: 'failed' }],
    ['400 without a code', { status: 400 }, { kind: 'failed' }],
    ['an expired token', error(401, 190), { kind: 'later', retryAfterSeconds: 900 }],
    ['a missing permission', error(403, 10), { kind: 'later', retryAfterSeconds: 900 }],
    ['401 without a code', { status: 401 }, { kind: 'later', retryAfterSeconds: 900 }],
    // Meta answers rate limits with 400: the code decides.
    ['a rate limit', error(400, 80007), { kind: 'later' }],
    ['a fault of its own', error(500, 131000), { kind: 'later' }],
    [
      '503 with a date',
      { status: 503, headers: { 'retry-after': '7' } },
      { kind: 'later', retryAfterSeconds: 7 },
    ],
    ['something that is no JSON', { status: 200, body: '<html>' }, { kind: 'later' }],
    ['no address', json({ id: '1' }), { kind: 'later' }],
  ])('is told apart when the API answers %s', async (_, act, expected) => {
    expect(await outcomeOf(act)).toMatchObject(expected);
  });

  it('is asked for later when there is no API', async () => {
    const location = await mediaSource.locate(reference, at('http://127.0.0.1:9'));
    expect(location).toMatchObject({ kind: 'later' });
  });
});

describe('the sources', () => {
  it('are those of the connectors that declare one', () => {
    const declaring = Object.entries<Declaration>(declarations).filter(
      ([, { fetchesMedia }]) => fetchesMedia === true,
    );
    expect(Object.keys(mediaSources)).toEqual(declaring.map(([id]) => id));
  });
});

/** Meta's own description of its API, where it has been fetched (it is not ours to keep here). */
const description = fileURLToPath(
  new URL('../../../../shared/corpus/openapi/meta.trim.json', import.meta.url),
);
const present = existsSync(description);
if (!present) console.log("Meta's OpenAPI description is not here: 0 media requests checked");

describe.runIf(present)("a request of ours against Meta's OpenAPI description", () => {
  let server: MockServer;
  let apiUrl: string;
  beforeAll(async () => {
    server = await mockServer(JSON.parse(readFileSync(description, 'utf8')));
    apiUrl = await server.listen(0, '127.0.0.1');
  }, 60_000);
  afterAll(() => server.close());

  it('passes, and its example is understood', async () => {
    expect(await mediaSource.locate(reference, at(apiUrl))).toEqual({
      ...{ kind: 'found', url: '<URL>', headers, sizeBytes: 303833, contentType: 'image/jpeg' },
    });
  });

  it('would not pass without the token', async () => {
    const response = await fetch(`${apiUrl}/v25.0/${reference.reference}`, {
      headers: { 'user-agent': headers['user-agent'] },
    });
    expect(response.status).toBe(401);
  });
});
