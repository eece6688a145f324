import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { maxBeyondPace } from '#test/store/pace';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { bySize } from '#test/support/runner/size';
import { deliverAll } from './harness/deliver-all.ts';
import { type Harness, openHarness } from './harness/harness.ts';
import type { Place } from './harness/outbound-queue.ts';
import type { ScriptedConnector } from './harness/scripted-apis.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function withHarness(
  work: (harness: Harness) => Promise<void>,
  connector: ScriptedConnector = 'twilio',
  setting: Parameters<typeof openHarness>[2] = {},
): Promise<void> {
  const harness = await openHarness(emulators, connector, setting);
  try {
    await work(harness);
  } finally {
    await harness.close();
  }
}

/** What stopped the account is the connector's to say. */
const stopped = expect.stringMatching(/^(?!account_resumed$)/);

const inSeconds = ({ clock }: Harness, seconds: number) =>
  new Date(clock.now.getTime() + seconds * 1000).toISOString();

/** Replies in conversations of their own. */
async function replies(harness: Harness, count: number): Promise<Place[]> {
  const places: Place[] = [];
  for (let number = 1; number <= count; number += 1) {
    places.push(await harness.reply(await harness.newConversation(), `reply ${number}`));
  }
  return places;
}

describe('an account whose credentials are refused', () => {
  it('is paused for all its conversations, and the people who run it are told', async () => {
    await withHarness(async (harness) => {
      const [one, other] = (await replies(harness, 2)) as [Place, Place];
      harness.api.fates.push('unauthorized');
      const dueAt = inSeconds(harness, 60);
      expect(await harness.send(one)).toBeUndefined();
      expect(await harness.alerts()).toEqual([stopped]);
      harness.clock.pass(10);
      expect(await harness.send(other)).toBeUndefined();
      expect(harness.api.taken).toEqual([]);
      expect(await harness.entry(one)).toMatchObject({ dueAt, delivery: { attempt: 1 } });
      expect(await harness.entry(other)).toMatchObject({
        ...{ dueAt, delivery: { state: 'accepted', attempt: 0 } },
      });
      await harness.sweep();
      expect(harness.commands()).toEqual([]);
      expect(await harness.heard(one)).toEqual(['delayed']);
    });
  });

  it('does not stop another account', async () => {
    await withHarness(async (harness) => {
      const [place] = (await replies(harness, 1)) as [Place];
      harness.api.fates.push('unauthorized');
      await harness.send(place);
      await withHarness(async (another) => {
        const [free] = (await replies(another, 1)) as [Place];
        expect(await another.send(free)).toBeUndefined();
        expect(another.api.taken).toHaveLength(1);
      });
    });
  });

  it('sends again by itself when they are right again, and says so', async () => {
    await withHarness(async (harness) => {
      const [one, other] = (await replies(harness, 2)) as [Place, Place];
      harness.api.fates.push('unauthorized');
      await harness.send(one);
      await harness.send(other);
      const released = (await harness.released(other)) ?? other;
      expect(harness.commands()).toMatchObject([one]);
      expect(await harness.send(released)).toBeUndefined();
      expect(await harness.alerts()).toEqual([stopped, 'account_resumed']);
      expect(await harness.send(one)).toBeUndefined();
      expect(harness.api.taken.map(({ text }) => text)).toEqual(['reply 2', 'reply 1']);
      expect(await harness.alerts()).toEqual([]);
      expect(await harness.heard(one)).toEqual(['delayed', 'sent']);
    });
  });

  it('is tried ever less often, and told once an hour', async () => {
    await withHarness(async (harness) => {
      const [place] = (await replies(harness, 1)) as [Place];
      harness.api.fates.push(...Array.from({ length: 9 }, () => 'unauthorized' as const));
      const waits: number[] = [];
      let command: Place | undefined = place;
      while (command && harness.api.fates.length > 0) {
        await harness.send(command);
        const before = harness.clock.now.getTime();
        command = await harness.released(place);
        waits.push((harness.clock.now.getTime() - before) / 1000);
      }
      expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
      // 10:00 to 13:03 by the harness's clock, an attempt in each of these hours.
      expect(await harness.alerts()).toEqual([stopped, stopped, stopped, stopped]);
      expect(await harness.send(command ?? place)).toBeUndefined();
      expect(await harness.alerts()).toEqual(['account_resumed']);
    });
  });

  it('is paused once by all the attempts that met the refusal together', async () => {
    await withHarness(async (harness) => {
      const places = await replies(harness, 6);
      harness.api.fates.push(...places.map(() => 'unauthorized' as const));
      const dueAt = inSeconds(harness, 60);
      await Promise.all(places.map((place) => harness.send(place)));
      for (const place of places) expect(await harness.entry(place)).toMatchObject({ dueAt });
      expect(harness.api.fates).toEqual([]);
    });
  });

  it('is tried by a few replies after the pause, and by the others when one was taken', async () => {
    await withHarness(async (harness) => {
      const places = await replies(harness, 9);
      harness.api.fates.push('unauthorized');
      for (const place of places) await harness.send(place);
      harness.clock.pass(60);
      await harness.sweep();
      const probes = harness.commands();
      expect(probes).toHaveLength(5);
      for (const probe of probes) await harness.send(probe);
      await harness.sweep();
      expect(harness.commands()).toHaveLength(4);
    });
  });

  it('for a day has the reply failed, and it is not sent after that', async () => {
    await withHarness(async (harness) => {
      const [place] = (await replies(harness, 1)) as [Place];
      harness.api.fates.push(...Array.from({ length: 60 }, () => 'unauthorized' as const));
      await harness.sendToEnd(place);
      expect(harness.api.fates.length).toBeGreaterThan(0);
      expect(harness.api.taken).toEqual([]);
      expect(await harness.heard(place)).toEqual(['delayed', 'failed']);
    });
  });
});

