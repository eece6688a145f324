import { afterEach, describe, expect, it, vi } from 'vitest';
import { twitterHarness } from './harness.ts';

const { call, ask, callWith, write, told, toldOf } = twitterHarness();

const bytes = Buffer.from('a small picture');
const dmTo = '/2/dm_conversations/with/1600/messages';

const photo = { media_category: 'dm_image', media_type: 'image/jpeg', total_bytes: bytes.length };

async function begin(changes: object = {}): Promise<string> {
  const { status, body } = await call('POST', '/2/media/upload/initialize', {
    ...photo,
    ...changes,
  });
  expect(status).toBe(200);
  expect(body.data).toMatchObject({ media_key: expect.stringMatching(/^\d+_\d+$/) });
  return body.data.id;
}

function part(index: number, content: Buffer) {
  const form = new FormData();
  form.set('segment_index', String(index));
  form.set('media', new Blob([new Uint8Array(content)]));
  return form;
}

async function upload(changes: object = {}): Promise<string> {
  const id = await begin(changes);
  await call('POST', `/2/media/upload/${id}/append`, part(0, bytes));
  expect((await call('POST', `/2/media/upload/${id}/finalize`)).status).toBe(200);
  return id;
}

const status = (id: string) => call('GET', `/2/media/upload?command=STATUS&media_id=${id}`);
const notPermitted = { detail: 'You are not permitted to attach this media to a DM event.' };
const attached = (id: string, name: 'main' | 'other' = 'main') =>
  call('POST', dmTo, { attachments: [{ media_id: id }] }, name);

afterEach(() => {
  vi.useRealTimers();
});

describe('an upload to the simulated X', () => {
  it('takes parts in any order, as multipart and as JSON', async () => {
    const id = await begin();
    const json = { segment_index: 1, media: bytes.subarray(5).toString('base64') };
    expect((await call('POST', `/2/media/upload/${id}/append`, json)).status).toBe(200);
    const first = await call('POST', `/2/media/upload/${id}/append`, part(0, bytes.subarray(0, 5)));
    expect(first.body.data.expires_at).toBeGreaterThan(Date.now() / 1000);
    const { body } = await call('POST', `/2/media/upload/${id}/finalize`);
    expect(body.data).toMatchObject({
      id,
      size: bytes.length,
      image: { image_type: 'image/jpeg' },
    });
    expect(body.data).not.toHaveProperty('processing_info');
  });

  it.each([
    ['a category it does not know', { media_category: 'photo' }],
    ['a type that its category has not', { media_category: 'dm_video' }],
    ['a photo above 5 MB', { total_bytes: 5 * 1024 * 1024 + 1 }],
    [
      'a GIF above 15 MB',
      { media_category: 'tweet_gif', media_type: 'image/gif', total_bytes: 16e6 },
    ],
    [
      'a film above 512 MB',
      { media_category: 'dm_video', media_type: 'video/mp4', total_bytes: 6e8 },
    ],
    ['an empty file', { total_bytes: 0 }],
    ['an unknown key', { name: 'x' }],
  ])('refuses %s', async (_, changes) => {
    const answer = await call('POST', '/2/media/upload/initialize', { ...photo, ...changes });
    expect(answer).toMatchObject({ status: 400, body: { title: 'Invalid Request' } });
  });

  it('refuses a file that is not whole, and one of another account', async () => {
    const id = await begin();
    await call('POST', `/2/media/upload/${id}/append`, part(0, bytes.subarray(0, 5)));
    expect((await call('POST', `/2/media/upload/${id}/finalize`)).status).toBe(400);
    expect((await call('POST', `/2/media/upload/${id}/finalize`, undefined, 'other')).status).toBe(
      404,
    );
    const tooLarge = part(1, Buffer.alloc(5 * 1024 * 1024 + 1));
    expect((await call('POST', `/2/media/upload/${id}/append`, tooLarge)).status).toBe(400);
    expect((await call('POST', '/2/media/upload/77/finalize')).status).toBe(404);
  });

  it('works on a film for as long as it is told to, and may fail', async () => {
    await ask('/_conditions', { processingSeconds: 5 });
    const film = { media_category: 'dm_video', media_type: 'video/mp4' };
    const id = await begin(film);
    await call('POST', `/2/media/upload/${id}/append`, part(0, bytes));
    const { body } = await call('POST', `/2/media/upload/${id}/finalize`);
    expect(body.data.processing_info).toEqual({ state: 'pending', check_after_secs: 5 });
    expect(await attached(id)).toMatchObject({ status: 403, body: notPermitted });
    expect((await status(id)).body.data.processing_info).toMatchObject({ state: 'in_progress' });
    await ask('/_clock', { offsetSeconds: 5 });
    expect((await status(id)).body.data.processing_info.state).toBe('succeeded');
    expect((await attached(id)).status).toBe(201);
    await ask('/_conditions', { processingSeconds: 0, processing: 'fails' });
    const info = (await status(await upload(film))).body.data.processing_info;
    expect(info).toMatchObject({ state: 'failed', error: { name: 'InvalidMedia' } });
  });
});

