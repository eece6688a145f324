import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness, picture } from './harness.ts';
import { json } from './scripted-meta.ts';

const accountSid = `AC${'a'.repeat(32)}`;
const path = `/2010-04-01/Accounts/${accountSid}/Messages/MM1/Media/ME${'1'.repeat(32)}`;

let emulators: Emulators;
let harness: Harness;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());
beforeEach(async () => {
  harness = await openHarness(emulators, {
    ...{ connector: 'twilio', address: '+15005550006' },
    credentials: { accountSid, authToken: 'token' },
    reference: (url) => url + path,
  });
});
afterEach(() => harness.stop());

const missing = () => json({ code: 20404 }, 404);
const secondsLater = (count: number) => {
  harness.clock.now = new Date(harness.clock.now.getTime() + count * 1000);
};

describe('a file that Twilio does not find', () => {
  it('may be on its way: it is fetched when it is there', async () => {
    harness.script = missing;
    const job = await harness.message();
    expect(await harness.deliver(job)).toBe(10);
    expect(await harness.attachment(job)).toMatchObject({ state: 'pending' });
    harness.script = () => ({ status: 200, body: picture });
    secondsLater(10);
    expect(await harness.deliver(job, { received: 2 })).toBeUndefined();
    expect(await harness.attachment(job)).toMatchObject({ state: 'stored' });
  });

  it('has expired after two minutes, which is told with the reason', async () => {
    harness.script = missing;
    const job = await harness.message();
    await harness.deliver(job);
    secondsLater(150);
    expect(await harness.deliver(job, { received: 5 })).toBeUndefined();
    expect(await harness.attachment(job)).toMatchObject({
      state: 'expired',
      error: 'HTTP 404 for the media resource',
    });
    expect(await harness.heard()).toHaveLength(1);
  });

  it('is waited for where it is there and only its address has run out', async () => {
    harness.script = (asked) =>
      asked.path.endsWith('.json') ? json({ content_type: 'image/jpeg' }) : { status: 403 };
    const job = await harness.message();
    secondsLater(600);
    expect(await harness.deliver(job, { received: 3 })).toBe(40);
    expect(await harness.attachment(job)).toMatchObject({ state: 'pending' });
  });
});
