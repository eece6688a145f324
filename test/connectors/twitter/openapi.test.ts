import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sender } from '#connectors/twitter/sender';
import { type MockServer, mockServer } from '#test/support/connectors/prism';
import { accountOf, credentials, publicUrl } from './received.ts';

/** X's own OpenAPI description, where it has been fetched: its licence does not let us keep it here. */
const description = join(import.meta.dirname, '../../../../shared/corpus/openapi/x.trim.json');
const present = existsSync(description);
if (!present) console.log("X's OpenAPI description is not here: 0 requests checked against it");

/** The whole description, which alone has the words that describe a picture. */
const whole = join(
  import.meta.dirname,
  '../../../../shared/corpus/twitter/spec/x-api-v2-openapi.json',
);
const metadataPath = '/2/media/metadata';

const contextFor = (apiUrl: string) => ({
  ...{ account: accountOf(), credentials, apiUrl, publicUrl },
  ...{ messageId: 'm1', part: 0, attempt: 1, timeoutSeconds: 20 },
});
const bytes = Buffer.from('some bytes');
const fileOf = (contentType: string, kind: string, more: object = {}) => ({
  ...{ kind: 'post', inReplyToPostId: '2200', text: 'look' },
  files: [{ uri: 's3://archive/uploads/a', contentType, kind, maxSizeBytes: 9, ...more }],
});

/** The paths of an upload, with answers that name a numeric id: without an example Prism answers "string". */
function uploadDescription(): object {
  const { paths, ...rest } = JSON.parse(readFileSync(whole, 'utf8'), (name, value) => {
    if (name === 'processing_info') return undefined;
    return name === 'id' && value?.type === 'string' && !value.pattern
      ? { ...value, example: '1455952740635586573' }
      : value;
  });
  const upload = Object.entries(paths).filter(([path]) =>
    /^\/2\/media\/(upload\/|metadata)/.test(path),
  );
  expect(upload.map(([path]) => path)).toContain(metadataPath);
  return { ...rest, paths: Object.fromEntries(upload.map(withBody)) };
}

/** The description names no body for the end of an upload; X itself asks for a JSON object (connectors/twitter/api/client.ts). */
function withBody([path, operations]: [string, unknown]): [string, unknown] {
  if (!path.endsWith('/finalize')) return [path, operations];
  const { post } = operations as { post: object };
  const content = { 'application/json': { schema: { type: 'object' } } };
  return [path, { post: { ...post, requestBody: { required: true, content } } }];
}

describe.runIf(existsSync(whole))("an upload against X's OpenAPI description", () => {
  let server: MockServer;
  let apiUrl: string;
  beforeAll(async () => {
    server = await mockServer(uploadDescription(), { checkSecurity: false, errors: true });
    apiUrl = await server.listen(0, '127.0.0.1');
  });
  afterAll(() => server.close());

  const upload = (contentType: string, kind: string, more: object = {}) =>
    sender.upload?.(fileOf(contentType, kind, more), [bytes], contextFor(apiUrl));

  it('passes in every step', async () => {
    expect(await upload('video/mp4', 'video')).toMatchObject({ kind: 'uploaded' });
    expect(await upload('image/png', 'image', { altText: 'a cup' })).toMatchObject({
      kind: 'uploaded',
    });
  });

  it.each([
    ['of a type that X does not know', 'audio/ogg', 'image'],
    ['of a category that X does not know', 'image/png', 'picture'],
  ])('does not pass %s', async (_, contentType, kind) => {
    expect(await upload(contentType, kind)).toMatchObject({
      ...{ kind: 'failed', error: { code: 'media_rejected' } },
    });
  });
});

describe.runIf(present)("a request of ours against X's OpenAPI description", () => {
  let server: MockServer;
  let apiUrl: string;

  beforeAll(async () => {
    // Prism knows no OAuth 1.0a; the simulator checks that.
    server = await mockServer(description, { checkSecurity: false, errors: true });
    apiUrl = await server.listen(0, '127.0.0.1');
  });
  afterAll(() => server.close());

  const send = (request: object) => sender.send(request, contextFor(apiUrl));

  const dm = { kind: 'dm', participantId: '1600' };
  const post = { kind: 'post', inReplyToPostId: '2200' };
  it.each([
    ['a direct message', { ...dm, text: 'hello 👋' }],
    ['a direct message with a file', { ...dm, text: 'look', mediaIds: ['1455952740635586573'] }],
    ['a file alone in a direct message', { ...dm, mediaIds: ['1455952740635586573'] }],
    ['an answer to a post', { ...post, text: 'hello 👋' }],
    ['an answer with four pictures', { ...post, text: 'look', mediaIds: ['1', '2', '3', '4'] }],
    ['a picture alone in a post', { ...post, mediaIds: ['1455952740635586573'] }],
  ])('passes for %s', async (_, request) => {
    expect(await send(request)).toMatchObject({ kind: 'sent' });
  });

  it.each([
    ['an empty direct message', { kind: 'dm', participantId: '1600', text: '' }],
    ['an answer to no post', { kind: 'post', inReplyToPostId: 'none', text: 'hello' }],
    ['a message of nothing', { kind: 'dm', participantId: '1600' }],
    ['a file by a name', { kind: 'dm', participantId: '1600', mediaIds: ['a.png'] }],
    ['five pictures in a post', { ...post, text: 'look', mediaIds: ['1', '2', '3', '4', '5'] }],
  ])('does not pass with %s', async (_, request) => {
    expect((await send(request)).kind).not.toBe('sent');
  });
});