describe('a message with a file to the simulated X', () => {
  it('is a direct message whose file only its two people can fetch', async () => {
    const id = await upload();
    const alt = { id, metadata: { alt_text: { text: 'a parcel' } } };
    expect((await call('POST', '/2/media/metadata', alt)).body.data.id).toBe(id);
    const body = { text: 'here', attachments: [{ media_id: id }] };
    const sent = await call('POST', dmTo, body);
    const [data] = await toldOf(sent.body.data.dm_event_id);
    const { message_data } = data.payload.direct_message_events[0].message_create;
    const { media_url_https: address, url: link, indices } = message_data.attachment.media;
    expect(message_data.text.slice(...indices)).toBe(link);
    const path = new URL(address).pathname;
    expect(path).toMatch(/^\/1\.1\/ton\/data\/dm\/\d+\/\d+\/[\w-]+\.jpg$/);
    expect((await call('GET', path)).body).toEqual(bytes);
    expect((await callWith('', 'GET', path)).status).toBe(401);
    expect((await call('GET', path, undefined, 'other')).status).toBe(403);
  });

  it('may only have a file that is for it, ours, young, and not used', async () => {
    const once = await upload();
    expect((await attached(once, 'other')).body).toMatchObject(notPermitted);
    expect((await attached(once)).status).toBe(201);
    expect((await attached(once)).body).toMatchObject(notPermitted);
    const shared = await upload({ shared: true });
    expect((await attached(shared)).status).toBe(201);
    expect((await attached(shared)).status).toBe(201);
    expect((await attached(await upload({ media_category: 'tweet_image' }))).status).toBe(403);
    expect((await attached(await begin())).status).toBe(403);
    const [old, other] = [await upload(), await upload()];
    const two = [{ media_id: old }, { media_id: other }];
    expect((await call('POST', dmTo, { attachments: two })).status).toBe(400);
    vi.useFakeTimers({ now: Date.now() + 24 * 3_600_000 + 1000, toFake: ['Date'] });
    expect((await attached(old)).body).toMatchObject(notPermitted);
  });

  it('is a post with up to four photos or one film, which everybody can fetch', async () => {
    const photos = await Promise.all([1, 2].map(() => upload({ media_category: 'tweet_image' })));
    const film = await upload({ media_category: 'tweet_gif', media_type: 'image/gif' });
    const answer = (media_ids: readonly string[]) =>
      call('POST', '/2/tweets', { reply: { in_reply_to_tweet_id: '2200' }, media: { media_ids } });
    expect((await answer([...photos, film])).body.errors[0].message).toBe(
      'Your media IDs are invalid.',
    );
    expect((await answer([await upload()])).status).toBe(400);
    const [data] = await toldOf((await answer(photos)).body.data.id);
    expect(data.payload.attachments.media_keys).toHaveLength(2);
    const [{ url }] = data.includes.media;
    expect((await callWith('', 'GET', new URL(url).pathname)).body).toEqual(bytes);
  });
});

describe('a customer of the simulated X sends', () => {
  it.each([
    ['image', 'photo', undefined],
    ['video', 'video', undefined],
    ['gif', 'animated_gif', undefined],
    ['voice', 'video', true],
  ])('a direct message with %s', async (kind, type, audioOnly) => {
    await write({ text: 'look', media: [{ kind, base64: bytes.toString('base64') }] });
    const { message_data } = told[0].data.payload.direct_message_events[0].message_create;
    const { media } = message_data.attachment;
    expect(media).toMatchObject({ type, ...(audioOnly ? { audio_only: true } : {}) });
    const address = media.video_info?.variants[0].url ?? media.media_url_https;
    expect((await call('GET', new URL(address).pathname)).body).toEqual(bytes);
  });

  it('a post with four photos, and no direct message with two', async () => {
    const media = Array.from({ length: 4 }, (_, at) => ({ kind: 'image', altText: `photo ${at}` }));
    await write({ text: '@acmecare look', media });
    const { payload, includes } = told[0].data;
    expect(payload.attachments.media_keys).toEqual(
      includes.media.map((each: { media_key: string }) => each.media_key),
    );
    expect(includes.media).toMatchObject(
      media.map(({ altText }) => ({ type: 'photo', alt_text: altText })),
    );
    expect(await write({ text: 'look', media })).toContain('one file at most');
  });
});
