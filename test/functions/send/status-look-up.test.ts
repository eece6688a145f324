import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readState } from '#shared/aws/store/state';
import type { Event } from '#shared/model/event';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness } from './harness/harness.ts';
import type { Place } from './harness/outbound-queue.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const hours = (count: number) => count * 3600;

/** A reply that was sent, and of which nothing was heard since. */
async function withSent(work: (harness: Harness, place: Place) => Promise<void>, text = 'Hello') {
  const harness = await openHarness(emulators, 'twilio');
  try {
    const place = await harness.reply(await harness.newConversation(), text);
    await harness.sendToEnd(place);
    await harness.events(place);
    await work(harness, place);
  } finally {
    await harness.close();
  }
}

/** The sweep runs, and what it asks for is done. Resolves with how often the provider was asked. */
async function lookUps(harness: Harness): Promise<number> {
  const before = harness.asked.length;
  await harness.sweep();
  for (const place of harness.commands()) await harness.send(place);
  return harness.asked.length - before;
}

const fetched = (status: string, error_code: number | null = null) => ({
  status: 200,
  body: { sid: 'SM', status, error_code },
});
const statusesOf = (events: readonly Event[]) =>
  events.map(({ data }) => (data as { status?: string }).status);

describe('a reply without a final status', () => {
  it('is looked up after twelve hours, once, and the outcome is told as a callback would tell it', async () => {
    await withSent(async (harness, place) => {
      harness.api.lookUp = fetched('undelivered', 30003);
      harness.clock.pass(hours(12) - 60);
      expect(await lookUps(harness)).toBe(0);
      harness.clock.pass(120);
      expect(await lookUps(harness)).toBe(1);
      const [failed, ...others] = await harness.events(place);
      expect(others).toEqual([]);
      expect(failed?.data).toMatchObject({
        status: 'failed',
        errors: [{ code: 'temporary_failure', providerCode: '30003', retryable: true }],
      });
      harness.clock.pass(hours(12));
      expect(await lookUps(harness)).toBe(0);
    });
  });

  it('tells an opt-out and trouble of the account as a callback would', async () => {
    await withSent(async (harness, place) => {
      harness.api.lookUp = fetched('undelivered', 21610);
      harness.clock.pass(hours(13));
      expect(await lookUps(harness)).toBe(1);
      const next = await harness.reply(place.conversationId, 'again');
      expect((await harness.entry(next)).errors?.[0]?.code).toBe('recipient_opted_out');
    });
    await withSent(async (harness) => {
      harness.api.lookUp = fetched('failed', 30034);
      harness.clock.pass(hours(13));
      expect(await lookUps(harness)).toBe(1);
      expect(await harness.alerts()).toEqual(['channel_misconfigured']);
    });
    await withSent(async (harness, place) => {
      harness.api.lookUp = fetched('canceled');
      harness.clock.pass(hours(13));
      await lookUps(harness);
      expect((await harness.entry(place)).errors?.[0]?.code).toBe('canceled');
    });
  });

  it('stays sent where that is all the provider knows, and is not looked up again', async () => {
    await withSent(async (harness, place) => {
      harness.api.lookUp = fetched('sent');
      harness.clock.pass(hours(13));
      expect(await lookUps(harness)).toBe(1);
      expect(await harness.events(place)).toEqual([]);
      harness.clock.pass(hours(13));
      expect(await lookUps(harness)).toBe(0);
      expect((await readState(emulators.table, place))?.duePk).toBeUndefined();
    });
  });

  it('is looked up again an hour later while the provider does not answer', async () => {
    await withSent(async (harness, place) => {
      harness.api.lookUp = { status: 503, body: '' };
      harness.clock.pass(hours(12) + 1);
      expect(await lookUps(harness)).toBe(1);
      harness.clock.pass(600);
      expect(await lookUps(harness)).toBe(0);
      harness.api.lookUp = fetched('delivered');
      harness.clock.pass(hours(1));
      expect(await lookUps(harness)).toBe(1);
      expect(statusesOf(await harness.events(place))).toEqual(['delivered']);
    });
  });

  it('is given up after a day of silence', async () => {
    await withSent(async (harness, place) => {
      harness.api.lookUp = { status: 503, body: '' };
      harness.clock.pass(hours(37));
      expect(await lookUps(harness)).toBe(0);
      expect((await readState(emulators.table, place))?.duePk).toBeUndefined();
      expect((await harness.entry(place)).status).toBe('sent');
    });
  });
});

describe('a reply with a final status', () => {
  it('asks nothing', async () => {
    await withSent(async (harness, place) => {
      const { providerMessageId = '' } = await harness.entry(place);
      await harness.tell(place, 'delivered', { providerMessageId });
      harness.clock.pass(hours(13));
      expect(await lookUps(harness)).toBe(0);
      expect((await readState(emulators.table, place))?.duePk).toBeUndefined();
    });
  });
});
