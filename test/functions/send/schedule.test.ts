import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness } from './harness/harness.ts';
import { lines } from './harness/lines.ts';
import type { Place } from './harness/outbound-queue.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const hours = (count: number) => count * 3600;
const settings = {
  ...{ address: lines.twilio.business, messagingServiceSid: `MG${'a'.repeat(32)}` },
};

async function withHarness(work: (harness: Harness, conversationId: string) => Promise<void>) {
  const harness = await openHarness(emulators, 'twilio', { settings });
  try {
    await work(harness, await harness.newConversation());
  } finally {
    await harness.close();
  }
}

const inSeconds = ({ clock }: Harness, seconds: number) =>
  new Date(clock.now.getTime() + seconds * 1000).toISOString();

/** A reply with a time, taken and not sent yet. */
async function scheduled(harness: Harness, conversationId: string, seconds: number) {
  const sendAt = inSeconds(harness, seconds);
  const content = { type: 'text', text: 'Good morning' } as const;
  return { sendAt, place: await harness.reply(conversationId, { content, sendAt }) };
}

const outcomes = async (harness: Harness, place: Place) =>
  (await harness.events(place)).map(({ data }) => data);

/** The sweep runs, and what it asks for is done. Resolves with how often the provider was asked. */
async function lookUps(harness: Harness): Promise<number> {
  const before = harness.asked.length;
  await harness.sweep();
  for (const place of harness.commands()) await harness.send(place);
  return harness.asked.length - before;
}

const fetched = (status: string) => ({ status: 200, body: { sid: 'SM', status } });

describe('a reply with a time', () => {
  it('is handed over at once, and told as sent with the time until which the provider keeps it', async () => {
    await withHarness(async (harness, conversationId) => {
      const { sendAt, place } = await scheduled(harness, conversationId, hours(48));
      await harness.sendToEnd(place);
      const form = new URLSearchParams(harness.asked[0]?.body);
      expect(form.get('SendAt')).toBe(sendAt.replace('.000Z', 'Z'));
      expect(form.get('ScheduleType')).toBe('fixed');
      expect(await outcomes(harness, place)).toMatchObject([
        { status: 'sent', metadata: { scheduledFor: sendAt } },
      ]);
    });
  });

  it('holds no later reply back', async () => {
    await withHarness(async (harness, conversationId) => {
      const { place } = await scheduled(harness, conversationId, hours(48));
      await harness.sendToEnd(place);
      await harness.sendToEnd(await harness.reply(conversationId, 'at once'));
      expect(harness.api.taken.map(({ text }) => text)).toEqual(['Good morning', 'at once']);
      expect((await harness.entry(place)).status).toBe('sent');
    });
  });

  it('fails where its command comes too late, and is not sent', async () => {
    await withHarness(async (harness, conversationId) => {
      const { place } = await scheduled(harness, conversationId, 900);
      harness.clock.pass(601);
      await harness.sendToEnd(place);
      expect(harness.asked).toEqual([]);
      expect(await outcomes(harness, place)).toMatchObject([
        { status: 'failed', errors: [{ code: 'not_sent_in_time', retryable: true }] },
      ]);
    });
  });

  it('fails where its provider throttles until it is too late', async () => {
    await withHarness(async (harness, conversationId) => {
      const { place } = await scheduled(harness, conversationId, 900);
      harness.api.fates.push('throttled');
      harness.api.retryAfterSeconds = 700;
      await harness.sendToEnd(place);
      expect(harness.api.taken).toEqual([]);
      expect((await outcomes(harness, place)).at(-1)).toMatchObject({
        errors: [{ code: 'not_sent_in_time' }],
      });
    });
  });

  it('is refused when it is taken where it cannot be honoured', async () => {
    await withHarness(async (harness, conversationId) => {
      const { place } = await scheduled(harness, conversationId, 60);
      expect(await harness.entry(place)).toMatchObject({
        status: 'failed',
        errors: [{ code: 'invalid_reply', title: expect.stringMatching(/^sendAt: /) }],
      });
    });
  });

  it('that is found after an unknown outcome is told with its time', async () => {
    await withHarness(async (harness, conversationId) => {
      const { sendAt, place } = await scheduled(harness, conversationId, hours(48));
      harness.api.fates.push('taken_then_500');
      await harness.send(place);
      harness.clock.pass(90);
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
      expect((await outcomes(harness, place)).at(-1)).toMatchObject({
        ...{ status: 'sent', metadata: { scheduledFor: sendAt } },
      });
    });
  });

  it('that is not found after an unknown outcome is never sent again', async () => {
    await withHarness(async (harness, conversationId) => {
      const { place } = await scheduled(harness, conversationId, hours(48));
      harness.api.fates.push('lost_with_500');
      await harness.send(place);
      harness.clock.pass(90);
      await harness.send(place);
      expect(harness.api.taken).toEqual([]);
      expect((await harness.entry(place)).delivery?.state).toBe('uncertain');
    });
  });
});

describe('the status of a reply with a time', () => {
  it('is looked up twelve hours after that time, and not after it was handed over', async () => {
    await withHarness(async (harness, conversationId) => {
      const { place } = await scheduled(harness, conversationId, hours(48));
      await harness.sendToEnd(place);
      harness.api.lookUp = fetched('delivered');
      harness.clock.pass(hours(59));
      // Its command may come again meanwhile.
      await harness.send(place);
      expect(await lookUps(harness)).toBe(0);
      harness.clock.pass(hours(1) + 1);
      expect(await lookUps(harness)).toBe(1);
      expect((await outcomes(harness, place)).at(-1)).toMatchObject({ status: 'delivered' });
    });
  });

  it('is asked for again while the provider keeps it, for a day', async () => {
    await withHarness(async (harness, conversationId) => {
      const { place } = await scheduled(harness, conversationId, hours(48));
      await harness.sendToEnd(place);
      harness.api.lookUp = fetched('scheduled');
      harness.clock.pass(hours(60) + 1);
      expect(await lookUps(harness)).toBe(1);
      harness.clock.pass(hours(1));
      expect(await lookUps(harness)).toBe(1);
      harness.clock.pass(hours(24));
      expect(await lookUps(harness)).toBe(0);
      expect((await harness.entry(place)).duePk).toBeUndefined();
    });
  });

  it('is failed where it was canceled at the provider', async () => {
    await withHarness(async (harness, conversationId) => {
      const { place } = await scheduled(harness, conversationId, hours(48));
      await harness.sendToEnd(place);
      harness.api.lookUp = fetched('canceled');
      harness.clock.pass(hours(60) + 1);
      await lookUps(harness);
      expect((await outcomes(harness, place)).at(-1)).toMatchObject({ status: 'failed' });
    });
  });
});
