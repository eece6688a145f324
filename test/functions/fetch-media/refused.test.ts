import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { download } from '#shared/media/download';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness, picture } from './harness.ts';
import { type Act, json, type ScriptedMeta, startMeta } from './scripted-meta.ts';

let emulators: Emulators;
let harness: Harness;
/** A host that is nobody's: on loopback, so that only the rule keeps us from it. */
let foreign: ScriptedMeta;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());
beforeEach(async () => {
  harness = await openHarness(emulators);
  foreign = await startMeta(() => ({ status: 200, body: picture }));
});
afterEach(async () => {
  await harness.stop();
  await foreign.stop();
});

/** Meta names this address for every file, and does this where it is asked for `path`. */
function naming(url: () => string, acts: Record<string, () => Act> = {}): void {
  harness.script = ({ path }) => acts[path]?.() ?? json({ url: url() });
}

const redirect = (location: string): Act => ({ status: 302, headers: { location } });

describe('a host that is not the provider’s', () => {
  it('is not called, and not shown the token, when the API names it', async () => {
    naming(() => `${foreign.url}/file`);
    const job = await harness.message();
    await harness.deliver(job);
    expect(foreign.asked).toEqual([]);
    expect(await harness.attachment(job)).toMatchObject({
      state: 'failed',
      error: "127.0.0.1 is not one of the provider's hosts",
    });
  });

  it('is passed over when the webhook names it', async () => {
    const job = { ...(await harness.message()), downloadUrl: `${foreign.url}/file` };
    await harness.deliver(job);
    expect(foreign.asked).toEqual([]);
    expect(await harness.attachment(job)).toMatchObject({ state: 'stored' });
  });

  it('is not reached by a redirect, while one within the host is followed with the token', async () => {
    const job = await harness.message();
    naming(() => `${harness.conversation.url}/start`, {
      '/start': () => redirect('/middle'),
      '/middle': () => redirect(`${foreign.url}/file`),
    });
    await harness.deliver(job);
    expect(foreign.asked).toEqual([]);
    expect(
      harness.conversation.asked.map(({ path, authorization }) => `${path} ${authorization}`),
    ).toEqual(['/v25.0/700 Bearer EAAtests', '/start Bearer EAAtests', '/middle Bearer EAAtests']);
    expect(await harness.attachment(job)).toMatchObject({ state: 'failed' });
  });

  it('would be noticed: this test sees a call that is made, and the token in it', async () => {
    await fetch(`${foreign.url}/file`, { headers: { authorization: 'Bearer planted' } });
    expect(foreign.asked).toMatchObject([{ path: '/file', authorization: 'Bearer planted' }]);
  });

  it.each([
    ['four redirects', () => `${harness.conversation.url}/round`, 'more than 3 redirects'],
    ['no address at all', () => 'nowhere', 'an address that is none'],
    ['a file of this machine', () => 'file:///etc/passwd', 'not one of'],
    [
      'credentials in the address',
      () => harness.conversation.url.replace('//', '//me:you@'),
      'not one of',
    ],
  ])('nor is anything fetched from %s', async (_, url, error) => {
    naming(url, { '/round': () => redirect('/round') });
    const job = await harness.message();
    await harness.deliver(job);
    expect(await harness.attachment(job)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining(error),
    });
    expect((await harness.objects()).size).toBe(0);
  });
});

describe('a file that is too large', () => {
  const limit = 100 * 1024 * 1024;
  const bytes = String(limit + 1);
  const tooLarge = { state: 'failed', error: `larger than ${limit} bytes` };

  it('is not asked for when the API says so', async () => {
    harness.script = () => json({ url: `${harness.conversation.url}/file`, file_size: bytes });
    const job = await harness.message();
    await harness.deliver(job);
    expect(await harness.attachment(job)).toMatchObject(tooLarge);
    expect(harness.conversation.asked.map(({ path }) => path)).toEqual(['/v25.0/700']);
  });

  it('is given up when its header says so', async () => {
    const headers = { 'content-length': bytes };
    naming(() => `${harness.conversation.url}/file`, {
      '/file': () => ({ status: 200, headers, body: 'x', thenHang: true }),
    });
    const job = await harness.message();
    await harness.deliver(job);
    expect(await harness.attachment(job)).toMatchObject(tooLarge);
  });

  it('is given up as soon as more has come than may', async () => {
    harness.script = () => ({ status: 200, body: picture, thenHang: true });
    const directory = mkdtempSync(join(tmpdir(), 'download-'));
    const request = {
      ...{
        url: `${harness.conversation.url}/file`,
        apiUrl: harness.conversation.url,
        headers: {},
        hosts: [],
      },
      ...{ file: join(directory, 'file'), idleSeconds: 20, signal: AbortSignal.timeout(20_000) },
    };
    expect(await download({ ...request, maxSizeBytes: 1000 })).toEqual({
      kind: 'failed',
      reason: 'larger than 1000 bytes',
    });
    rmSync(directory, { recursive: true });
  });
});
