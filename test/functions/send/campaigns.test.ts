import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publish } from '#shared/aws/publish/publish';
import { readConversation, readEntry } from '#shared/aws/store/table';
import { maxBeyondPace } from '#test/store/pace';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { bySize, deathsAt } from '#test/support/runner/size';
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

const pacing = { perSecond: 0.1, burst: 1 };

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

function campaign(harness: Harness, conversation: string, text: string): Promise<Place> {
  return harness.reply(conversation, { content: { type: 'text', text }, purpose: 'marketing' });
}

async function campaigns(harness: Harness, count: number): Promise<Place[]> {
  const places: Place[] = [];
  for (let number = 1; number <= count; number += 1) {
    places.push(await campaign(harness, await harness.newConversation(), `news ${number}`));
  }
  return places;
}

describe("a campaign's message", () => {
  it('never goes on the queue by itself: the sweep gives it a time', async () => {
    await withHarness(async (harness) => {
      const [place] = (await campaigns(harness, 1)) as [Place];
      expect(harness.commands()).toEqual([]);
      expect(await harness.entry(place)).toMatchObject({
        dueFor: `twilio/${harness.setting.account}`,
      });
      await deliverAll(harness, []);
      expect(texts(harness)).toEqual(['news 1']);
      expect(await harness.heard(place)).toEqual(['sent']);
      expect(await readConversation(harness.target.table, place.conversationId)).not.toHaveProperty(
        'waiting',
      );
    });
  });

  it('is left alone by a publishing that is repeated after it was sent', async () => {
    await withHarness(async (harness) => {
      const [place] = (await campaigns(harness, 1)) as [Place];
      const { table } = harness.target;
      const conversation = await readConversation(table, place.conversationId);
      await deliverAll(harness, []);
      const entry = await readEntry(table, place.conversationId, place.sequence);
      if (!entry) throw new Error('no entry');
      await publish(harness.target, { ...conversation, published: place.sequence - 1 }, entry);
      await deliverAll(harness, []);
      expect(texts(harness)).toEqual(['news 1']);
      expect(await readConversation(table, place.conversationId)).not.toHaveProperty('waiting');
      expect(waitsInDue(await harness.entry(place))).toBe(false);
    });
  });

  it("lets agents' replies go first, and each goes once and within the pace", async () => {
    await withHarness(async (harness) => {
      await campaigns(harness, 8);
      await harness.sweep();
      const released = harness.commands();
      expect(released.length).toBeGreaterThan(4);
      const agents: Place[] = [];
      for (const number of [1, 2, 3]) {
        agents.push(await harness.reply(await harness.newConversation(), `agent ${number}`));
      }
      await deliverAll(harness, [...agents, ...released]);
      expect(texts(harness).slice(0, 3)).toEqual(['agent 1', 'agent 2', 'agent 3']);
      expect(texts(harness).slice(3).toSorted()).toEqual(
        Array.from({ length: 8 }, (_, index) => `news ${index + 1}`),
      );
      expect(maxBeyondPace(secondsOf(harness), pacing)).toBeLessThanOrEqual(0);
    });
  });

  const many = bySize({ small: 15, full: 30 });

  it('takes the times that agents have left free before an earlier one is used up', async () => {
    await withHarness(async (harness) => {
      await campaigns(harness, many);
      const began = harness.clock.now.getTime() / 1000;
      await deliverAll(harness, []);
      const seconds = secondsOf(harness);
      expect(seconds).toHaveLength(many);
      expect(maxBeyondPace(seconds, pacing)).toBeLessThanOrEqual(0);
      expect((seconds.at(-1) ?? 0) - began).toBeLessThanOrEqual((many - 1) * 10 + 2 * 60);
    });
  });

  it("goes as an agent's would, and before it, once an agent's reply of its conversation waits behind it", async () => {
    await withHarness(async (harness) => {
      await campaigns(harness, 10);
      const conversation = await harness.newConversation();
      const news = await campaign(harness, conversation, 'news for one');
      const answer = await harness.reply(conversation, 'an answer');
      expect(await harness.send(answer)).toBeUndefined();
      const [first] = harness.commands();
      expect(first).toMatchObject(news);
      await deliverAll(harness, [first as Place]);
      const places = ['news for one', 'an answer'].map((text) => texts(harness).indexOf(text));
      expect(places[0]).toBe(0);
      expect(places[1]).toBeLessThan(8);
      expect(texts(harness)).toHaveLength(12);
    });
  });

  it('fails after a day without a free slot', async () => {
    await withHarness(async (harness) => {
      const [place] = (await campaigns(harness, 1)) as [Place];
      harness.clock.pass(86_401);
      await deliverAll(harness, []);
      expect(texts(harness)).toEqual([]);
      expect(await harness.heard(place)).toEqual(['failed']);
      expect((await harness.entry(place)).errors).toMatchObject([{ code: 'not_sent_in_time' }]);
    });
  });

  it.each(deathsAt(12))(
    'is sent once where the sweep or its sender dies at write %d',
    async (at) => {
      await withHarness(async (harness) => {
        const [place] = (await campaigns(harness, 1)) as [Place];
        const revive = dieAtWrite(harness, at);
        await harness.sweep().catch(() => undefined);
        const commands = harness.commands();
        for (const command of commands) await harness.send(command).catch(() => undefined);
        revive();
        await deliverAll(harness, commands);
        expect(texts(harness)).toEqual(['news 1']);
        expect(await harness.heard(place)).toEqual(['sent']);
      });
    },
  );
});
