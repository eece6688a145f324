import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitBehind } from '#functions/send/rate-limit';
import { readConversation } from '#shared/aws/store/table';
import { RetryLater } from '#shared/retry-later';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { deliverAll } from './harness/deliver-all.ts';
import { dieAtWrite } from './harness/die-at-write.ts';
import { type Harness, openHarness } from './harness/harness.ts';
import type { Place } from './harness/outbound-queue.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

/** The second slot is waited for on the queue, the third is too far away. */
const pacing = { perSecond: 0.01, burst: 1 };

async function withHarness(
  work: (harness: Harness) => Promise<void>,
  setting: Parameters<typeof openHarness>[2] = { pacing },
): Promise<void> {
  const harness = await openHarness(emulators, 'twilio', setting);
  try {
    await work(harness);
  } finally {
    await harness.close();
  }
}

async function replies(harness: Harness, count: number, conversation?: string): Promise<Place[]> {
  const places: Place[] = [];
  for (let number = 1; number <= count; number += 1) {
    const own = conversation ?? (await harness.newConversation());
    places.push(await harness.reply(own, `reply ${number}`));
  }
  return places;
}

const inSeconds = ({ clock }: Harness, seconds: number) =>
  new Date(clock.now.getTime() + seconds * 1000).toISOString();

/** The waits that were told of a reply since the last call. */
async function delays(harness: Harness, place: Place) {
  const events = await harness.events(place);
  return events.flatMap((event) =>
    event.type === 'switchboard.message.delayed.v1' ? [event] : [],
  );
}

const told = async (harness: Harness, place: Place) =>
  (await delays(harness, place)).map(({ data: { reason, expectedAt } }) => ({
    reason,
    ...(expectedAt === undefined ? {} : { expectedAt }),
  }));

describe('a reply that waits for longer than a minute', () => {
  it('is told with the reason and the expected time, and what names the message', async () => {
    await withHarness(async (harness) => {
      const [first, place] = (await replies(harness, 2)) as [Place, Place];
      const expectedAt = inSeconds(harness, 100);
      await harness.send(first);
      await harness.send(place);
      const { conversationId } = place;
      const [event] = await delays(harness, place);
      expect(event).toMatchObject({
        ...{ subject: conversationId, sequence: '2', revision: '1', id: `${conversationId}.2.r1` },
        data: {
          message: { conversationId, direction: 'outbound', replyId: expect.any(String) },
          ...{ reason: 'rate_limit', expectedAt },
        },
      });
    });
  });

  it('is told once, before it is sent, and what was expected comes true', async () => {
    await withHarness(async (harness) => {
      const places = await replies(harness, 5);
      const expected = [200, 300, 400].map((seconds) => inSeconds(harness, seconds));
      for (const place of places) await harness.send(place);
      for (const [index, expectedAt] of expected.entries()) {
        const waits = await told(harness, places[index + 2] as Place);
        expect(waits).toEqual([{ reason: 'rate_limit', expectedAt }]);
      }
      await deliverAll(harness, places.slice(1));
      for (const place of places.slice(2)) expect(await harness.heard(place)).toEqual(['sent']);
      // To the run of the sweep. Those that came together leave in any order.
      const late = harness.api.taken
        .slice(2)
        .map(({ at }, index) => at.getTime() - Date.parse(expected[index] ?? ''));
      expect(late).toHaveLength(3);
      expect(Math.max(...late.map(Math.abs))).toBeLessThanOrEqual(60_000);
    });
  });

  it('is not told where it waits for less', async () => {
    await withHarness(
      async (harness) => {
        const places = await replies(harness, 2);
        expect(await harness.send(places[0] as Place)).toBeUndefined();
        expect(await harness.send(places[1] as Place)).toBe(50);
        expect(await told(harness, places[1] as Place)).toEqual([]);
        expect(await harness.entry(places[1] as Place)).toMatchObject({ revision: 0 });
      },
      { pacing: { perSecond: 0.02, burst: 1 } },
    );
  });

  it('behind an earlier reply of its conversation is told as such', async () => {
    await withHarness(async (harness) => {
      for (const busy of await replies(harness, 2)) await harness.send(busy);
      const places = await replies(harness, 2, await harness.newConversation());
      const [first, second] = places as [Place, Place];
      const expected = [200, 300].map((seconds) => inSeconds(harness, seconds));
      await harness.send(first);
      await harness.send(second);
      expect(await told(harness, first)).toEqual([
        { reason: 'rate_limit', expectedAt: expected[0] },
      ]);
      expect(await told(harness, second)).toEqual([
        { reason: 'earlier_reply', expectedAt: expected[1] },
      ]);
    });
  });

  it('of a paused account is told without a time, and once for all the tries', async () => {
    await withHarness(async (harness) => {
      const [place] = (await replies(harness, 1)) as [Place];
      harness.api.fates.push('unauthorized', 'unauthorized', 'unauthorized');
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
      const events = await harness.events(place);
      expect(events.map(({ type }) => type.split('.')[2])).toEqual(['delayed', 'sent']);
      expect(events[0]?.data).toMatchObject({ reason: 'account_paused' });
      expect(events[0]?.data).not.toHaveProperty('expectedAt');
    }, {});
  });

  it('is told anew when its account is paused meanwhile', async () => {
    await withHarness(async (harness) => {
      const places = await replies(harness, 3);
      for (const place of places) await harness.send(place);
      const third = places[2] as Place;
      expect(await told(harness, third)).toMatchObject([{ reason: 'rate_limit' }]);
      harness.clock.pass(1000);
      harness.api.fates.push('unauthorized');
      await harness.sendToEnd(third);
      expect(harness.api.taken).toHaveLength(2);
      // Again once the account sends again: the reply waits for its slot.
      expect(await told(harness, third)).toMatchObject([
        { reason: 'account_paused' },
        { reason: 'rate_limit', expectedAt: expect.any(String) },
      ]);
    });
  });

  it('until its next try is told too', async () => {
    await withHarness(async (harness) => {
      const [short, long] = (await replies(harness, 2)) as [Place, Place];
      for (const [place, seconds] of [
        [short, 90],
        [long, 600],
      ] as const) {
        harness.api.retryAfterSeconds = seconds;
        harness.api.fates.push('throttled');
        const expectedAt = inSeconds(harness, seconds);
        expect(await harness.send(place)).toBe(seconds === 90 ? 90 : undefined);
        expect(await told(harness, place)).toEqual([{ reason: 'retry', expectedAt }]);
        await harness.sendToEnd(place);
        expect(await harness.heard(place)).toEqual(['sent']);
      }
    }, {});
  });

  it('for a near time, but until the sweep after it, is told with that', async () => {
    const harness = await openHarness(emulators, 'twitter');
    try {
      const [first, second] = (await replies(harness, 2)) as [Place, Place];
      harness.api.retryAfterSeconds = 20;
      harness.api.fates.push('throttled');
      await harness.send(first);
      const expectedAt = inSeconds(harness, 60);
      harness.clock.pass(5);
      expect(await harness.send(second)).toBeUndefined();
      expect(await told(harness, second)).toMatchObject([{ reason: 'rate_limit' }]);
      expect((await harness.entry(second)).delivery?.delayed?.expectedAt ?? '').toBe(
        new Date(Date.parse(expectedAt) + 5000).toISOString(),
      );
    } finally {
      await harness.close();
    }
  });

  it('in several short waits is told when they are a minute together', async () => {
    await withHarness(async (harness) => {
      const [place] = (await replies(harness, 1)) as [Place];
      harness.api.retryAfterSeconds = 40;
      harness.api.fates.push('throttled', 'throttled');
      const taken = harness.clock.now.getTime();
      expect(await harness.send(place)).toBe(40);
      expect(await told(harness, place)).toEqual([]);
      harness.clock.pass(40);
      await harness.send(place);
      const expectedAt = new Date(taken + 80_000).toISOString();
      expect(await told(harness, place)).toEqual([{ reason: 'retry', expectedAt }]);
    }, {});
  });

  it('behind a reply that waits for a file is told as such', async () => {
    await withHarness(async (harness) => {
      const [place] = (await replies(harness, 1)) as [Place];
      const { target, clock } = harness;
      const entry = await harness.entry(place);
      const conversation = await readConversation(target.table, place.conversationId);
      const outbound = { conversation, entry } as Parameters<typeof waitBehind>[1];
      const dependencies = { target, now: () => clock.now } as Parameters<typeof waitBehind>[0];
      const before = new RetryLater(61, 'X is still processing the file');
      expect(await waitBehind(dependencies, outbound, before, undefined)).toBe(false);
      expect(await told(harness, place)).toEqual([
        { reason: 'earlier_reply', expectedAt: inSeconds(harness, 61) },
      ]);
    }, {});
  });

  it('is no news of a campaign, which goes when there is room', async () => {
    await withHarness(async (harness) => {
      for (const busy of await replies(harness, 2)) await harness.send(busy);
      const content = { type: 'text' as const, text: 'news' };
      const place = await harness.reply(await harness.newConversation(), {
        ...{ content, purpose: 'marketing' },
      });
      await deliverAll(harness, []);
      expect(harness.api.taken.map(({ text }) => text)).toContain('news');
      expect(await harness.heard(place)).toEqual(['sent']);
    });
  });
});

