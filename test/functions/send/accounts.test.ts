import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mostBeyondPace } from '#test/store/pace';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Desk, openDesk } from './desk.ts';
import type { Place } from './outbound-queue.ts';
import type { ScriptedConnector } from './scripted-apis.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function withDesk(
  work: (desk: Desk) => Promise<void>,
  connector: ScriptedConnector = 'twilio',
  setting: Parameters<typeof openDesk>[2] = {},
): Promise<void> {
  const desk = await openDesk(emulators, connector, setting);
  try {
    await work(desk);
  } finally {
    await desk.close();
  }
}

/** What stopped the account is the connector's to say. */
const stopped = expect.stringMatching(/^(?!account_resumed$)/);

/** Replies in conversations of their own. */
async function replies(desk: Desk, count: number): Promise<Place[]> {
  const places: Place[] = [];
  for (let number = 1; number <= count; number += 1) {
    places.push(await desk.reply(await desk.newConversation(), `reply ${number}`));
  }
  return places;
}

describe('an account whose credentials are refused', () => {
  it('is paused for all its conversations, and the people who run it are told', async () => {
    await withDesk(async (desk) => {
      const [one, other] = (await replies(desk, 2)) as [Place, Place];
      desk.api.fates.push('unauthorized');
      expect(await desk.send(one)).toBe(60);
      expect(await desk.alerts()).toEqual([stopped]);
      desk.clock.pass(10);
      expect(await desk.send(other)).toBe(50);
      expect(await desk.send(one)).toBe(50);
      expect(desk.api.taken).toEqual([]);
      expect(await desk.entry(other)).toMatchObject({
        delivery: { state: 'accepted', attempt: 0 },
      });
      expect(await desk.heard(one)).toEqual([]);
    });
  });

  it('does not stop another account', async () => {
    await withDesk(async (desk) => {
      const [place] = (await replies(desk, 1)) as [Place];
      desk.api.fates.push('unauthorized');
      await desk.send(place);
      await withDesk(async (another) => {
        const [free] = (await replies(another, 1)) as [Place];
        expect(await another.send(free)).toBeUndefined();
        expect(another.api.taken).toHaveLength(1);
      });
    });
  });

  it('sends again by itself when they are right again, and says so', async () => {
    await withDesk(async (desk) => {
      const [one, other] = (await replies(desk, 2)) as [Place, Place];
      desk.api.fates.push('unauthorized');
      await desk.send(one);
      desk.clock.pass(60);
      expect(await desk.send(other)).toBeUndefined();
      expect(await desk.alerts()).toEqual([stopped, 'account_resumed']);
      expect(await desk.send(one)).toBeUndefined();
      expect(desk.api.taken.map(({ text }) => text)).toEqual(['reply 2', 'reply 1']);
      expect(await desk.alerts()).toEqual([]);
      expect(await desk.heard(one)).toEqual(['sent']);
    });
  });

  it('is tried ever less often, and told once an hour', async () => {
    await withDesk(async (desk) => {
      const [place] = (await replies(desk, 1)) as [Place];
      desk.api.fates.push(...Array.from({ length: 9 }, () => 'unauthorized' as const));
      const waits: (number | undefined)[] = [];
      while (desk.api.fates.length > 0) {
        const wait = await desk.send(place);
        waits.push(wait);
        desk.clock.pass(wait ?? 0);
      }
      expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
      // 10:00 to 13:03 by the desk's clock, an attempt in each of these hours.
      expect(await desk.alerts()).toEqual([stopped, stopped, stopped, stopped]);
      expect(await desk.send(place)).toBeUndefined();
      expect(await desk.alerts()).toEqual(['account_resumed']);
    });
  });

  it('is paused once by all the attempts that met the refusal together', async () => {
    await withDesk(async (desk) => {
      const places = await replies(desk, 6);
      desk.api.fates.push(...places.map(() => 'unauthorized' as const));
      const waits = await Promise.all(places.map((place) => desk.send(place)));
      expect(waits).toEqual(places.map(() => 60));
      expect(desk.api.fates).toEqual([]);
    });
  });

  it('for a day has the reply failed, and it is not sent after that', async () => {
    await withDesk(async (desk) => {
      const [place] = (await replies(desk, 1)) as [Place];
      desk.api.fates.push(...Array.from({ length: 60 }, () => 'unauthorized' as const));
      await desk.sendToEnd(place);
      expect(desk.api.fates.length).toBeGreaterThan(0);
      expect(desk.api.taken).toEqual([]);
      expect(await desk.heard(place)).toEqual(['failed']);
    });
  });
});

