import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, hashOf, honest, openHarness, picture } from './harness.ts';
import { json } from './scripted-meta.ts';

let emulators: Emulators;
let harness: Harness;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());
beforeEach(async () => {
  harness = await openHarness(emulators);
});
afterEach(() => harness.stop());

const paths = () => harness.conversation.asked.map(({ path }) => path);

describe('a file of a message', () => {
  it('is stored under our id and told of, whole and once', async () => {
    const job = await harness.message({ fileName: '../../etc/passwd' });
    expect(await harness.deliver(job)).toBeUndefined();
    const key = `media/${job.attachmentId}`;
    const stored = {
      id: job.attachmentId,
      state: 'stored',
      uri: `s3://${harness.dependencies.archive.bucket}/${key}`,
      sizeBytes: picture.length,
      sha256: hashOf(picture),
      contentType: 'image/jpeg',
    };
    expect(await harness.objects()).toEqual(
      new Map([[key, { bytes: picture, contentType: 'image/jpeg' }]]),
    );
    expect(await harness.attachment(job)).toMatchObject(stored);
    const [event, ...others] = await harness.heard();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      type: 'switchboard.attachment.updated.v1',
      revision: '1',
      data: { message: { conversationId: job.conversationId }, attachment: stored },
    });
  });

  it('is asked for by its id, for the number it came to, with the token', async () => {
    await harness.deliver(await harness.message());
    const [byId, file, ...others] = harness.conversation.asked;
    expect(others).toEqual([]);
    expect(byId?.path).toBe('/v25.0/700');
    expect(byId?.query.has('phone_number_id')).toBe(false);
    expect([byId?.authorization, file?.authorization]).toEqual([
      'Bearer EAAtests',
      'Bearer EAAtests',
    ]);
  });

  it('is fetched by the webhook’s address where that is still good', async () => {
    const downloadUrl = `${harness.conversation.url}/file?source=webhook`;
    const job = { ...(await harness.message()), downloadUrl };
    await harness.deliver(job);
    expect(paths()).toEqual(['/file']);
    expect(await harness.attachment(job)).toMatchObject({ state: 'stored' });
  });

  it('is fetched by its id when the webhook’s address has run out', async () => {
    const downloadUrl = `${harness.conversation.url}/old`;
    const truth = honest(harness);
    harness.script = (asked) => (asked.path === '/old' ? { status: 404 } : truth(asked));
    const job = { ...(await harness.message()), downloadUrl };
    await harness.deliver(job);
    expect(paths()).toEqual(['/old', '/v25.0/700', '/file']);
    expect(await harness.attachment(job)).toMatchObject({ state: 'stored' });
  });

  it.each([
    ['hex', () => hashOf(picture)],
    ['upper-case hex', () => hashOf(picture).toUpperCase()],
    ['base64', () => hashOf(picture, 'base64')],
  ])('is checked against a hash in %s', async (_, sha256) => {
    harness.script = honest(harness, picture, sha256());
    const job = await harness.message();
    await harness.deliver(job);
    expect(await harness.attachment(job)).toMatchObject({
      state: 'stored',
      sha256: hashOf(picture),
    });
  });

  it('is what its first bytes say, whatever was declared', async () => {
    const page = Buffer.from('<html><script>alert(1)</script>');
    harness.script = honest(harness, page);
    const job = await harness.message({ sha256: hashOf(page) });
    await harness.deliver(job);
    expect(await harness.attachment(job)).toMatchObject({
      contentType: 'application/octet-stream',
    });
  });

  it('may have no hash, and is stored with its own', async () => {
    harness.script = (asked) =>
      asked.path.startsWith('/file')
        ? { status: 200, body: picture }
        : json({ url: `${harness.conversation.url}/file` });
    const job = await harness.message();
    const bare = await harness.message({ providerReference: '701' });
    for (const each of [job, bare]) await harness.deliver(each);
    expect(await harness.attachment(bare)).toMatchObject({ sha256: hashOf(picture) });
    expect((await harness.objects()).size).toBe(2);
  });
});

describe('a file whose bytes are not what was promised', () => {
  const other = Buffer.from([0xff, 0xd8, 0xff, 1, 2, 3]);

  it('is fetched once more, and then has failed', async () => {
    harness.script = honest(harness, other);
    const job = await harness.message();
    expect(await harness.deliver(job)).toBeUndefined();
    expect(paths()).toEqual(['/v25.0/700', '/file', '/v25.0/700', '/file']);
    expect(await harness.attachment(job)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('SHA-256'),
    });
    expect((await harness.objects()).size).toBe(0);
  });

  it('counts the webhook’s address as the first try', async () => {
    harness.script = honest(harness, other);
    const downloadUrl = `${harness.conversation.url}/file`;
    await harness.deliver({ ...(await harness.message()), downloadUrl });
    expect(paths()).toEqual(['/file', '/v25.0/700', '/file']);
  });

  it('is stored when the second try gives the right ones', async () => {
    const truth = honest(harness);
    let downloads = 0;
    harness.script = (asked) => {
      if (!asked.path.startsWith('/file')) return truth(asked);
      downloads += 1;
      return { status: 200, body: downloads === 1 ? other : picture };
    };
    const job = await harness.message();
    await harness.deliver(job);
    expect(await harness.attachment(job)).toMatchObject({ state: 'stored' });
    expect((await harness.objects()).get(`media/${job.attachmentId}`)?.bytes).toEqual(picture);
  });

  it('is told from the API’s hash too', async () => {
    harness.script = honest(harness, picture, hashOf(other));
    const job = await harness.message();
    await harness.deliver(job);
    expect(await harness.attachment(job)).toMatchObject({ state: 'failed' });
  });

  it('may still be stored when the item is replayed', async () => {
    harness.script = honest(harness, other);
    const job = await harness.message();
    await harness.deliver(job);
    harness.script = honest(harness);
    await harness.deliver(job);
    expect(await harness.attachment(job)).toMatchObject({ state: 'stored' });
    const states = (await harness.heard()).map(
      ({ data }) => JSON.stringify(data).match(/"state":"(\w+)"/)?.[1],
    );
    expect(states).toEqual(['failed', 'stored']);
  });
});
