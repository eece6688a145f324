import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pauseAccount, resumeAccount } from '#shared/aws/store/sending/pause';
import { type Reservation, reserveSlots } from '#shared/aws/store/sending/slots';
import type { Pacing } from '#shared/connector/declaration';
import { parameters } from '#test/properties/parameters';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { maxBeyondPace } from './pace.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

let opened = 0;
function newAccount() {
  opened += 1;
  const account = { connector: 'whatsapp', account: `turn-${opened}` };
  const at = (seconds: number) => new Date(Date.parse('2026-11-21T10:00:00.000Z') + seconds * 1000);
  return {
    /** Slots and the pause's end in seconds. */
    take: async (seconds: number, pacing?: Pacing, count = 1, withinSeconds = 120) => {
      const wanted = { now: at(seconds), count, withinMs: withinSeconds * 1000 };
      return inSeconds(await reserveSlots(emulators.table, account, pacing, wanted));
    },
    pause: (seconds: number, asked?: number) =>
      pauseAccount(emulators.table, account, asked, at(seconds)),
    resume: () => resumeAccount(emulators.table, account),
  };
}

/** Calls that write to the table while something is done. */
async function countWrites(work: () => Promise<unknown>): Promise<number> {
  const { client } = emulators.table;
  const original = client.send;
  let writes = 0;
  const counted = (command: { constructor: { name: string } }) => {
    if (command.constructor.name !== 'GetCommand') writes += 1;
    return Reflect.apply(original, client, [command]) as unknown;
  };
  Object.assign(client, { send: counted });
  await work().finally(() => Object.assign(client, { send: original }));
  return writes;
}

const began = Date.parse('2026-11-21T10:00:00.000Z');
const secondsOf = (ms: number) => (ms - began) / 1000;

function inSeconds({ slots, pausedUntilMs, afterPause, isProbing }: Reservation) {
  return {
    slots: slots.map(secondsOf),
    ...{ afterPause, isProbing },
    ...(pausedUntilMs === undefined ? {} : { pausedUntil: secondsOf(pausedUntilMs) }),
  };
}

const free = (...slots: number[]) => ({ slots, afterPause: false, isProbing: false });

describe('the slots of an account', () => {
  it('are any moment where no pace is declared, and nothing is written then', async () => {
    const { take } = newAccount();
    const given = await Promise.all(Array.from({ length: 5 }, () => take(7)));
    expect(given).toEqual(given.map(() => free(7)));
    expect(await take(8, undefined, 3)).toEqual(free(8, 8, 8));
    expect(await countWrites(() => take(9))).toBe(0);
  });

  it('are a burst, then one each interval, however many ask and in whatever blocks', async () => {
    const { take } = newAccount();
    const pacing = { perSecond: 0.1, burst: 3 };
    expect(await take(0, pacing, 2)).toEqual(free(0, 0));
    expect(await take(0, pacing, 3)).toEqual(free(0, 10, 20));
    expect(await take(5, pacing)).toEqual(free(30));
    // All of them have passed, and the bucket is full again.
    expect(await take(1000, pacing, 4)).toEqual(free(1000, 1000, 1000, 1010));
  });

  it('are reserved by one write for all that are asked for together', async () => {
    const { take } = newAccount();
    const pacing = { perSecond: 80, burst: 80 };
    expect(await countWrites(() => take(0, pacing))).toBe(1);
    expect(await countWrites(() => take(0, pacing, 10))).toBe(1);
  });

  it('end with the near time: what is beyond is not taken, and costs no write', async () => {
    const { take } = newAccount();
    const pacing = { perSecond: 0.1, burst: 1 };
    expect(await take(0, pacing, 5, 30)).toEqual(free(0, 10, 20, 30));
    expect(await countWrites(() => take(0, pacing, 5, 30))).toBe(0);
    expect(await take(0, pacing, 5, 30)).toEqual(free());
    expect(await take(10, pacing, 5, 30)).toEqual(free(40));
  });

  it('are each given once to senders that ask at the same time, and all of them get one', async () => {
    const { take } = newAccount();
    const pacing = { perSecond: 0.5, burst: 3 };
    const given = await Promise.all(
      Array.from({ length: 40 }, (_, index) => take(0, pacing, 1 + (index % 3), 1000)),
    );
    const slots = given.flatMap((each) => each.slots).toSorted((a, b) => a - b);
    const wanted = 40 + 13 + 26;
    expect(slots).toEqual([0, 0, ...Array.from({ length: wanted - 2 }, (_, index) => index * 2)]);
  });

  it('are given once too where another sender is faster at the item of an idle account', async () => {
    const { take } = newAccount();
    const pacing = { perSecond: 0.1, burst: 3 };
    const { client } = emulators.table;
    const original = client.send;
    const others: unknown[] = [];
    const overtaken = async (command: { constructor: { name: string } }) => {
      const read: unknown = await Reflect.apply(original, client, [command]);
      if (command.constructor.name === 'GetCommand' && others.length === 0) {
        Object.assign(client, { send: original });
        others.push(await take(0, pacing, 3));
      }
      return read;
    };
    Object.assign(client, { send: overtaken });
    expect(await take(0, pacing)).toEqual(free(10));
    expect(others).toEqual([free(0, 0, 0)]);
  });

  it('are none where DynamoDB takes no more writes of the item', async () => {
    const { take } = newAccount();
    const { client } = emulators.table;
    const original = client.send;
    const throttled = (command: { constructor: { name: string } }) =>
      command.constructor.name === 'UpdateCommand'
        ? Promise.reject(Object.assign(new Error('slow down'), { name: 'ThrottlingException' }))
        : (Reflect.apply(original, client, [command]) as Promise<unknown>);
    Object.assign(client, { send: throttled });
    const pacing = { perSecond: 1, burst: 1 };
    expect(await take(0, pacing).finally(() => Object.assign(client, { send: original }))).toEqual(
      free(),
    );
    expect(await take(0, pacing)).toEqual(free(0));
  });

  it('never pass the pace in any window, whoever asks, for how many and whenever', async () => {
    const step = fc.record({
      afterMilliseconds: fc.integer({ min: 0, max: 20_000 }),
      askers: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 }),
    });
    const steps = fc.array(step, { minLength: 5, maxLength: 15 });
    const pace = fc.record({
      perSecond: fc.constantFrom(0.05, 0.5, 15 / 900, 3, 80),
      burst: fc.integer({ min: 1, max: 6 }),
    });
    const withinPace = async (
      pacing: Pacing,
      asked: readonly { afterMilliseconds: number; askers: readonly number[] }[],
    ) => {
      const { take } = newAccount();
      const given: number[] = [];
      let now = 0;
      for (const { afterMilliseconds, askers } of asked) {
        now += afterMilliseconds;
        const slots = await Promise.all(askers.map((count) => take(now / 1000, pacing, count)));
        given.push(...slots.flatMap((each) => each.slots));
      }
      expect(given.length).toBeGreaterThan(0);
      expect(maxBeyondPace(given, pacing)).toBeLessThanOrEqual(0);
      expect(Math.max(...given) - now / 1000).toBeLessThanOrEqual(120 + 5 * (1 / pacing.perSecond));
    };
    await fc.assert(fc.asyncProperty(pace, steps, withinPace), parameters(25));
  });

  it('would be caught passing the pace: the check finds one too many', () => {
    const pacing = { perSecond: 1, burst: 2 };
    expect(maxBeyondPace([0, 0, 1, 2], pacing)).toBeLessThanOrEqual(0);
    expect(maxBeyondPace([0, 0, 0.5], pacing)).toBeGreaterThan(0);
  });
});

