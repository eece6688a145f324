import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leasePart } from '#shared/aws/store/sending/lease';
import {
  recordFailed,
  recordNotSent,
  recordUncertain,
} from '#shared/aws/store/sending/record-outcome';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, leaseSeconds, openHarness } from './harness/harness.ts';
import { minutes } from './harness/minutes.ts';
import type { Place } from './harness/outbound-queue.ts';
import type { Fate } from './harness/scripted-apis.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function withReply(
  work: (harness: Harness, place: Place) => Promise<void>,
  text = 'Hello back',
): Promise<void> {
  const harness = await openHarness(emulators);
  try {
    await work(harness, await harness.reply(await harness.newConversation(), text));
  } finally {
    await harness.close();
  }
}

/** Claims as a worker does that then dies, or lives on. */
async function claim(harness: Harness, place: Place) {
  return leasePart(harness.target.table, place, {
    part: 0,
    parts: 1,
    leaseUntil: new Date(harness.clock.now.getTime() + leaseSeconds * 1000).toISOString(),
    at: harness.clock.now.toISOString(),
  });
}

describe('a reply', () => {
  it('goes out once and is told as sent, however often its command is delivered', async () => {
    await withReply(async (harness, place) => {
      for (let delivery = 0; delivery < 3; delivery += 1) {
        expect(await harness.send(place)).toBeUndefined();
      }
      expect(harness.api.taken.map(({ text }) => text)).toEqual(['Hello back']);
      expect(await harness.heard(place)).toEqual(['sent']);
      expect(await harness.entry(place)).toMatchObject({
        status: 'sent',
        providerMessageId: harness.api.taken[0]?.id,
        delivery: { state: 'sent', attempt: 1 },
      });
    });
  });

  it('goes out once where many workers get its command at once', async () => {
    await withReply(async (harness, place) => {
      const waits = await Promise.all(Array.from({ length: 8 }, () => harness.send(place)));
      expect(harness.api.taken).toHaveLength(1);
      for (const wait of waits) expect(wait ?? leaseSeconds).toBe(leaseSeconds);
      expect(await harness.send(place)).toBeUndefined();
      expect(harness.api.taken).toHaveLength(1);
      expect(await harness.heard(place)).toEqual(['sent']);
    });
  });

  it('is left alone while another worker’s lease runs, to the end of that lease', async () => {
    await withReply(async (harness, place) => {
      await claim(harness, place);
      harness.clock.pass(20);
      expect(await harness.send(place)).toBe(leaseSeconds - 20);
      expect(harness.api.taken).toEqual([]);
    });
  });

  it('is uncertain once that lease is over, and is not sent again', async () => {
    await withReply(async (harness, place) => {
      harness.api.lookUp = { status: 500, body: {} };
      await claim(harness, place);
      harness.clock.pass(leaseSeconds);
      expect(await harness.send(place)).toBeUndefined();
      expect(await harness.entry(place)).toMatchObject({ delivery: { state: 'uncertain' } });
      expect(harness.api.taken).toEqual([]);
      expect(await harness.heard(place)).toEqual([]);
    });
  });

  it('belongs to one claim: a worker whose claim was taken over settles nothing', async () => {
    await withReply(async (harness, place) => {
      const { table } = harness.target;
      const first = await claim(harness, place);
      expect(await claim(harness, place)).toBeUndefined();
      const at = harness.clock.now.toISOString();
      if (!first) throw new Error('the first claim was refused');
      expect(await recordNotSent(table, place, first, { notBefore: at, lookAfterAt: at })).toBe(
        true,
      );
      const second = await claim(harness, place);
      expect(second).toMatchObject({ delivery: { attempt: 2, state: 'sending' } });
      const error = { code: 'outcome_unknown' as const, title: 'x', retryable: false };
      expect(await recordFailed(table, place, { error, at, attempt: 1 })).toBe(false);
      expect(await recordUncertain(table, place, first, { lookAfterAt: at })).toBe(false);
      expect(await recordNotSent(table, place, first, { notBefore: at, lookAfterAt: at })).toBe(
        false,
      );
      expect(await harness.entry(place)).toMatchObject({
        delivery: { attempt: 2, state: 'sending' },
      });
    });
  });
});

