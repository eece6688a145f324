import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimPart } from '#shared/aws/store/sending/claim';
import { settleFailed, settleNotSent, settleUncertain } from '#shared/aws/store/sending/settle';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Desk, leaseSeconds, openDesk } from './desk.ts';
import { minutes } from './minutes.ts';
import type { Place } from './outbound-queue.ts';
import type { Fate } from './scripted-apis.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function withReply(
  work: (desk: Desk, place: Place) => Promise<void>,
  text = 'Hello back',
): Promise<void> {
  const desk = await openDesk(emulators);
  try {
    await work(desk, await desk.reply(await desk.newConversation(), text));
  } finally {
    await desk.close();
  }
}

/** Claims as a worker does that then dies, or lives on. */
async function claim(desk: Desk, place: Place) {
  return claimPart(desk.target.table, place, {
    part: 0,
    parts: 1,
    leaseUntil: new Date(desk.clock.now.getTime() + leaseSeconds * 1000).toISOString(),
    at: desk.clock.now.toISOString(),
  });
}

describe('a reply', () => {
  it('goes out once and is told as sent, however often its command is delivered', async () => {
    await withReply(async (desk, place) => {
      for (let delivery = 0; delivery < 3; delivery += 1) {
        expect(await desk.send(place)).toBeUndefined();
      }
      expect(desk.api.taken.map(({ text }) => text)).toEqual(['Hello back']);
      expect(await desk.heard(place)).toEqual(['sent']);
      expect(await desk.entry(place)).toMatchObject({
        status: 'sent',
        providerMessageId: desk.api.taken[0]?.id,
        delivery: { state: 'sent', attempt: 1 },
      });
    });
  });

  it('goes out once where many workers get its command at once', async () => {
    await withReply(async (desk, place) => {
      const waits = await Promise.all(Array.from({ length: 8 }, () => desk.send(place)));
      expect(desk.api.taken).toHaveLength(1);
      for (const wait of waits) expect(wait ?? leaseSeconds).toBe(leaseSeconds);
      expect(await desk.send(place)).toBeUndefined();
      expect(desk.api.taken).toHaveLength(1);
      expect(await desk.heard(place)).toEqual(['sent']);
    });
  });

  it('is left alone while another worker’s lease runs, to the end of that lease', async () => {
    await withReply(async (desk, place) => {
      await claim(desk, place);
      desk.clock.pass(20);
      expect(await desk.send(place)).toBe(leaseSeconds - 20);
      expect(desk.api.taken).toEqual([]);
    });
  });

  it('is uncertain once that lease is over, and is not sent again', async () => {
    await withReply(async (desk, place) => {
      desk.api.lookUp = { status: 500, body: {} };
      await claim(desk, place);
      desk.clock.pass(leaseSeconds);
      expect(await desk.send(place)).toBeUndefined();
      expect(await desk.entry(place)).toMatchObject({ delivery: { state: 'uncertain' } });
      expect(desk.api.taken).toEqual([]);
      expect(await desk.heard(place)).toEqual([]);
    });
  });

  it('belongs to one claim: a worker whose claim was taken over settles nothing', async () => {
    await withReply(async (desk, place) => {
      const { table } = desk.target;
      const first = await claim(desk, place);
      expect(await claim(desk, place)).toBeUndefined();
      const at = desk.clock.now.toISOString();
      if (!first) throw new Error('the first claim was refused');
      expect(await settleNotSent(table, place, first, { notBefore: at, lookAfterAt: at })).toBe(
        true,
      );
      const second = await claim(desk, place);
      expect(second).toMatchObject({ delivery: { attempt: 2, state: 'sending' } });
      const error = { code: 'outcome_unknown' as const, title: 'x', retryable: false };
      expect(await settleFailed(table, place, { error, at, attempt: 1 })).toBe(false);
      expect(await settleUncertain(table, place, first, { lookAfterAt: at })).toBe(false);
      expect(await settleNotSent(table, place, first, { notBefore: at, lookAfterAt: at })).toBe(
        false,
      );
      expect(await desk.entry(place)).toMatchObject({ delivery: { attempt: 2, state: 'sending' } });
    });
  });
});

describe('a provider that asks to wait', () => {
  it('is waited for as long as it says, and the reply goes out once', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('throttled');
      expect(await desk.send(place)).toBe(30);
      desk.clock.pass(29);
      expect(await desk.send(place)).toBe(1);
      expect(desk.api.taken).toEqual([]);
      desk.clock.pass(1);
      expect(await desk.send(place)).toBeUndefined();
      expect(desk.api.taken).toHaveLength(1);
      expect(await desk.heard(place)).toEqual(['sent']);
      expect(await desk.entry(place)).toMatchObject({ delivery: { attempt: 2 } });
    });
  });

  it('for a second at a time is asked ever less often, so that the attempts last for hours', async () => {
    await withReply(async (desk, place) => {
      desk.api.retryAfterSeconds = 1;
      desk.api.fates.push(...Array.from({ length: 19 }, () => 'throttled' as const));
      const start = desk.clock.now.getTime();
      await desk.sendToEnd(place);
      expect(desk.api.taken).toHaveLength(1);
      expect(desk.clock.now.getTime() - start).toBeGreaterThan(2 * 3_600_000);
    });
  });

  it('for ever has the reply failed after twenty attempts, told once', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push(...Array.from({ length: 25 }, () => 'throttled' as const));
      await desk.sendToEnd(place);
      expect(desk.api.fates).toHaveLength(5);
      expect(await desk.heard(place)).toEqual(['failed']);
      expect(desk.api.taken).toEqual([]);
    });
  });

  it('is given up after a day, and the agent is told', async () => {
    await withReply(async (desk, place) => {
      desk.api.retryAfterSeconds = 40_000;
      desk.api.fates.push(...Array.from({ length: 5 }, () => 'throttled' as const));
      await desk.sendToEnd(place);
      expect(desk.api.fates.length).toBeGreaterThan(0);
      expect(desk.api.taken).toEqual([]);
      expect(await desk.heard(place)).toEqual(['failed']);
      expect(await desk.entry(place)).toMatchObject({ errors: [{ code: 'not_sent_in_time' }] });
    });
  });
});

describe('a refusal', () => {
  it('for good is told as failed, and the reply is not tried again', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('refused');
      await desk.sendToEnd(place);
      await desk.sendToEnd(place);
      expect(desk.api.taken).toEqual([]);
      expect(await desk.heard(place)).toEqual(['failed']);
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
      await withReply(async (desk, place) => {
        desk.api.fates.push(fate);
        desk.api.lookUp = { status: 503, body: {} };
        const taken = fate.startsWith('taken') ? 1 : 0;
        for (let minute = 0; minute < 20; minute += 1) {
          await desk.sendToEnd(place);
          await minutes(desk, 1);
        }
        expect(desk.api.taken).toHaveLength(taken);
        expect(await desk.heard(place)).toEqual(['uncertain']);
        expect(await desk.entry(place)).toMatchObject({
          delivery: { state: 'uncertain', attempt: 1 },
        });
      });
    },
  );

  it('lets the conversation’s next reply go on', async () => {
    await withReply(async (desk, place) => {
      desk.api.fates.push('lost_with_500');
      desk.api.lookUp = { status: 503, body: {} };
      await desk.sendToEnd(place);
      const next = await desk.reply(place.conversationId, 'Are you there?');
      await desk.sendToEnd(next);
      expect(desk.api.taken.map(({ text }) => text)).toEqual(['Are you there?']);
    });
  });
});
