import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pacingOf } from '#connectors/capabilities';
import { declarations } from '#connectors/declarations';
import { accountName, namedAccount } from '#shared/aws/store/sending/pause';
import { maxBeyondPace } from '#test/store/pace';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { deliverAll } from './harness/deliver-all.ts';
import { type Harness, openHarness } from './harness/harness.ts';
import type { Place } from './harness/outbound-queue.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const pacing = { perSecond: 0.01, burst: 2 };
const publicPacing = { perSecond: 0.1, burst: 4 };

async function withHarness(
  work: (harness: Harness) => Promise<void>,
  setting: Parameters<typeof openHarness>[2] = { pacing, publicPacing },
  connector: 'twitter' | 'twilio' = 'twitter',
): Promise<void> {
  const harness = await openHarness(emulators, connector, setting);
  try {
    await work(harness);
  } finally {
    await harness.close();
  }
}

const texts = ({ api }: Harness) => api.taken.map(({ text }) => text);
const secondsOf = ({ api }: Harness, start: string) =>
  api.taken.filter(({ text }) => text.startsWith(start)).map(({ at }) => at.getTime() / 1000);

/** Replies in conversations of their own. */
async function replies(
  harness: Harness,
  visibility: 'private' | 'public',
  count: number,
): Promise<Place[]> {
  const places: Place[] = [];
  for (let number = 1; number <= count; number += 1) {
    const conversation = await harness.newConversation(visibility);
    places.push(await harness.reply(conversation, `${visibility} ${number}`));
  }
  return places;
}

describe('replies in public conversations of an account that has a limit for them', () => {
  it('leave at their own pace, while private ones wait for theirs, and the other way round', async () => {
    await withHarness(async (harness) => {
      const direct = await replies(harness, 'private', 6);
      const posts = await replies(harness, 'public', 12);
      const beganAt = harness.clock.now.getTime() / 1000;
      await deliverAll(harness, [...direct, ...posts]);
      expect(texts(harness)).toHaveLength(18);
      const [slow, fast] = [secondsOf(harness, 'private'), secondsOf(harness, 'public')];
      expect(maxBeyondPace(slow, pacing)).toBeLessThanOrEqual(0);
      expect(maxBeyondPace(fast, publicPacing)).toBeLessThanOrEqual(0);
      // 8 after the burst, one in ten seconds: none of them waits for a private one.
      expect((fast.at(-1) ?? 0) - beganAt).toBeLessThanOrEqual(80 + 1);
      expect((slow.at(-1) ?? 0) - beganAt).toBeGreaterThanOrEqual(400);
    });
  });

  it('share the bucket of the account where nothing names a limit for them', async () => {
    await withHarness(
      async (harness) => {
        const posts = await replies(harness, 'public', 2);
        const [direct] = (await replies(harness, 'private', 1)) as [Place];
        for (const place of posts) await harness.send(place);
        expect(await harness.send(direct)).toBe(100);
        expect(texts(harness)).toEqual(['public 1', 'public 2']);
      },
      { pacing },
      'twilio',
    );
  });

  it('wait with all others while the account is paused', async () => {
    await withHarness(async (harness) => {
      const [direct] = (await replies(harness, 'private', 1)) as [Place];
      const [post] = (await replies(harness, 'public', 1)) as [Place];
      harness.api.fates.push('unauthorized');
      await harness.send(direct);
      await harness.send(post);
      expect(harness.asked).toHaveLength(1);
      expect(await harness.entry(post)).toMatchObject({
        dueFor: `twitter/${harness.setting.account}/public`,
        delivery: { attempt: 0, delayed: { reason: 'account_paused' } },
      });
      await deliverAll(harness, []);
      expect(texts(harness).toSorted()).toEqual(['private 1', 'public 1']);
    });
  });

  it('are sent too from commands and items that do not name them as public', async () => {
    await withHarness(async (harness) => {
      const { account } = harness.setting;
      const posts = await replies(harness, 'public', 6);
      await deliverAll(
        harness,
        posts.map((place) => ({ ...place, account: `twitter/${account}` })),
      );
      expect(texts(harness)).toHaveLength(6);
    });
  });
});

