import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TwitterRequest } from '#connectors/twitter/outbound/request';
import { sender } from '#connectors/twitter/sender';
import { accountOf, credentials, publicUrl } from './received.ts';

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
}

const calls: Call[] = [];
/** What X answers next, by the last part of the path; the last answer of a list stays. */
let answers: Record<string, { status?: number; body?: unknown }[]> = {};
const media = (id: string, processing_info?: object) => ({
  data: { id, media_key: `3_${id}`, ...(processing_info ? { processing_info } : {}) },
});

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const server = createServer(async (request, response) => {
  const { method = '', url = '' } = request;
  calls.push({ method, path: url, body: await bodyOf(request) });
  const step = url.replace(/\?.*$/, '').split('/').at(-1) ?? '';
  const planned = answers[step] ?? [];
  const { status = 200, body = media('77') } =
    (planned.length > 1 ? planned.shift() : planned[0]) ?? {};
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
});
let apiUrl = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  calls.length = 0;
  answers = {};
});
afterAll(() => server.close());

const file = (fields: object = {}) => ({
  ...{ uri: 's3://archive/uploads/a', contentType: 'image/png', kind: 'image' as const },
  ...{ maxSizeBytes: 5_242_880, ...fields },
});
const videoFile = file({ contentType: 'video/mp4', kind: 'video' });

let number = 0;
function upload(request: TwitterRequest, bytes: Uint8Array[], changes: object = {}) {
  number += 1;
  return sender.upload?.(request, bytes, {
    ...{ account: accountOf(), credentials, apiUrl, publicUrl, messageId: `m${number}` },
    ...{ part: 0, attempt: 1, timeoutSeconds: 5, ...changes },
  });
}
const post = (...files: ReturnType<typeof file>[]): TwitterRequest => ({
  ...{ kind: 'post', inReplyToPostId: '22', text: 'look', files },
});
const steps = () => calls.map(({ method, path }) => `${method} ${path}`);
const json = (at: number) => JSON.parse(calls[at]?.body.toString() ?? '');

