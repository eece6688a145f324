import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Bench, hashOf, honest, openBench, picture } from './bench.ts';
import { json } from './scripted-meta.ts';

let emulators: Emulators;
let bench: Bench;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());
beforeEach(async () => {
  bench = await openBench(emulators);
});
afterEach(() => bench.stop());

const paths = () => bench.meta.asked.map(({ path }) => path);

describe('a file of a message', () => {
  it('is stored under our id and told of, whole and once', async () => {
    const job = await bench.message({ fileName: '../../etc/passwd' });
    expect(await bench.deliver(job)).toBeUndefined();
    const key = `media/${job.attachmentId}`;
    const stored = {
      id: job.attachmentId,
      state: 'stored',
      uri: `s3://${bench.dependencies.archive.bucket}/${key}`,
      sizeBytes: picture.length,
      sha256: hashOf(picture),
      contentType: 'image/jpeg',
    };
    expect(await bench.objects()).toEqual(
      new Map([[key, { bytes: picture, contentType: 'image/jpeg' }]]),
    );
    expect(await bench.attachment(job)).toMatchObject(stored);
    const [event, ...others] = await bench.heard();
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      type: 'switchboard.attachment.updated.v1',
      revision: '1',
      data: { message: { conversationId: job.conversationId }, attachment: stored },
    });
  });

  it('is asked for by its id, for the number it came to, with the token', async () => {
    await bench.deliver(await bench.message());
    const [byId, file, ...others] = bench.meta.asked;
    expect(others).toEqual([]);
    expect(byId?.path).toBe('/v25.0/700');
    expect(byId?.query.has('phone_number_id')).toBe(false);
    expect([byId?.authorization, file?.authorization]).toEqual([
      'Bearer EAAtests',
      'Bearer EAAtests',
    ]);
  });

  it('is fetched by the webhook’s address where that is still good', async () => {
    const downloadUrl = `${bench.meta.url}/file?source=webhook`;
    const job = { ...(await bench.message()), downloadUrl };
    await bench.deliver(job);
    expect(paths()).toEqual(['/file']);
    expect(await bench.attachment(job)).toMatchObject({ state: 'stored' });
  });

  it('is fetched by its id when the webhook’s address has run out', async () => {
    const downloadUrl = `${bench.meta.url}/old`;
    const truth = honest(bench);
    bench.script = (asked) => (asked.path === '/old' ? { status: 404 } : truth(asked));
    const job = { ...(await bench.message()), downloadUrl };
    await bench.deliver(job);
    expect(paths()).toEqual(['/old', '/v25.0/700', '/file']);
    expect(await bench.attachment(job)).toMatchObject({ state: 'stored' });
  });

  it.each([
    ['hex', () => hashOf(picture)],
    ['upper-case hex', () => hashOf(picture).toUpperCase()],
    ['base64', () => hashOf(picture, 'base64')],
  ])('is checked against a hash in %s', async (_, sha256) => {
    bench.script = honest(bench, picture, sha256());
    const job = await bench.message();
    await bench.deliver(job);
    expect(await bench.attachment(job)).toMatchObject({ state: 'stored', sha256: hashOf(picture) });
  });

  it('is what its first bytes say, whatever was declared', async () => {
    const page = Buffer.from('<html><script>alert(1)</script>');
    bench.script = honest(bench, page);
    const job = await bench.message({ sha256: hashOf(page) });
    await bench.deliver(job);
    expect(await bench.attachment(job)).toMatchObject({ contentType: 'application/octet-stream' });
  });

  it('may have no hash, and is stored with its own', async () => {
    bench.script = (asked) =>
      asked.path.startsWith('/file')
        ? { status: 200, body: picture }
        : json({ url: `${bench.meta.url}/file` });
    const job = await bench.message();
    const bare = await bench.message({ providerReference: '701' });
    for (const each of [job, bare]) await bench.deliver(each);
    expect(await bench.attachment(bare)).toMatchObject({ sha256: hashOf(picture) });
    expect((await bench.objects()).size).toBe(2);
  });
});

describe('a file whose bytes are not what was promised', () => {
  const other = Buffer.from([0xff, 0xd8, 0xff, 1, 2, 3]);

  it('is fetched once more, and then has failed', async () => {
    bench.script = honest(bench, other);
    const job = await bench.message();
    expect(await bench.deliver(job)).toBeUndefined();
    expect(paths()).toEqual(['/v25.0/700', '/file', '/v25.0/700', '/file']);
    expect(await bench.attachment(job)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('SHA-256'),
    });
    expect((await bench.objects()).size).toBe(0);
  });

  it('counts the webhook’s address as the first try', async () => {
    bench.script = honest(bench, other);
    const downloadUrl = `${bench.meta.url}/file`;
    await bench.deliver({ ...(await bench.message()), downloadUrl });
    expect(paths()).toEqual(['/file', '/v25.0/700', '/file']);
  });

  it('is stored when the second try gives the right ones', async () => {
    const truth = honest(bench);
    let downloads = 0;
    bench.script = (asked) => {
      if (!asked.path.startsWith('/file')) return truth(asked);
      downloads += 1;
      return { status: 200, body: downloads === 1 ? other : picture };
    };
    const job = await bench.message();
    await bench.deliver(job);
    expect(await bench.attachment(job)).toMatchObject({ state: 'stored' });
    expect((await bench.objects()).get(`media/${job.attachmentId}`)?.bytes).toEqual(picture);
  });

  it('is told from the API’s hash too', async () => {
    bench.script = honest(bench, picture, hashOf(other));
    const job = await bench.message();
    await bench.deliver(job);
    expect(await bench.attachment(job)).toMatchObject({ state: 'failed' });
  });

  it('may still be stored when the item is replayed', async () => {
    bench.script = honest(bench, other);
    const job = await bench.message();
    await bench.deliver(job);
    bench.script = honest(bench);
    await bench.deliver(job);
    expect(await bench.attachment(job)).toMatchObject({ state: 'stored' });
    const states = (await bench.heard()).map(
      ({ data }) => JSON.stringify(data).match(/"state":"(\w+)"/)?.[1],
    );
    expect(states).toEqual(['failed', 'stored']);
  });
});
