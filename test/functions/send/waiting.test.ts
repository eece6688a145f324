import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMeta } from '#shared/aws/store/table';
import { metaKey } from '#shared/table/keys';
import { mostBeyondPace } from '#test/store/pace';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { deathsAt } from '#test/support/size';
import { deliverAll } from './deliver-all.ts';
import { type Desk, openDesk } from './desk.ts';
import { dieAtWrite } from './die-at-write.ts';
import type { Place } from './outbound-queue.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

/** The second slot is waited for on the queue, the third is too far away. */
const pacing = { perSecond: 0.01, burst: 1 };

async function withDesk(work: (desk: Desk) => Promise<void>): Promise<void> {
  const desk = await openDesk(emulators, 'twilio', { pacing });
  try {
    await work(desk);
  } finally {
    await desk.close();
  }
}

const texts = (desk: Desk) => desk.api.taken.map(({ text }) => text);
const secondsOf = (desk: Desk) => desk.api.taken.map(({ at }) => at.getTime() / 1000);
const waiting = async (desk: Desk, { conversationId }: Place) =>
  (await readMeta(desk.target.table, conversationId)).waiting ?? new Set();

/** Replies in one conversation, or each in its own. */
async function replies(desk: Desk, count: number, conversation?: string): Promise<Place[]> {
  const places: Place[] = [];
  for (let number = 1; number <= count; number += 1) {
    const own = conversation ?? (await desk.newConversation());
    places.push(await desk.reply(own, `reply ${number}`));
  }
  return places;
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => `reply ${index + 1}`);

describe('a reply whose slot is far away', () => {
  it('leaves the queue, and is released when an account has a slot for it in the next two minutes', async () => {
    await withDesk(async (desk) => {
      const [first, second, third] = (await replies(desk, 3)) as [Place, Place, Place];
      expect(await desk.send(first)).toBeUndefined();
      expect(await desk.send(second)).toBe(100);
      expect(await desk.send(third)).toBeUndefined();
      expect(texts(desk)).toEqual(['reply 1']);
      expect(await desk.entry(third)).toMatchObject({
        dueFor: `twilio/${desk.setting.account}`,
        delivery: { state: 'accepted', attempt: 0 },
      });
      expect(await waiting(desk, third)).toEqual(new Set([third.sequence]));
      await desk.sweep();
      expect(desk.commands()).toEqual([]);
      desk.clock.pass(80);
      await desk.sweep();
      const [released] = desk.commands();
      expect(released).toMatchObject(third);
      expect(await desk.entry(third)).not.toHaveProperty('duePk');
      desk.clock.pass(20);
      expect(await desk.send(second)).toBeUndefined();
      expect(await desk.send(released as Place)).toBe(100);
      desk.clock.pass(100);
      expect(await desk.send(released as Place)).toBeUndefined();
      expect(texts(desk)).toEqual(['reply 1', 'reply 2', 'reply 3']);
      expect(await waiting(desk, third)).toEqual(new Set());
    });
  });

  it('is sent once, within the pace and no slower than it has to be', async () => {
    await withDesk(async (desk) => {
      await deliverAll(desk, await replies(desk, 12));
      expect(texts(desk).toSorted()).toEqual(numbered(12).toSorted());
      expect(mostBeyondPace(secondsOf(desk), pacing)).toBeLessThanOrEqual(0);
      const seconds = secondsOf(desk);
      expect((seconds.at(-1) ?? 0) - (seconds[0] ?? 0)).toBeLessThanOrEqual(11 * 100 + 60);
    });
  });

  it('fails after a day, and those behind it go on', async () => {
    await withDesk(async (desk) => {
      const [first, second] = (await replies(desk, 2, await desk.newConversation())) as [
        Place,
        Place,
      ];
      desk.api.retryAfterSeconds = 90_000;
      desk.api.fates.push('throttled');
      await desk.sendToEnd(first);
      await desk.sendToEnd(second);
      expect(await desk.heard(first)).toEqual(['failed']);
      expect((await desk.entry(first)).errors).toMatchObject([{ code: 'not_sent_in_time' }]);
      expect(await desk.heard(second)).toEqual(['failed']);
      expect(await waiting(desk, first)).toEqual(new Set());
    });
  });
});