describe('an upload', () => {
  it('is begun, appended, ended, and its id put into the request', async () => {
    const outcome = await upload(post(file()), [Buffer.from('png')]);
    expect(steps()).toEqual([
      'POST /2/media/upload/initialize',
      'POST /2/media/upload/77/append',
      'POST /2/media/upload/77/finalize',
    ]);
    expect(json(0)).toEqual({
      media_type: 'image/png',
      media_category: 'tweet_image',
      total_bytes: 3,
    });
    expect(calls[1]?.body.toString()).toMatch(
      /name="segment_index"[\s\S]*0[\s\S]*name="media"[\s\S]*png/,
    );
    expect(outcome).toEqual({
      kind: 'uploaded',
      request: { kind: 'post', inReplyToPostId: '22', text: 'look', mediaIds: ['77'] },
    });
  });

  it('of a direct message has a category of its own, and its description is told', async () => {
    const dm: TwitterRequest = {
      ...{ kind: 'dm', participantId: '16' },
      files: [file({ contentType: 'image/gif', kind: 'gif', altText: 'a cup' })],
    };
    expect(await upload(dm, [Buffer.from('gif')])).toMatchObject({ kind: 'uploaded' });
    expect(json(0)).toMatchObject({ media_category: 'dm_gif' });
    expect(steps().at(-1)).toBe('POST /2/media/metadata');
    expect(json(3)).toEqual({ id: '77', metadata: { alt_text: { text: 'a cup' } } });
  });

  it('goes in pieces that X takes, whole and in order', async () => {
    const bytes = Buffer.alloc(9 * 1024 ** 2, 'ab');
    await upload(post(videoFile), [bytes]);
    const appended = calls.filter(({ path }) => path.endsWith('/append'));
    expect(appended).toHaveLength(9);
    expect(Math.max(...appended.map(({ body }) => body.length))).toBeLessThan(1_060_000);
    const sizes = appended.map(({ body }) => body.toString('latin1').split('ab').length - 1);
    expect(sizes.reduce((sum, each) => sum + each, 0)).toBeGreaterThanOrEqual(bytes.length / 2);
  });

  it('waits until X has processed the file', async () => {
    const pending = { state: 'pending', check_after_secs: 0.02 };
    answers = {
      finalize: [{ body: media('77', pending) }],
      upload: [
        { body: media('77', { state: 'in_progress', check_after_secs: 0.02 }) },
        { body: media('77', { state: 'succeeded' }) },
      ],
    };
    expect(await upload(post(videoFile), [Buffer.from('mp4')])).toMatchObject({ kind: 'uploaded' });
    expect(steps().slice(-2)).toEqual(
      Array(2).fill('GET /2/media/upload?command=STATUS&media_id=77'),
    );
  });

  it('is not made a second time when X was slow', async () => {
    answers = { finalize: [{ body: media('77', { state: 'pending', check_after_secs: 60 }) }] };
    const same = { messageId: 'slow', timeoutSeconds: 1 };
    expect(await upload(post(videoFile), [Buffer.from('mp4')], same)).toMatchObject({
      ...{ kind: 'not_sent', retryAfterSeconds: 60, error: { code: 'temporary_failure' } },
    });
    calls.length = 0;
    answers = { upload: [{ body: media('77', { state: 'succeeded' }) }] };
    const again = await upload(post(videoFile), [Buffer.from('mp4')], same);
    expect(steps()).toEqual(['GET /2/media/upload?command=STATUS&media_id=77']);
    expect(again).toMatchObject({ kind: 'uploaded', request: { mediaIds: ['77'] } });
  });

  it('asks again within the minute, however long X says', async () => {
    answers = { finalize: [{ body: media('77', { state: 'pending', check_after_secs: 600 }) }] };
    expect(
      await upload(post(videoFile), [Buffer.from('mp4')], { timeoutSeconds: 1 }),
    ).toMatchObject({ kind: 'not_sent', retryAfterSeconds: 60 });
  });

  it('is not begun for a file whose first bytes are those of another type', async () => {
    const video = Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0');
    expect(await upload(post(file()), [video])).toMatchObject({
      kind: 'failed',
      error: {
        code: 'media_rejected',
        title:
          's3://archive/uploads/a: declared as image/png, and its first bytes are those of video/mp4',
      },
    });
    expect(calls).toEqual([]);
    expect(await upload(post(videoFile), [video])).toMatchObject({ kind: 'uploaded' });
  });

  it('is made again when X has forgotten the file', async () => {
    answers = { finalize: [{ body: media('77', { state: 'pending', check_after_secs: 60 }) }] };
    const same = { messageId: 'forgotten', timeoutSeconds: 1 };
    await upload(post(videoFile), [Buffer.from('mp4')], same);
    answers = { upload: [{ status: 404, body: {} }] };
    expect(await upload(post(videoFile), [Buffer.from('mp4')], same)).toMatchObject({
      kind: 'uploaded',
    });
  });

  it.each<[string, object, string, string]>([
    [
      'a file it cannot process',
      { finalize: [{ body: media('7', { state: 'failed' }) }] },
      'failed',
      'media_rejected',
    ],
    [
      'a file it does not take',
      { initialize: [{ status: 400, body: {} }] },
      'failed',
      'media_rejected',
    ],
    [
      'no credits',
      { initialize: [{ status: 402, body: {} }] },
      'account_paused',
      'credits_depleted',
    ],
    [
      'a wrong token',
      { initialize: [{ status: 401, body: {} }] },
      'account_paused',
      'credentials_rejected',
    ],
    [
      'a reached spending limit',
      { initialize: [{ status: 403, body: { title: 'SpendCapReached' } }] },
      'account_paused',
      'credits_depleted',
    ],
    ['408', { append: [{ status: 408, body: {} }] }, 'not_sent', 'provider_failed'],
    ['413', { append: [{ status: 413, body: {} }] }, 'not_sent', 'provider_failed'],
    ['431', { append: [{ status: 431, body: {} }] }, 'not_sent', 'provider_failed'],
    [
      'a page of its edge',
      { append: [{ status: 403, body: '<p>' }] },
      'not_sent',
      'provider_failed',
    ],
    ['a rate limit', { append: [{ status: 429, body: {} }] }, 'not_sent', 'provider_throttled'],
    ['a fault of its own', { append: [{ status: 503, body: {} }] }, 'not_sent', 'provider_failed'],
    ['what cannot be read', { initialize: [{ body: [] }] }, 'not_sent', 'provider_failed'],
  ])('that X answers with %s surely sent nothing', async (_, planned, kind, code) => {
    answers = planned as unknown as typeof answers;
    const outcome = await upload(post(file()), [Buffer.from('png')]);
    expect(outcome).toMatchObject({ kind, error: { code } });
  });

  it('that reached nobody surely sent nothing', async () => {
    const outcome = await upload(post(file()), [Buffer.from('png')], {
      apiUrl: 'http://127.0.0.1:1',
    });
    expect(outcome).toMatchObject({ kind: 'not_sent' });
  });
});