describe('an account of which its provider limits the sending', () => {
  it('is told of once an hour, by the answer too, and sends on', async () => {
    const harness = await openHarness(emulators, 'whatsapp');
    try {
      const [one, other, third] = (await replies(harness, 3)) as [Place, Place, Place];
      harness.api.fates.push('restricted', 'restricted');
      const dueAt = inSeconds(harness, 3600);
      for (const place of [one, other]) {
        expect(await harness.send(place)).toBeUndefined();
        expect(await harness.entry(place)).toMatchObject({ dueAt });
      }
      expect(await harness.alerts()).toEqual(['sending_restricted']);
      expect(await harness.send(third)).toBeUndefined();
      harness.api.fates.push('restricted');
      expect(await harness.send((await harness.released(one)) ?? one)).toBeUndefined();
      expect(await harness.entry(one)).toMatchObject({ dueAt: inSeconds(harness, 3600) });
      expect(await harness.alerts()).toEqual(['sending_restricted']);
    } finally {
      await harness.close();
    }
  });
});

describe('an alert that cannot be published', () => {
  it('leaves the attempt with its outcome: surely not sent', async () => {
    await withHarness(async (harness) => {
      const [place] = (await replies(harness, 1)) as [Place];
      const { client } = harness.target.normalized;
      const send = client.send;
      client.send = () => Promise.reject(new Error('the queue is down'));
      harness.api.fates.push('unauthorized');
      await expect(harness.send(place)).rejects.toThrow('the queue is down');
      client.send = send;
      expect(await harness.entry(place)).toMatchObject({
        delivery: { state: 'accepted', attempt: 1 },
      });
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
    });
  });
});

describe('a reply window', () => {
  it('that closes between accept and send has the reply failed, unsent', async () => {
    await withHarness(async (harness) => {
      const conversation = await harness.newConversation();
      harness.clock.pass(23 * 3_600);
      const place = await harness.reply(conversation, 'just in time');
      harness.clock.pass(3_600);
      expect(await harness.send(place)).toBeUndefined();
      expect(harness.api.taken).toEqual([]);
      expect(await harness.heard(place)).toEqual(['failed']);
      expect(await harness.entry(place)).toMatchObject({
        errors: [{ code: 'reply_window_closed' }],
      });
    }, 'whatsapp');
  });

  it('that is open lets it pass', async () => {
    await withHarness(async (harness) => {
      const conversation = await harness.newConversation();
      harness.clock.pass(23 * 3_600);
      const place = await harness.reply(conversation, 'just in time');
      expect(await harness.send(place)).toBeUndefined();
      expect(await harness.heard(place)).toEqual(['sent']);
    }, 'whatsapp');
  });
});

/** More than X takes in its first quarter of an hour. */
const many = bySize({ small: 20, full: 40 });

describe('the pace of an account', () => {
  it('holds over all conversations, and every reply goes out once', async () => {
    await withHarness(async (harness) => {
      await deliverAll(harness, await replies(harness, many));
      expect(new Set(harness.api.taken.map(({ text }) => text)).size).toBe(many);
      expect(harness.api.taken).toHaveLength(many);
      const seconds = harness.api.taken.map(({ at }) => at.getTime() / 1000);
      expect(maxBeyondPace(seconds, { burst: 15, perSecond: 15 / 900 })).toBeLessThanOrEqual(0);
      // Nor slower than it has to be: fifteen at once, then one a minute.
      const [first = 0, last = 0] = [seconds.at(0), seconds.at(-1)];
      expect(last - first).toBeLessThanOrEqual((many - 14) * 60);
    }, 'twitter');
  });

  // Faster than the connector declares, slower than it does, and where it declares none.
  it.each(['twitter', 'whatsapp', 'twilio'] as const)(
    'is that of the stage where the stage names one: %s',
    async (connector) => {
      const pacing = { perSecond: 0.5, burst: 3 };
      const work = async (harness: Harness) => {
        await deliverAll(harness, await replies(harness, 9));
        const seconds = harness.api.taken.map(({ at }) => at.getTime() / 1000);
        expect(seconds).toHaveLength(9);
        expect(maxBeyondPace(seconds, pacing)).toBeLessThanOrEqual(0);
        // Three at once, six more at one in two seconds.
        expect((seconds.at(-1) ?? 0) - (seconds.at(0) ?? 0)).toBeCloseTo(12, 1);
      };
      await withHarness(work, connector, { pacing });
    },
  );
});
