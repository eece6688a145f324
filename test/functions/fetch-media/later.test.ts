import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { fixedSecrets } from '#test/support/aws/fixed-secrets';
import { type Harness, honest, openHarness, picture } from './harness.ts';
import { type Act, json } from './scripted-meta.ts';

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

const days = (count: number) => count * 24 * 3_600_000;

/** Meta finds the file, and gives it so. */
function giving(act: Act): void {
  harness.script = ({ path }) =>
    path === '/file' ? act : json({ url: `${harness.conversation.url}/file` });
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
    harness.script = () => act;
    const job = await harness.message();
    expect(await harness.deliver(job)).toBe(wait);
    expect(await harness.attachment(job)).toMatchObject({ state: 'pending' });
    expect(await harness.heard()).toEqual([]);
  });

  it.each<[string, Act]>([
    ['is not there yet', { status: 404 }],
    ['stops in the middle', silent],
    ['is never answered', 'hang'],
  ])('comes again when it %s', async (_, act) => {
    giving(act);
    const limits = { callSeconds: 20, idleSeconds: 0.3, fetchSeconds: 20 };
    const job = await harness.message();
    expect(await harness.deliver(job, { limits })).toBe(10);
    const hasty = { callSeconds: 20, idleSeconds: 20, fetchSeconds: 0.3 };
    expect(await harness.deliver(job, { limits: hasty })).toBe(10);
    harness.script = honest(harness);
    expect(await harness.deliver(job)).toBeUndefined();
    expect(await harness.attachment(job)).toMatchObject({ state: 'stored' });
  });

  it('comes again when the account is not configured or has no secret', async () => {
    const job = await harness.message();
    expect(await harness.deliver(job, { secrets: fixedSecrets('EAA, and not JSON') })).toBe(900);
    expect(await harness.deliver(job, { secrets: fixedSecrets({}) })).toBe(900);
    expect(await harness.deliver(job, { accounts: [] })).toBe(900);
  });

  it('waits longer each time, for a week in all, and then has failed', async () => {
    harness.script = () => json({}, 503);
    const job = await harness.message();
    const waits: number[] = [];
    for (let received = 1; received < 40; received += 1) {
      waits.push((await harness.deliver(job, { received })) ?? 0);
    }
    expect(waits.slice(0, 4)).toEqual([10, 20, 40, 80]);
    expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
    const seconds = waits.reduce((sum, wait) => sum + wait, 0);
    expect(seconds).toBeGreaterThan(7 * 86_400);
    expect(seconds).toBeLessThan(8 * 86_400);
    expect(await harness.deliver(job, { received: 40 })).toBeUndefined();
    expect(await harness.attachment(job)).toMatchObject({
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
    harness.script = () => act;
    const job = await harness.message();
    expect(await harness.deliver(job)).toBeUndefined();
    const [event, ...others] = await harness.heard();
    expect(others).toEqual([]);
    expect(event?.data).toMatchObject({ attachment: { state, error: expect.any(String) } });
    expect((await harness.objects()).size).toBe(0);
  });

  it('has expired once Meta has forgotten it, and not a second before', async () => {
    harness.script = () => json({}, 503);
    const job = await harness.message();
    harness.clock.now = new Date(Date.parse('2026-11-21T09:59:58.000Z') + days(7) - 1000);
    expect(await harness.deliver(job)).toBe(10);
    harness.clock.now = new Date(harness.clock.now.getTime() + 1000);
    expect(await harness.deliver(job)).toBeUndefined();
    expect(await harness.attachment(job)).toMatchObject({ state: 'expired' });
  });

  it('is fetched after all when somebody asks again: Meta says the same to a token without rights', async () => {
    harness.script = () => gone;
    const job = await harness.message();
    await harness.deliver(job);
    await harness.deliver(job);
    expect(await harness.attachment(job)).toMatchObject({ state: 'expired' });
    harness.script = honest(harness);
    await harness.deliver(job);
    expect(await harness.attachment(job)).toMatchObject({ state: 'stored' });
    expect(await harness.heard()).toHaveLength(2);
  });

  it('says nothing of addresses and tokens in what it publishes', async () => {
    giving(json({ secret: 'EAAtests' }, 418));
    await harness.deliver(await harness.message());
    const [event] = await harness.heard();
    expect(JSON.stringify(event?.data)).toContain('HTTP 418');
    expect(JSON.stringify(event?.data)).not.toMatch(/http:|EAAtests|\/file/);
  });
});
