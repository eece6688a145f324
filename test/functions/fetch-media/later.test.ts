import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { fixedSecrets } from '#test/support/fixed-secrets';
import { type Bench, honest, openBench, picture } from './bench.ts';
import { type Act, json } from './scripted-meta.ts';

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

const days = (count: number) => count * 24 * 3_600_000;

/** Meta finds the file, and gives it so. */
function giving(act: Act): void {
  bench.script = ({ path }) => (path === '/file' ? act : json({ url: `${bench.meta.url}/file` }));
}

const gone = json({ error: { code: 100, error_subcode: 33 } }, 400);
const silent: Act = { status: 200, body: picture.subarray(0, 100), thenHang: true };
const rateLimit: Act = { status: 429, headers: { 'retry-after': '120' } };

describe('a file that cannot be had now', () => {
  it.each<[string, Act, number]>([
    ['the API fails', json({ error: { code: 131000 } }, 500), 10],
    ['the API asks for patience', rateLimit, 120],
    ['the token is refused', json({ error: { code: 190 } }, 401), 900],
    ['the answer is none of the API’s', { status: 200, body: 'hello' }, 10],
  ])('comes again when %s', async (_, act, wait) => {
    bench.script = () => act;
    const job = await bench.message();
    expect(await bench.deliver(job)).toBe(wait);
    expect(await bench.attachment(job)).toMatchObject({ state: 'pending' });
    expect(await bench.heard()).toEqual([]);
  });

  it.each<[string, Act]>([
    ['is not there yet', { status: 404 }],
    ['stops in the middle', silent],
    ['is never answered', 'hang'],
  ])('comes again when it %s', async (_, act) => {
    giving(act);
    const limits = { callSeconds: 20, idleSeconds: 0.3, fetchSeconds: 20 };
    const job = await bench.message();
    expect(await bench.deliver(job, { limits })).toBe(10);
    const hasty = { callSeconds: 20, idleSeconds: 20, fetchSeconds: 0.3 };
    expect(await bench.deliver(job, { limits: hasty })).toBe(10);
    bench.script = honest(bench);
    expect(await bench.deliver(job)).toBeUndefined();
    expect(await bench.attachment(job)).toMatchObject({ state: 'stored' });
  });

  it('comes again when the account is not configured or has no secret', async () => {
    const job = await bench.message();
    expect(await bench.deliver(job, { secrets: fixedSecrets('EAA, and not JSON') })).toBe(900);
    expect(await bench.deliver(job, { secrets: fixedSecrets({}) })).toBe(900);
    expect(await bench.deliver(job, { accounts: [] })).toBe(900);
  });

  it('waits longer each time, for a week in all, and then has failed', async () => {
    bench.script = () => json({}, 503);
    const job = await bench.message();
    const waits: number[] = [];
    for (let received = 1; received < 40; received += 1) {
      waits.push((await bench.deliver(job, { received })) ?? 0);
    }
    expect(waits.slice(0, 4)).toEqual([10, 20, 40, 80]);
    expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
    const seconds = waits.reduce((sum, wait) => sum + wait, 0);
    expect(seconds).toBeGreaterThan(7 * 86_400);
    expect(seconds).toBeLessThan(8 * 86_400);
    expect(await bench.deliver(job, { received: 40 })).toBeUndefined();
    expect(await bench.attachment(job)).toMatchObject({
      state: 'failed',
      error: expect.stringContaining('503'),
    });
  });
});

describe('a file that will never be had', () => {
  it.each<[string, Act, string]>([
    ['there is no such id', gone, 'expired'],
    ['the id is not found', { status: 404 }, 'expired'],
    ['the API refuses for good', json({ error: { code: 131009 } }, 400), 'failed'],
  ])('is told of when %s', async (_, act, state) => {
    bench.script = () => act;
    const job = await bench.message();
    expect(await bench.deliver(job)).toBeUndefined();
    const [event, ...others] = await bench.heard();
    expect(others).toEqual([]);
    expect(event?.data).toMatchObject({ attachment: { state, error: expect.any(String) } });
    expect((await bench.objects()).size).toBe(0);
  });

  it('has expired once Meta has forgotten it, and not a second before', async () => {
    bench.script = () => json({}, 503);
    const job = await bench.message();
    bench.clock.now = new Date(Date.parse('2026-11-21T09:59:58.000Z') + days(7) - 1000);
    expect(await bench.deliver(job)).toBe(10);
    bench.clock.now = new Date(bench.clock.now.getTime() + 1000);
    expect(await bench.deliver(job)).toBeUndefined();
    expect(await bench.attachment(job)).toMatchObject({ state: 'expired' });
  });

  it('is fetched after all when somebody asks again: Meta says the same to a token without rights', async () => {
    bench.script = () => gone;
    const job = await bench.message();
    await bench.deliver(job);
    await bench.deliver(job);
    expect(await bench.attachment(job)).toMatchObject({ state: 'expired' });
    bench.script = honest(bench);
    await bench.deliver(job);
    expect(await bench.attachment(job)).toMatchObject({ state: 'stored' });
    expect(await bench.heard()).toHaveLength(2);
  });

  it('says nothing of addresses and tokens in what it publishes', async () => {
    giving(json({ secret: 'EAAtests' }, 418));
    await bench.deliver(await bench.message());
    const [event] = await bench.heard();
    expect(JSON.stringify(event?.data)).toContain('HTTP 418');
    expect(JSON.stringify(event?.data)).not.toMatch(/http:|EAAtests|\/file/);
  });
});
