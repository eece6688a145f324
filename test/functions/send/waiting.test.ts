import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConversation } from '#shared/aws/store/table';
import { conversationKey } from '#shared/table/keys';
import { maxBeyondPace } from '#test/store/pace';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { deathsAt } from '#test/support/runner/size';
import { deliverAll } from './harness/deliver-all.ts';
import { dieAtWrite } from './harness/die-at-write.ts';
import { type Harness, openHarness } from './harness/harness.ts';
import type { Place } from './harness/outbound-queue.ts';
import { waitsInDue } from './harness/waits-in-due.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

/** The second slot is waited for on the queue, the third is too far away. */
const pacing = { perSecond: 0.01, burst: 1 };

async function withHarness(work: (harness: Harness) => Promise<void>): Promise<void> {
  const harness = await openHarness(emulators, 'twilio', { pacing });
  try {
    await work(harness);
  } finally {
    await harness.close();
  }
}

const texts = (harness: Harness) => harness.api.taken.map(({ text }) => text);
const secondsOf = (harness: Harness) => harness.api.taken.map(({ at }) => at.getTime() / 1000);
const waiting = async (harness: Harness, { conversationId }: Place) =>
  (await readConversation(harness.target.table, conversationId)).waiting ?? new Set();

/** Replies in one conversation, or each in its own. */
async function replies(harness: Harness, count: number, conversation?: string): Promise<Place[]> {
  const places: Place[] = [];
  for (let number = 1; number <= count; number += 1) {
    const own = conversation ?? (await harness.newConversation());
    places.push(await harness.reply(own, `reply ${number}`));
  }
  return places;
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `reply ${index + 1}`);

describe('a reply whose slot is far away', () => {
  it('leaves the queue, and is released when an account has a slot for it in the next two minutes', async () => {
    await withHarness(async (harness) => {
      const [first, second, third] = (await replies(harness, 3)) as [Place, Place, Place];
      expect(await harness.send(first)).toBeUndefined();
      expect(await harness.send(second)).toBe(100);
      expect(await harness.send(third)).toBeUndefined();
      expect(texts(harness)).toEqual(['reply 1']);
      expect(await harness.entry(third)).toMatchObject({
        dueFor: `twilio/${harness.setting.account}`,
        delivery: { state: 'accepted', attempt: 0 },
      });
      expect(await waiting(harness, third)).toEqual(new Set([third.sequence]));
      await harness.sweep();
      expect(harness.commands()).toEqual([]);
      harness.clock.pass(80);
      await harness.sweep();
      const [released] = harness.commands();
      expect(released).toMatchObject(third);
      expect(waitsInDue(await harness.entry(third))).toBe(false);
      harness.clock.pass(20);
      expect(await harness.send(second)).toBeUndefined();
      expect(await harness.send(released as Place)).toBe(100);
      harness.clock.pass(100);
      expect(await harness.send(released as Place)).toBeUndefined();
      expect(texts(harness)).toEqual(['reply 1', 'reply 2', 'reply 3']);
      expect(await waiting(harness, third)).toEqual(new Set());
    });
  });

  it('is sent once, within the pace and no slower than it has to be', async () => {
    await withHarness(async (harness) => {
      await deliverAll(harness, await replies(harness, 12));
      expect(texts(harness).toSorted()).toEqual(numbered(12).toSorted());
      expect(maxBeyondPace(secondsOf(harness), pacing)).toBeLessThanOrEqual(0);
      const seconds = secondsOf(harness);
      expect((seconds.at(-1) ?? 0) - (seconds[0] ?? 0)).toBeLessThanOrEqual(11 * 100 + 60);
    });
  });

  it('fails after a day, and those behind it go on', async () => {
    await withHarness(async (harness) => {
      const [first, second] = (await replies(harness, 2, await harness.newConversation())) as [
        Place,
        Place,
      ];
      harness.api.retryAfterSeconds = 90_000;
      harness.api.fates.push('throttled');
      await harness.sendToEnd(first);
      await harness.sendToEnd(second);
      expect(await harness.heard(first)).toEqual(['delayed', 'failed']);
      expect((await harness.entry(first)).errors).toMatchObject([{ code: 'not_sent_in_time' }]);
      expect(await harness.heard(second)).toEqual(['failed']);
      expect(await waiting(harness, first)).toEqual(new Set());
    });
  });
});