describe('an account of which its provider limits the sending', () => {
  it('is told of once an hour, by the answer too, and sends on', async () => {
    const desk = await openDesk(emulators, 'whatsapp');
    try {
      const [one, other, third] = (await replies(desk, 3)) as [Place, Place, Place];
      desk.api.fates.push('restricted', 'restricted');
      expect(await desk.send(one)).toBe(3600);
      expect(await desk.send(other)).toBe(3600);
      expect(await desk.alerts()).toEqual(['sending_restricted']);
      expect(await desk.send(third)).toBeUndefined();
      desk.clock.pass(3600);
      desk.api.fates.push('restricted');
      expect(await desk.send(one)).toBe(3600);
      expect(await desk.alerts()).toEqual(['sending_restricted']);
    } finally {
      await desk.close();
    }
  });
});

describe('an alert that cannot be published', () => {
  it('leaves the attempt with its outcome: surely not sent', async () => {
    await withDesk(async (desk) => {
      const [place] = (await replies(desk, 1)) as [Place];
      const { client } = desk.target.normalized;
      const send = client.send;
      client.send = () => Promise.reject(new Error('the queue is down'));
      desk.api.fates.push('unauthorized');
      await expect(desk.send(place)).rejects.toThrow('the queue is down');
      client.send = send;
      expect(await desk.entry(place)).toMatchObject({
        delivery: { state: 'accepted', attempt: 1 },
      });
      await desk.sendToEnd(place);
      expect(desk.api.taken).toHaveLength(1);
    });
  });
});

describe('a reply window', () => {
  it('that closes between accept and send has the reply failed, unsent', async () => {
    await withDesk(async (desk) => {
      const conversation = await desk.newConversation();
      desk.clock.pass(23 * 3_600);
      const place = await desk.reply(conversation, 'just in time');
      desk.clock.pass(3_600);
      expect(await desk.send(place)).toBeUndefined();
      expect(desk.api.taken).toEqual([]);
      expect(await desk.heard(place)).toEqual(['failed']);
      expect(await desk.entry(place)).toMatchObject({ errors: [{ code: 'reply_window_closed' }] });
    }, 'whatsapp');
  });

  it('that is open lets it pass', async () => {
    await withDesk(async (desk) => {
      const conversation = await desk.newConversation();
      desk.clock.pass(23 * 3_600);
      const place = await desk.reply(conversation, 'just in time');
      expect(await desk.send(place)).toBeUndefined();
      expect(await desk.heard(place)).toEqual(['sent']);
    }, 'whatsapp');
  });
});

/** Several workers deliver all replies, five at a time, each again after the wait it asked for. */
async function deliverAll(desk: Desk, places: readonly Place[]): Promise<void> {
  const dueAt = new Map(places.map((place) => [place, desk.clock.now.getTime()]));
  while (dueAt.size > 0) {
    desk.clock.pass(Math.max(0, Math.min(...dueAt.values()) - desk.clock.now.getTime()) / 1000);
    const now = desk.clock.now.getTime();
    const due = [...dueAt].filter(([, at]) => at <= now).slice(0, 5);
    const deliver = async ([place]: readonly [Place, number]) => {
      const wait = await desk.send(place);
      if (wait === undefined) dueAt.delete(place);
      else dueAt.set(place, now + wait * 1000);
    };
    await Promise.all(due.map(deliver));
  }
}

describe('the pace of an account', () => {
  it('holds over several workers and all conversations, and every reply goes out once', async () => {
    await withDesk(async (desk) => {
      await deliverAll(desk, await replies(desk, 40));
      expect(new Set(desk.api.taken.map(({ text }) => text)).size).toBe(40);
      expect(desk.api.taken).toHaveLength(40);
      const seconds = desk.api.taken.map(({ at }) => at.getTime() / 1000);
      expect(mostBeyondPace(seconds, { burst: 15, perSecond: 15 / 900 })).toBeLessThanOrEqual(0);
      // Nor slower than it has to be: fifteen at once, then one a minute.
      const [first = 0, last = 0] = [seconds.at(0), seconds.at(-1)];
      expect(last - first).toBeLessThanOrEqual(26 * 60);
    }, 'twitter');
  });

  // Faster than the connector declares, slower than it does, and where it declares none.
  it.each(['twitter', 'whatsapp', 'twilio'] as const)(
    'is that of the stage where the stage names one: %s',
    async (connector) => {
      const pacing = { perSecond: 0.5, burst: 3 };
      const work = async (desk: Desk) => {
        await deliverAll(desk, await replies(desk, 9));
        const seconds = desk.api.taken.map(({ at }) => at.getTime() / 1000);
        expect(seconds).toHaveLength(9);
        expect(mostBeyondPace(seconds, pacing)).toBeLessThanOrEqual(0);
        // Three at once, six more at one in two seconds.
        expect((seconds.at(-1) ?? 0) - (seconds.at(0) ?? 0)).toBeCloseTo(12, 1);
      };
      await withDesk(work, connector, { pacing });
    },
  );
});
