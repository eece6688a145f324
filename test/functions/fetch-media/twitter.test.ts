import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, hashOf, openHarness, picture } from './harness.ts';
import { json } from './scripted-meta.ts';

const photoPath = '/1.1/ton/data/dm/2100/10/a.jpg';
const messagePath = '/2/dm_conversations/media/2100/10/a.jpg';

let emulators: Emulators;
let harness: Harness;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());
beforeEach(async () => {
  harness = await openHarness(emulators, {
    ...{ connector: 'twitter', address: '1500000000000000001' },
    settings: { username: 'acmecare' },
    credentials: {
      ...{ consumerKey: 'key', consumerSecret: 'secret' },
      ...{ accessToken: 'token', accessTokenSecret: 'token-secret' },
    },
    reference: (url) => url + photoPath,
  });
});
afterEach(() => harness.stop());

describe('a photo of a direct message', () => {
  it('is fetched with the signature of the account, and stored', async () => {
    harness.script = ({ path, authorization }) =>
      path === photoPath && authorization?.startsWith('OAuth ')
        ? { status: 200, body: picture }
        : { status: 401 };
    const job = await harness.message();
    expect(await harness.deliver(job)).toBeUndefined();
    expect(await harness.attachment(job)).toMatchObject({
      ...{ state: 'stored', contentType: 'image/jpeg', sha256: hashOf(picture) },
    });
    expect(await harness.heard()).toHaveLength(1);
  });

  it('is fetched by its message where its address refuses us', async () => {
    harness.script = ({ path }) =>
      path === messagePath ? { status: 200, body: picture } : { status: 403 };
    const job = await harness.message();
    expect(await harness.deliver(job)).toBeUndefined();
    expect(await harness.attachment(job)).toMatchObject({ state: 'stored' });
  });

  it('is looked up where X sent no address', async () => {
    harness.script = ({ path }) => {
      if (path === photoPath) return { status: 200, body: picture };
      const media = [{ media_key: '3_10', url: harness.conversation.url + photoPath }];
      const data = { attachments: { media_keys: ['3_10'] } };
      return path === '/2/dm_events/2100' ? json({ data, includes: { media } }) : { status: 404 };
    };
    const job = await harness.message({ providerReference: 'dm_events/2100#0' });
    expect(await harness.deliver(job)).toBeUndefined();
    expect(await harness.attachment(job)).toMatchObject({ state: 'stored' });
  });

  it('waits while the account is refused, and has expired when X still has none after an hour', async () => {
    harness.script = () => ({ status: 403 });
    const job = await harness.message();
    expect(await harness.deliver(job)).toBeGreaterThanOrEqual(10);
    expect(await harness.attachment(job)).toMatchObject({ state: 'pending' });
    harness.script = () => ({ status: 404 });
    harness.clock.now = new Date(harness.clock.now.getTime() + 3_700_000);
    expect(await harness.deliver(job, { received: 5 })).toBeUndefined();
    expect(await harness.attachment(job)).toMatchObject({
      ...{ state: 'expired', error: 'HTTP 404 for the file' },
    });
  });
});