describe('replies of one conversation', () => {
  it('keep their order where all but the first wait in due', async () => {
    await withHarness(async (harness) => {
      await deliverAll(harness, await replies(harness, 6, await harness.newConversation()));
      expect(texts(harness)).toEqual(numbered(6));
      expect(maxBeyondPace(secondsOf(harness), pacing)).toBeLessThanOrEqual(0);
    });
  });

  it('do not pass one that waits, also when the account could take them at once', async () => {
    await withHarness(async (harness) => {
      const conversation = await harness.newConversation();
      for (const busy of await replies(harness, 2)) await harness.send(busy);
      const [first, second] = (await replies(harness, 2, conversation)) as [Place, Place];
      await harness.send(first);
      expect(await waiting(harness, first)).toEqual(new Set([first.sequence]));
      // From now on the account is idle.
      harness.clock.pass(10_000);
      expect(await harness.send(second)).toBeUndefined();
      expect(await waiting(harness, first)).toEqual(new Set([first.sequence, second.sequence]));
      const before = texts(harness).length;
      await harness.sweep();
      const [released, ...others] = harness.commands();
      expect(released).toMatchObject(first);
      expect(others).toEqual([]);
      await harness.send(released as Place);
      // The one behind it is released by the one before it, and not only by the next run of the sweep.
      const [next] = harness.commands();
      expect(next).toMatchObject(second);
      await harness.sendToEnd(next as Place);
      expect(texts(harness).slice(before)).toEqual(['reply 1', 'reply 2']);
    });
  });

  it('go on where the number of one that is over was left behind', async () => {
    await withHarness(async (harness) => {
      const conversation = await harness.newConversation();
      const [first] = (await replies(harness, 1, conversation)) as [Place];
      await harness.send(first);
      const { table } = harness.target;
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: conversationKey(conversation),
          UpdateExpression: 'ADD waiting :sequences',
          ExpressionAttributeValues: { ':sequences': new Set([first.sequence]) },
        }),
      );
      const second = await harness.reply(conversation, 'reply 2');
      expect(await harness.send(second)).toBeUndefined();
      expect(texts(harness)).toEqual(['reply 1']);
      await deliverAll(harness, []);
      expect(texts(harness)).toEqual(['reply 1', 'reply 2']);
      expect(await waiting(harness, first)).toEqual(new Set());
    });
  });
});

describe('a crash', () => {
  const writes = deathsAt(7);

  /** Everything is sent once and in order, and nothing is left to wait. */
  async function expectAll(
    harness: Harness,
    places: readonly Place[],
    count: number,
  ): Promise<void> {
    await deliverAll(harness, places);
    expect(texts(harness).filter((text) => text.startsWith('reply'))).toEqual(numbered(count));
    for (const place of places) {
      expect(await harness.heard(place)).toEqual(['delayed', 'sent']);
      expect(waitsInDue(await harness.entry(place))).toBe(false);
      expect(await waiting(harness, place)).toEqual(new Set());
    }
  }

  /** Two replies of one conversation that are to wait in due, and an account that is busy for two minutes. */
  async function withBusyAccount(
    work: (harness: Harness, places: readonly [Place, Place]) => Promise<void>,
  ): Promise<void> {
    await withHarness(async (harness) => {
      const conversation = await harness.newConversation();
      for (const text of ['busy 1', 'busy 2']) {
        await harness.send(await harness.reply(await harness.newConversation(), text));
      }
      await work(harness, (await replies(harness, 2, conversation)) as [Place, Place]);
    });
  }

  it.each(writes)(
    'at write %d of a reply that goes to wait loses and doubles nothing',
    async (at) => {
      await withBusyAccount(async (harness, places) => {
        const revive = dieAtWrite(harness, at);
        for (const place of places) await harness.send(place).catch(() => undefined);
        revive();
        await expectAll(harness, places, 2);
      });
    },
  );

  it.each(writes)(
    'at write %d of the sweep that releases loses and doubles nothing',
    async (at) => {
      await withBusyAccount(async (harness, places) => {
        for (const place of places) await harness.send(place);
        harness.clock.pass(100);
        const revive = dieAtWrite(harness, at);
        await harness.sweep().catch(() => undefined);
        revive();
        await deliverAll(harness, harness.commands());
        await expectAll(harness, places, 2);
      });
    },
  );

  it.each(deathsAt(12))(
    'at write %d of a reply that was released loses and doubles nothing',
    async (at) => {
      await withBusyAccount(async (harness, places) => {
        for (const place of places) await harness.send(place);
        const command = await harness.released(places[0]);
        harness.clock.pass(300);
        const revive = dieAtWrite(harness, at);
        await harness.send(command ?? places[0]).catch(() => undefined);
        revive();
        harness.api.lookUp = undefined;
        await deliverAll(harness, [command ?? places[0], ...harness.commands()]);
        await expectAll(harness, places, 2);
      });
    },
  );
});
