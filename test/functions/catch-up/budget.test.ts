import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { catchUps } from '#connectors/catch-ups';
import { prices } from '#connectors/twitter/prices';
import { priceMicros } from '#shared/model/price';
import { credentials } from '#test/connectors/twitter/received';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { afterSeconds, type CatchUpHarness, customers, openCatchUp } from './harness.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const open: CatchUpHarness[] = [];
afterEach(() => {
  for (const { x } of open.splice(0)) x.stop();
});
const [ada = ''] = customers;

async function started(catchUp: object = {}): Promise<CatchUpHarness> {
  const harness = await openCatchUp(emulators, catchUp);
  open.push(harness);
  await harness.run();
  harness.pass(600);
  return harness;
}

const day = 86_400;

describe('the budget of a day', () => {
  it('stops the reading, says so once, and the next days go on where it stopped', async () => {
    const harness = await started({ dollarsPerDay: 0.2 });
    const texts = Array.from({ length: 40 }, (_, number) => {
      harness.pass(1);
      harness.mention(ada, `mention ${number}`);
      return `mention ${number}`;
    });
    harness.pass(afterSeconds);
    await harness.run();
    await harness.run();
    const told = await harness.queued();
    expect(told.filter((each) => each === 'alert budget_used')).toHaveLength(1);
    expect(told).not.toContain('mention 39');
    const queued = [...told];
    for (let days = 0; days < 8; days += 1) {
      const { micros } = await harness.spending();
      expect(micros).toBeLessThanOrEqual(200_000);
      harness.pass(day);
      await harness.run();
      queued.push(...(await harness.queued()));
    }
    expect(queued.filter((text) => text.startsWith('mention'))).toEqual(texts);
  });

  it('counts what came with the entries, and adds it to the spending of the account', async () => {
    const harness = await started();
    harness.mention(ada, 'one');
    harness.mention(ada, 'two');
    harness.pass(afterSeconds);
    await harness.run();
    const { micros, uses } = await harness.spending();
    expect(uses).toMatchObject({ 'read:mention': 2, 'read:post': 2, 'read:user': 1 });
    expect(micros).toBe(
      priceMicros(
        prices,
        Object.entries(uses).map(([use, count]) => ({ use, count })),
      ),
    );
  });

  it('is not touched by a day without new mentions', async () => {
    const harness = await started();
    for (let run = 0; run < 288; run += 12) {
      harness.pass(3600);
      await harness.run();
    }
    expect(harness.x.listed).toBe(0);
    expect((await harness.state())?.spent?.micros ?? 0).toBe(0);
    expect((await harness.spending()).micros).toBe(0);
  });

  it('of nothing makes no call', async () => {
    const harness = await started({ dollarsPerDay: 0 });
    harness.pass(3600);
    await harness.run();
    expect(harness.x.calls).toEqual([]);
  });

  it('is counted before a page is read: a run that dies in it has spent it', async () => {
    const harness = await started();
    harness.mention(ada, 'one');
    harness.pass(afterSeconds);
    const seen: number[] = [];
    const dying = {
      twitter: {
        ...catchUps['twitter'],
        read: async () => {
          seen.push((await harness.state())?.spent?.micros ?? 0);
          throw new Error('dies');
        },
      },
    };
    expect(await harness.run({ catchUps: dying as never })).toEqual({ missed: 0, failed: 1 });
    expect(seen[0]).toBeGreaterThan(0);
    expect((await harness.state())?.spent?.micros).toBe(seen[0]);
  });
});

describe('two runs at once', () => {
  it('read once: the second finds the account taken', async () => {
    const harness = await started();
    harness.mention(ada, 'one');
    harness.pass(afterSeconds);
    harness.x.calls.length = 0;
    await Promise.all([harness.run(), harness.run()]);
    expect(harness.x.calls.filter((call) => call.includes('mentions'))).toHaveLength(1);
    expect((await harness.queued()).filter((text) => text === 'one')).toHaveLength(1);
  });

  it('whose first one died go on when its lease is over', async () => {
    const harness = await started();
    harness.mention(ada, 'one');
    harness.pass(afterSeconds);
    const enqueue = async () => {
      throw new Error('the queue is down');
    };
    expect(await harness.run({ enqueue })).toEqual({ missed: 0, failed: 1 });
    expect(await harness.queued()).toEqual([]);
    await harness.run();
    expect(await harness.queued()).toContain('one');
  });
});

describe('a crash behind the queue', () => {
  it('queues the same items again, under the same ids, and still knows of the gap', async () => {
    const harness = await started();
    harness.mention(ada, 'one');
    harness.directMessage(ada, 'private');
    harness.pass(afterSeconds);
    const queuedIds: string[] = [];
    const enqueue = async (items: readonly { deduplicationId: string }[]) => {
      queuedIds.push(...items.map(({ deduplicationId }) => deduplicationId));
      throw new Error('dies when SQS has accepted');
    };
    await harness.run({ enqueue });
    expect(queuedIds).toHaveLength(1);
    expect((await harness.state())?.gap).toBeDefined();
    const [post] = harness.x.posts;
    await harness.known(post?.id ?? '');
    await harness.run();
    expect(await harness.queued()).toEqual(['private', 'alert messages_missed']);
  });
});