describe('replies of one conversation', () => {
  it('keep their order where all but the first wait in due', async () => {
    await withDesk(async (desk) => {
      await deliverAll(desk, await replies(desk, 6, await desk.newConversation()));
      expect(texts(desk)).toEqual(numbered(6));
      expect(mostBeyondPace(secondsOf(desk), pacing)).toBeLessThanOrEqual(0);
    });
  });

  it('do not pass one that waits, also when the account could take them at once', async () => {
    await withDesk(async (desk) => {
      const conversation = await desk.newConversation();
      for (const busy of await replies(desk, 2)) await desk.send(busy);
      const [first, second] = (await replies(desk, 2, conversation)) as [Place, Place];
      await desk.send(first);
      expect(await waiting(desk, first)).toEqual(new Set([first.sequence]));
      // From now on the account is idle.
      desk.clock.pass(10_000);
      expect(await desk.send(second)).toBeUndefined();
      expect(await waiting(desk, first)).toEqual(new Set([first.sequence, second.sequence]));
      const before = texts(desk).length;
      await desk.sweep();
      const [released, ...others] = desk.commands();
      expect(released).toMatchObject(first);
      expect(others).toEqual([]);
      await desk.send(released as Place);
      // The one behind it is released by the one before it, and not only by the next run of the sweep.
      const [next] = desk.commands();
      expect(next).toMatchObject(second);
      await desk.sendToEnd(next as Place);
      expect(texts(desk).slice(before)).toEqual(['reply 1', 'reply 2']);
    });
  });

  it('go on where the number of one that is over was left behind', async () => {
    await withDesk(async (desk) => {
      const conversation = await desk.newConversation();
      const [first] = (await replies(desk, 1, conversation)) as [Place];
      await desk.send(first);
      const { table } = desk.target;
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: metaKey(conversation),
          UpdateExpression: 'ADD waiting :sequences',
          ExpressionAttributeValues: { ':sequences': new Set([first.sequence]) },
        }),
      );
      const second = await desk.reply(conversation, 'reply 2');
      expect(await desk.send(second)).toBeUndefined();
      expect(texts(desk)).toEqual(['reply 1']);
      await deliverAll(desk, []);
      expect(texts(desk)).toEqual(['reply 1', 'reply 2']);
      expect(await waiting(desk, first)).toEqual(new Set());
    });
  });
});

describe('a crash', () => {
  const writes = deathsAt(7);

  /** Everything is sent once and in order, and nothing is left to wait. */
  async function expectAll(desk: Desk, places: readonly Place[], count: number): Promise<void> {
    await deliverAll(desk, places);
    expect(texts(desk).filter((text) => text.startsWith('reply'))).toEqual(numbered(count));
    for (const place of places) {
      expect(await desk.heard(place)).toEqual(['sent']);
      expect(await desk.entry(place)).not.toHaveProperty('duePk');
      expect(await waiting(desk, place)).toEqual(new Set());
    }
  }

  /** Two replies of one conversation that are to wait in due, and an account that is busy for two minutes. */
  async function withBusyAccount(
    work: (desk: Desk, places: readonly [Place, Place]) => Promise<void>,
  ): Promise<void> {
    await withDesk(async (desk) => {
      const conversation = await desk.newConversation();
      for (const text of ['busy 1', 'busy 2']) {
        await desk.send(await desk.reply(await desk.newConversation(), text));
      }
      await work(desk, (await replies(desk, 2, conversation)) as [Place, Place]);
    });
  }

  it.each(writes)(
    'at write %d of a reply that goes to wait loses and doubles nothing',
    async (at) => {
      await withBusyAccount(async (desk, places) => {
        const revive = dieAtWrite(desk, at);
        for (const place of places) await desk.send(place).catch(() => undefined);
        revive();
        await expectAll(desk, places, 2);
      });
    },
  );

  it.each(writes)(
    'at write %d of the sweep that releases loses and doubles nothing',
    async (at) => {
      await withBusyAccount(async (desk, places) => {
        for (const place of places) await desk.send(place);
        desk.clock.pass(100);
        const revive = dieAtWrite(desk, at);
        await desk.sweep().catch(() => undefined);
        revive();
        await deliverAll(desk, desk.commands());
        await expectAll(desk, places, 2);
      });
    },
  );

  it.each(deathsAt(12))(
    'at write %d of a reply that was released loses and doubles nothing',
    async (at) => {
      await withBusyAccount(async (desk, places) => {
        for (const place of places) await desk.send(place);
        const command = await desk.released(places[0]);
        desk.clock.pass(300);
        const revive = dieAtWrite(desk, at);
        await desk.send(command ?? places[0]).catch(() => undefined);
        revive();
        desk.api.lookUp = undefined;
        await deliverAll(desk, [command ?? places[0], ...desk.commands()]);
        await expectAll(desk, places, 2);
      });
    },
  );
});