describe('a rate limit of the provider', () => {
  it('is met once: all others of the bucket wait for the reset, and those of the other bucket go on', async () => {
    await withHarness(
      async (harness) => {
        const direct = await replies(harness, 'private', 8);
        const posts = await replies(harness, 'public', 3);
        harness.api.retryAfterSeconds = 900;
        harness.api.fates.push('taken', 'throttled');
        for (const place of direct) await harness.send(place);
        expect(harness.asked).toHaveLength(2);
        for (const place of posts) await harness.send(place);
        expect(texts(harness)).toEqual(['private 1', 'public 1', 'public 2', 'public 3']);
        for (const place of direct.slice(2)) {
          expect((await harness.entry(place)).delivery).toMatchObject({ attempt: 0 });
        }
        const reset = harness.clock.now.getTime() / 1000 + 900;
        harness.clock.pass(840);
        await deliverAll(harness, []);
        expect(texts(harness)).toHaveLength(11);
        const later = secondsOf(harness, 'private').slice(1);
        expect(Math.min(...later)).toBeGreaterThanOrEqual(reset);
        // A whole window goes then.
        expect(Math.max(...later)).toBeLessThanOrEqual(reset + 120);
        expect(await harness.alerts()).toEqual([]);
      },
      { pacing: { perSecond: 15 / 900, burst: 15 }, publicPacing },
    );
  });

  it('of public replies holds up no private one', async () => {
    await withHarness(async (harness) => {
      const posts = await replies(harness, 'public', 2);
      const [direct] = (await replies(harness, 'private', 1)) as [Place];
      harness.api.retryAfterSeconds = 900;
      harness.api.fates.push('throttled');
      for (const place of [...posts, direct]) await harness.send(place);
      expect(texts(harness)).toEqual(['private 1']);
      expect(harness.asked).toHaveLength(2);
    });
  });

  it('of one recipient holds up nobody else', async () => {
    await withHarness(
      async (harness) => {
        const places = await replies(harness, 'private', 2);
        harness.api.retryAfterSeconds = 900;
        harness.api.fates.push('throttled');
        for (const place of places) await harness.send(place);
        expect(texts(harness)).toEqual(['private 2']);
      },
      {},
      'twilio',
    );
  });
});

describe('the limit of a reply', () => {
  const account = { connector: 'twitter', account: 'main' };
  const setting = { ...account, publicUrl: '', apiUrl: '', settings: {} };
  const { twitter } = declarations;

  it('is that of its conversation: the one of the stage, or else the declared one', () => {
    const [direct, post] = [{ ...account, visibility: 'private' as const }, publicOf(account)];
    expect(pacingOf([setting], direct)).toEqual(twitter.pacing);
    expect(pacingOf([setting], post)).toEqual({ ...twitter.publicPacing, bucket: 'public' });
    const named = [{ ...setting, pacing, publicPacing }];
    expect(pacingOf(named, direct)).toEqual(pacing);
    expect(pacingOf(named, post)).toEqual({ ...publicPacing, bucket: 'public' });
    expect(pacingOf([{ ...setting, pacing }], post)).toEqual({
      ...{ ...twitter.publicPacing, bucket: 'public' },
    });
    const elsewhere = { connector: 'whatsapp', account: 'main' };
    expect(pacingOf([], publicOf(elsewhere))).toEqual(declarations.whatsapp.pacing);
  });

  it('keeps the limits of X: a window at once, and the day in any 24 hours', () => {
    const { pacing: direct, publicPacing: posts } = twitter;
    expect(direct.burst).toBe(15);
    expect(direct.burst + direct.perSecond * 86_400).toBeLessThanOrEqual(1440);
    expect(direct.perSecond * 900).toBeGreaterThan(14.8);
    expect(posts.burst).toBe(100);
    expect(posts.burst + posts.perSecond * 86_400).toBeLessThanOrEqual(10_000);
  });

  it('is found by the name in commands and items, which names the conversation as public', () => {
    expect(accountName(account)).toBe('twitter/main');
    expect(accountName(publicOf(account))).toBe('twitter/main/public');
    expect(namedAccount('twitter/main')).toEqual(account);
    expect(namedAccount('twitter/main/public')).toEqual(publicOf(account));
  });
});

const publicOf = <Account>(account: Account) => ({ ...account, visibility: 'public' as const });