/** The kinds of event about a reply; its waits are those of delayed.test.ts. */
const told = async (harness: Harness, place: Place) =>
  (await harness.heard(place)).filter((kind) => kind !== 'delayed');

describe('a provider that asks to wait', () => {
  it('is waited for as long as it says, and the reply goes out once', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('throttled');
      expect(await harness.send(place)).toBe(30);
      harness.clock.pass(29);
      expect(await harness.send(place)).toBe(1);
      expect(harness.api.taken).toEqual([]);
      harness.clock.pass(1);
      expect(await harness.send(place)).toBeUndefined();
      expect(harness.api.taken).toHaveLength(1);
      expect(await harness.heard(place)).toEqual(['sent']);
      expect(await harness.entry(place)).toMatchObject({ delivery: { attempt: 2 } });
    });
  });

  it('for a second at a time is asked ever less often, so that the attempts last for hours', async () => {
    await withReply(async (harness, place) => {
      harness.api.retryAfterSeconds = 1;
      harness.api.fates.push(...Array.from({ length: 19 }, () => 'throttled' as const));
      const start = harness.clock.now.getTime();
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
      expect(harness.clock.now.getTime() - start).toBeGreaterThan(2 * 3_600_000);
    });
  });

  it('for ever has the reply failed after twenty attempts, told once', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push(...Array.from({ length: 25 }, () => 'throttled' as const));
      await harness.sendToEnd(place);
      expect(harness.api.fates).toHaveLength(5);
      expect(await told(harness, place)).toEqual(['failed']);
      expect(harness.api.taken).toEqual([]);
    });
  });

  it('is given up after a day, and the agent is told', async () => {
    await withReply(async (harness, place) => {
      harness.api.retryAfterSeconds = 40_000;
      harness.api.fates.push(...Array.from({ length: 5 }, () => 'throttled' as const));
      await harness.sendToEnd(place);
      expect(harness.api.fates.length).toBeGreaterThan(0);
      expect(harness.api.taken).toEqual([]);
      expect(await told(harness, place)).toEqual(['failed']);
      expect(await harness.entry(place)).toMatchObject({ errors: [{ code: 'not_sent_in_time' }] });
    });
  });
});

describe('a refusal', () => {
  it('for good is told as failed, and the reply is not tried again', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('refused');
      await harness.sendToEnd(place);
      await harness.sendToEnd(place);
      expect(harness.api.taken).toEqual([]);
      expect(await told(harness, place)).toEqual(['failed']);
    });
  });
});

describe('an outcome nobody knows', () => {
  const fates: readonly Fate[] = [
    'taken_then_500',
    'taken_then_reset',
    'taken_then_hang',
    'lost_with_500',
  ];

  it.each(fates)(
    'after %s is uncertain, and the reply is never sent again by itself',
    async (fate) => {
      await withReply(async (harness, place) => {
        harness.api.fates.push(fate);
        harness.api.lookUp = { status: 503, body: {} };
        const taken = fate.startsWith('taken') ? 1 : 0;
        for (let minute = 0; minute < 20; minute += 1) {
          await harness.sendToEnd(place);
          await minutes(harness, 1);
        }
        expect(harness.api.taken).toHaveLength(taken);
        expect(await harness.heard(place)).toEqual(['uncertain']);
        expect(await harness.entry(place)).toMatchObject({
          delivery: { state: 'uncertain', attempt: 1 },
        });
      });
    },
  );

  it('lets the conversation’s next reply go on', async () => {
    await withReply(async (harness, place) => {
      harness.api.fates.push('lost_with_500');
      harness.api.lookUp = { status: 503, body: {} };
      await harness.sendToEnd(place);
      const next = await harness.reply(place.conversationId, 'Are you there?');
      await harness.sendToEnd(next);
      expect(harness.api.taken.map(({ text }) => text)).toEqual(['Are you there?']);
    });
  });
});
