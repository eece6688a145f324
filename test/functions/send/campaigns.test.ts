import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish } from '#shared/aws/publish/publish';
import { readEntry, readMeta } from '#shared/aws/store/table';
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

const pacing = { perSecond: 0.1, burst: 1 };

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

function campaign(desk: Desk, conversation: string, text: string): Promise<Place> {
  return desk.reply(conversation, { content: { type: 'text', text }, purpose: 'marketing' });
}

async function campaigns(desk: Desk, count: number): Promise<Place[]> {
  const places: Place[] = [];
  for (let number = 1; number <= count; number += 1) {
    places.push(await campaign(desk, await desk.newConversation(), `news ${number}`));
  }
  return places;
}

describe("a campaign's message", () => {
  it('never goes on the queue by itself: the sweep gives it a time', async () => {
    await withDesk(async (desk) => {
      const [place] = (await campaigns(desk, 1)) as [Place];
      expect(desk.commands()).toEqual([]);
      expect(await desk.entry(place)).toMatchObject({ dueFor: `twilio/${desk.setting.account}` });
      await deliverAll(desk, []);
      expect(texts(desk)).toEqual(['news 1']);
      expect(await desk.heard(place)).toEqual(['sent']);
      expect(await readMeta(desk.target.table, place.conversationId)).not.toHaveProperty('waiting');
    });
  });

  it('is left alone by a publishing that is repeated after it was sent', async () => {
    await withDesk(async (desk) => {
      const [place] = (await campaigns(desk, 1)) as [Place];
      const { table } = desk.target;
      const meta = await readMeta(table, place.conversationId);
      await deliverAll(desk, []);
      const entry = await readEntry(table, place.conversationId, place.sequence);
      if (!entry) throw new Error('no entry');
      await publish(desk.target, { ...meta, published: place.sequence - 1 }, entry);
      await deliverAll(desk, []);
      expect(texts(desk)).toEqual(['news 1']);
      expect(await readMeta(table, place.conversationId)).not.toHaveProperty('waiting');
      expect(await desk.entry(place)).not.toHaveProperty('duePk');
    });
  });

  it("lets agents' replies go first, and each goes once and within the pace", async () => {
    await withDesk(async (desk) => {
      await campaigns(desk, 8);
      await desk.sweep();
      const released = desk.commands();
      expect(released.length).toBeGreaterThan(4);
      const agents: Place[] = [];
      for (const number of [1, 2, 3]) {
        agents.push(await desk.reply(await desk.newConversation(), `agent ${number}`));
      }
      await deliverAll(desk, [...agents, ...released]);
      expect(texts(desk).slice(0, 3)).toEqual(['agent 1', 'agent 2', 'agent 3']);
      expect(texts(desk).slice(3).toSorted()).toEqual(
        Array.from({ length: 8 }, (_, index) => `news ${index + 1}`),
      );
      expect(mostBeyondPace(secondsOf(desk), pacing)).toBeLessThanOrEqual(0);
    });
  });

  it('takes the times that agents have left free before an earlier one is used up', async () => {
    await withDesk(async (desk) => {
      await campaigns(desk, 30);
      const began = desk.clock.now.getTime() / 1000;
      await deliverAll(desk, []);
      const seconds = secondsOf(desk);
      expect(seconds).toHaveLength(30);
      expect(mostBeyondPace(seconds, pacing)).toBeLessThanOrEqual(0);
      expect((seconds.at(-1) ?? 0) - began).toBeLessThanOrEqual(29 * 10 + 2 * 60);
    });
  });

  it("goes as an agent's would, and before it, once an agent's reply of its conversation waits behind it", async () => {
    await withDesk(async (desk) => {
      await campaigns(desk, 20);
      const conversation = await desk.newConversation();
      const news = await campaign(desk, conversation, 'news for one');
      const answer = await desk.reply(conversation, 'an answer');
      expect(await desk.send(answer)).toBeUndefined();
      const [first] = desk.commands();
      expect(first).toMatchObject(news);
      await deliverAll(desk, [first as Place]);
      const places = ['news for one', 'an answer'].map((text) => texts(desk).indexOf(text));
      expect(places[0]).toBe(0);
      expect(places[1]).toBeLessThan(8);
      expect(texts(desk)).toHaveLength(22);
    });
  });

  it('fails after a day without a free slot', async () => {
    await withDesk(async (desk) => {
      const [place] = (await campaigns(desk, 1)) as [Place];
      desk.clock.pass(86_401);
      await deliverAll(desk, []);
      expect(texts(desk)).toEqual([]);
      expect(await desk.heard(place)).toEqual(['failed']);
      expect((await desk.entry(place)).errors).toMatchObject([{ code: 'not_sent_in_time' }]);
    });
  });

  it.each(deathsAt(12))(
    'is sent once where the sweep or its sender dies at write %d',
    async (at) => {
      await withDesk(async (desk) => {
        const [place] = (await campaigns(desk, 1)) as [Place];
        const revive = dieAtWrite(desk, at);
        await desk.sweep().catch(() => undefined);
        const commands = desk.commands();
        for (const command of commands) await desk.send(command).catch(() => undefined);
        revive();
        await deliverAll(desk, commands);
        expect(texts(desk)).toEqual(['news 1']);
        expect(await desk.heard(place)).toEqual(['sent']);
      });
    },
  );
});
