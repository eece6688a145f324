import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pauseAccount, resumeAccount, takeTurn } from '#shared/aws/store/turn';
import type { Pacing } from '#shared/connector/declaration';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { mostBeyondPace } from './pace.ts';

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
    take: (seconds: number, pacing?: Pacing) =>
      takeTurn(emulators.table, account, pacing, at(seconds)),
    pause: (seconds: number, asked?: number) =>
      pauseAccount(emulators.table, account, asked, at(seconds)),
    resume: () => resumeAccount(emulators.table, account),
  };
}

const granted = { granted: true, afterPause: false };

describe('the turns of an account', () => {
  it('are free where no pace is declared', async () => {
    const { take } = newAccount();
    const turns = await Promise.all(Array.from({ length: 5 }, () => take(0)));
    expect(turns).toEqual(turns.map(() => granted));
  });

  it('are a burst, then one each interval, and the wait says when', async () => {
    const { take } = newAccount();
    const pacing = { perSecond: 0.1, burst: 3 };
    for (const second of [0, 0, 0]) expect(await take(second, pacing)).toEqual(granted);
    expect(await take(0, pacing)).toEqual({ granted: false, waitSeconds: 10, reason: 'pacing' });
    expect(await take(9, pacing)).toEqual({ granted: false, waitSeconds: 1, reason: 'pacing' });
    expect(await take(10, pacing)).toEqual(granted);
    expect(await take(10, pacing)).toMatchObject({ granted: false });
    for (const second of [1000, 1000, 1000]) expect(await take(second, pacing)).toEqual(granted);
    expect(await take(1000, pacing)).toMatchObject({ granted: false });
  });

  it('are each given once to senders that ask at the same time', async () => {
    const { take } = newAccount();
    const pacing = { perSecond: 0.1, burst: 3 };
    const turns = await Promise.all(Array.from({ length: 10 }, () => take(0, pacing)));
    const given = turns.filter((turn) => turn.granted);
    expect(given.length).toBeGreaterThan(0);
    expect(given.length).toBeLessThanOrEqual(3);
  });

  it('go to whoever meets another at the item too, while there are any', async () => {
    const { take } = newAccount();
    const pacing = { perSecond: 0.1, burst: 3 };
    const { client } = emulators.table;
    const original = client.send;
    const others: unknown[] = [];
    const overtaken = async (command: { constructor: { name: string } }) => {
      const read: unknown = await Reflect.apply(original, client, [command]);
      if (command.constructor.name === 'GetCommand' && others.length === 0) {
        Object.assign(client, { send: original });
        others.push(await take(0, pacing));
      }
      return read;
    };
    Object.assign(client, { send: overtaken });
    expect(await take(0, pacing)).toEqual(granted);
    expect(others).toEqual([granted]);
    expect(await take(0, pacing)).toEqual(granted);
    expect(await take(0, pacing)).toMatchObject({ granted: false });
  });

  it('never pass the pace in any window, whoever asks and whenever', async () => {
    const step = fc.record({
      afterMilliseconds: fc.integer({ min: 0, max: 20_000 }),
      askers: fc.integer({ min: 1, max: 4 }),
    });
    const steps = fc.array(step, { minLength: 5, maxLength: 15 });
    const pace = fc.record({
      perSecond: fc.constantFrom(0.05, 0.5, 15 / 900, 3),
      burst: fc.integer({ min: 1, max: 6 }),
    });
    const withinPace = async (
      pacing: Pacing,
      asked: readonly { afterMilliseconds: number; askers: number }[],
    ) => {
      const { take } = newAccount();
      const given: number[] = [];
      let now = 0;
      for (const { afterMilliseconds, askers } of asked) {
        now += afterMilliseconds;
        const turns = await Promise.all(
          Array.from({ length: askers }, () => take(now / 1000, pacing)),
        );
        given.push(...turns.filter((turn) => turn.granted).map(() => now / 1000));
      }
      expect(given.length).toBeGreaterThan(0);
      expect(mostBeyondPace(given, pacing)).toBeLessThanOrEqual(0);
    };
    await fc.assert(fc.asyncProperty(pace, steps, withinPace), { numRuns: 25 });
  });

  it('are given again after exactly the wait that was told', async () => {
    const pace = fc.record({
      perSecond: fc.double({ min: 0.01, max: 50, noNaN: true }),
      burst: fc.integer({ min: 1, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(pace, async (pacing) => {
        const { take } = newAccount();
        for (let turn = 0; turn < pacing.burst; turn += 1)
          expect(await take(0, pacing)).toEqual(granted);
        const refused = await take(0, pacing);
        if (refused.granted) throw new Error('more than the burst was granted');
        expect(await take(Math.ceil(refused.waitSeconds * 1000) / 1000, pacing)).toEqual(granted);
      }),
      { numRuns: 15 },
    );
  });

  it('would be caught passing the pace: the check finds one too many', () => {
    const pacing = { perSecond: 1, burst: 2 };
    expect(mostBeyondPace([0, 0, 1, 2], pacing)).toBeLessThanOrEqual(0);
    expect(mostBeyondPace([0, 0, 0.5], pacing)).toBeGreaterThan(0);
  });
});

describe('a paused account', () => {
  it('has no turns until the pause is over, and the next one knows that there was one', async () => {
    const { take, pause } = newAccount();
    await pause(0);
    expect(await take(10)).toEqual({ granted: false, waitSeconds: 50, reason: 'paused' });
    expect(await take(60)).toEqual({ granted: true, afterPause: true });
  });

  it('is paused for as long as its provider says, an hour at the most', async () => {
    const { take, pause } = newAccount();
    await pause(0, 300);
    expect(await take(0)).toMatchObject({ waitSeconds: 300 });
    await pause(300, 86_400);
    expect(await take(300)).toMatchObject({ waitSeconds: 3600 });
  });

  it('is paused twice as long each time, up to an hour', async () => {
    const { take, pause } = newAccount();
    const waits: number[] = [];
    let now = 0;
    for (let count = 0; count < 9; count += 1) {
      await pause(now);
      const turn = await take(now);
      if (turn.granted) throw new Error('a paused account was granted a turn');
      waits.push(turn.waitSeconds);
      now += turn.waitSeconds;
    }
    expect(waits).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
  });

  it('is paused once by attempts that fail together, and by those that end within the pause', async () => {
    const { take, pause } = newAccount();
    await Promise.all(Array.from({ length: 8 }, () => pause(0)));
    await pause(20);
    expect(await take(20)).toMatchObject({ waitSeconds: 40 });
    await pause(60);
    expect(await take(60)).toMatchObject({ waitSeconds: 120 });
  });

  it('resumes once, and begins anew with a short pause', async () => {
    const { take, pause, resume } = newAccount();
    expect(await resume()).toBe(false);
    await pause(0);
    await pause(60);
    const resumed = await Promise.all(Array.from({ length: 5 }, () => resume()));
    expect(resumed.filter(Boolean)).toHaveLength(1);
    expect(await take(61)).toEqual(granted);
    await pause(61);
    expect(await take(61)).toMatchObject({ waitSeconds: 60 });
  });

  it('keeps its pace over the pause', async () => {
    const { take, pause } = newAccount();
    const pacing = { perSecond: 0.001, burst: 1 };
    await take(0, pacing);
    await pause(0);
    expect(await take(60, pacing)).toEqual({ granted: false, waitSeconds: 940, reason: 'pacing' });
  });
});