describe('the news of a wait', () => {
  it('costs a reply that is sent at once nothing', async () => {
    await withHarness(async (harness) => {
      const [place] = (await replies(harness, 1)) as [Place];
      await harness.send(place);
      expect(await harness.entry(place)).toMatchObject({ revision: 1 });
      expect((await harness.entry(place)).delivery).not.toHaveProperty('delayed');
    });
  });

  it.each([1, 2, 3, 4, 5])(
    'is published once and with the same id where its sender dies at write %d',
    async (at) => {
      await withHarness(async (harness) => {
        const [busy, place] = (await replies(harness, 2)) as [Place, Place];
        await harness.send(busy);
        const revive = dieAtWrite(harness, at);
        await harness.send(place).catch(() => undefined);
        revive();
        await deliverAll(harness, [place]);
        const events = await harness.events(place);
        expect(events.map(({ id }) => id)).toEqual([
          `${place.conversationId}.2.r1`,
          `${place.conversationId}.2.r2`,
        ]);
        expect(events.map(({ type }) => type.split('.')[2])).toEqual(['delayed', 'sent']);
      });
    },
  );

  it('is published later where the queue refuses it, and the reply waits all the same', async () => {
    await withHarness(async (harness) => {
      const places = await replies(harness, 3);
      const third = places[2] as Place;
      for (const place of places.slice(0, 2)) await harness.send(place);
      const { client } = harness.target.normalized;
      const original = client.send;
      Object.assign(client, { send: () => Promise.reject(new Error('the queue refuses')) });
      await expect(harness.send(third)).rejects.toThrow('the queue refuses');
      Object.assign(client, { send: original });
      expect(await told(harness, third)).toEqual([]);
      expect(await harness.send(third)).toBeUndefined();
      expect(await told(harness, third)).toMatchObject([{ reason: 'rate_limit' }]);
      expect(harness.api.taken).toHaveLength(1);
    });
  });
});