describe('a paused account', () => {
  it('has no slots until the pause is over, and the next one knows that there was one', async () => {
    const { take, pause } = newAccount();
    await pause(0);
    for (const pacing of [undefined, { perSecond: 1, burst: 5 }]) {
      expect(await take(10, pacing)).toMatchObject({ slots: [], pausedUntil: 60 });
      expect(await take(60, pacing)).toEqual({ slots: [60], afterPause: true, isProbing: true });
    }
  });

  it('is paused for as long as its provider says, an hour at the most', async () => {
    const { take, pause } = newAccount();
    await pause(0, 300);
    expect(await take(0)).toMatchObject({ pausedUntil: 300 });
    await pause(300, 86_400);
    expect(await take(300)).toMatchObject({ pausedUntil: 3900 });
  });

  it('is paused twice as long each time, up to an hour', async () => {
    const { take, pause } = newAccount();
    const waits: number[] = [];
    let now = 0;
    for (let count = 0; count < 9; count += 1) {
      await pause(now);
      const { pausedUntil = 0 } = await take(now);
      waits.push(pausedUntil - now);
      now = pausedUntil;
    }
    expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
  });

  it('is paused once by attempts that fail together, and by those that end within the pause', async () => {
    const { take, pause } = newAccount();
    await Promise.all(Array.from({ length: 8 }, () => pause(0)));
    await pause(20);
    expect(await take(20)).toMatchObject({ pausedUntil: 60 });
    await pause(60);
    expect(await take(60)).toMatchObject({ pausedUntil: 180 });
  });

  it('resumes once, and begins anew with a short pause', async () => {
    const { take, pause, resume } = newAccount();
    expect(await resume()).toBe(false);
    await pause(0);
    await pause(60);
    const resumed = await Promise.all(Array.from({ length: 5 }, () => resume()));
    expect(resumed.filter(Boolean)).toHaveLength(1);
    expect(await take(61)).toEqual(free(61));
    await pause(61);
    expect(await take(61)).toMatchObject({ pausedUntil: 121 });
  });

  it('keeps its pace over the pause', async () => {
    const { take, pause } = newAccount();
    const pacing = { perSecond: 0.01, burst: 1 };
    await take(0, pacing);
    await pause(0);
    expect(await take(60, pacing)).toMatchObject({ slots: [100] });
  });
});