describe('refusals of X', () => {
  it('429: the account waits until the reset that X names, and says nothing', async () => {
    const harness = await started();
    const reset = String(Math.ceil(Date.now() / 1000) + 600);
    harness.x.refusals.push({
      path: /mentions/,
      status: 429,
      headers: { 'x-rate-limit-reset': reset },
    });
    harness.mention(ada, 'one');
    harness.pass(afterSeconds);
    await harness.run();
    const calls = harness.x.calls.length;
    harness.pass(300);
    await harness.run();
    expect(harness.x.calls).toHaveLength(calls);
    harness.pass(310);
    await harness.run();
    expect(await harness.queued()).toEqual(['one', 'alert messages_missed']);
  });

  it('402: told, and no call for an hour', async () => {
    const harness = await started();
    harness.x.refusals.push({ path: /mentions/, status: 402 });
    await harness.run();
    const calls = harness.x.calls.length;
    harness.pass(3000);
    await harness.run();
    expect(harness.x.calls).toHaveLength(calls);
    expect(await harness.queued()).toEqual(['alert credits_depleted']);
  });

  it('in the middle of a list: what was read is kept, and the rest is read later', async () => {
    const harness = await started();
    harness.mention(ada, 'missed');
    const texts = Array.from({ length: 40 }, (_, number) => {
      harness.pass(1);
      harness.directMessage(ada, `direct ${number}`);
      return `direct ${number}`;
    });
    harness.pass(afterSeconds);
    let pages = 0;
    harness.clock.hasTime = () => pages < 2;
    harness.x.before = (call) => {
      pages += call.includes('dm_events') ? 1 : 0;
    };
    await harness.run();
    expect((await harness.queued()).filter((text) => text.startsWith('direct'))).toEqual([]);
    expect(harness.objects.size).toBe(1);
    harness.clock.hasTime = () => true;
    harness.pass(300);
    await harness.run();
    expect((await harness.queued()).filter((text) => text.startsWith('direct'))).toEqual(texts);
  });

  it('of the place where it stopped, each day: what was read is queued, and what was not is told', async () => {
    const harness = await started({ dollarsPerDay: 0.3 });
    harness.mention(ada, 'missed');
    for (let number = 0; number < 60; number += 1) {
      harness.directMessage(ada, `direct ${number}`);
      harness.pass(1);
    }
    harness.pass(afterSeconds);
    await harness.run();
    expect((await harness.state())?.lists['direct_messages']?.walk?.token).toBeDefined();
    const queued = await harness.queued();
    harness.x.refusals.push({ path: /dm_events/, status: 400 });
    for (let run = 0; run < 4; run += 1) {
      harness.pass(run === 0 ? day : 300);
      await harness.run();
    }
    queued.push(...(await harness.queued()));
    const directs = queued.filter((text) => text.startsWith('direct'));
    expect(directs.length).toBeGreaterThan(10);
    expect(directs.at(-1)).toBe('direct 59');
    expect(queued.filter((text) => text === 'alert messages_missed')).toHaveLength(2);
  });

  it('401 to tokens that were refreshed meanwhile: the secret is read again, and the call made once more', async () => {
    const harness = await started();
    harness.x.refusals.push({ path: /mentions/, status: 401 });
    harness.mention(ada, 'one');
    harness.pass(afterSeconds);
    const newest = { ...credentials, accessTokenSecret: 'newer' };
    const current = async (_id: unknown, _read: unknown, { refresh = false } = {}) =>
      refresh ? newest : credentials;
    const secrets = { of: async () => [credentials], current };
    await harness.run({ secrets: secrets as never });
    expect(await harness.queued()).toEqual(['one', 'alert messages_missed']);
  });

  it('of the place where it stopped: it reads from the beginning', async () => {
    const harness = await started();
    harness.mention(ada, 'missed');
    for (let number = 0; number < 12; number += 1) harness.directMessage(ada, `direct ${number}`);
    harness.pass(afterSeconds);
    let pages = 0;
    harness.clock.hasTime = () => pages < 1;
    harness.x.before = (call) => {
      pages += call.includes('dm_events') ? 1 : 0;
    };
    await harness.run();
    harness.clock.hasTime = () => true;
    harness.x.refusals.push({ path: /dm_events/, status: 400 });
    harness.pass(300);
    await harness.run();
    harness.pass(300);
    await harness.run();
    const queued = (await harness.queued()).filter((text) => text.startsWith('direct'));
    expect(queued).toHaveLength(12);
    expect(queued.at(-1)).toBe('direct 11');
  });
});
