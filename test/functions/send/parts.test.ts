import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimPart } from '#shared/aws/store/sending/claim';
import {
  settleNotSent,
  settleProvedUnsent,
  settleUncertain,
} from '#shared/aws/store/sending/settle';
import { settleSent } from '#shared/aws/store/sending/settle-sent';
import { readMeta } from '#shared/aws/store/table';
import { currentMessage } from '#shared/events/current-message';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Desk, leaseSeconds, openDesk } from './desk.ts';
import { minutes } from './minutes.ts';
import type { Place } from './outbound-queue.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const unreachable = { status: 503, body: {} };

/** A reply that goes out in so many messages. */
async function withReply(
  count: number,
  work: (desk: Desk, place: Place) => Promise<void>,
): Promise<void> {
  const desk = await openDesk(emulators);
  const text = ['a', 'b', 'c'].slice(0, count).map((letter) => letter.repeat(1500));
  try {
    await work(desk, await desk.reply(await desk.newConversation(), text.join(' ')));
  } finally {
    await desk.close();
  }
}

const idOf = (desk: Desk, part: number) => desk.api.taken[part]?.id ?? `SM${'e'.repeat(32)}`;
type Told = Parameters<Desk['tell']>[1];
const tell = (desk: Desk, place: Place, part: number, status: Told) =>
  desk.tell(place, status, { providerMessageId: idOf(desk, part), part });

/** The last event of the reply since the last call, with how many there were. */
async function lastTold(desk: Desk, place: Place) {
  const events = await desk.events(place);
  const last = events.at(-1);
  return { count: events.length, type: last?.type.split('.')[2], ...(last?.data as object) };
}

const sent = (part: number, desk: Desk) => ({
  ...{ part, status: 'sent', providerMessageId: idOf(desk, part), errors: [] },
});
const notSent = (part: number) => ({
  ...{ part, status: 'failed', errors: [expect.objectContaining({ code: 'part_not_sent' })] },
});
const undelivered = (part: number, desk: Desk) => ({
  ...{ part, status: 'failed', providerMessageId: idOf(desk, part) },
  errors: [expect.objectContaining({ code: 'undelivered' })],
});
const inPart = [expect.objectContaining({ code: 'sent_in_part', retryable: false })];

describe('a reply whose second message is refused', () => {
  it('is told as sent in part, with the provider’s id of the one that arrived', async () => {
    await withReply(2, async (desk, place) => {
      desk.api.fates.push('taken', 'refused');
      await desk.sendToEnd(place);
      const refused = {
        ...{ part: 1, status: 'failed' },
        errors: [expect.objectContaining({ code: 'recipient_unreachable' })],
      };
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: inPart },
        message: { providerMessageId: idOf(desk, 0) },
        parts: [sent(0, desk), refused],
      });
      const meta = await readMeta(desk.target.table, place.conversationId);
      const message = currentMessage(meta, await desk.entry(place));
      expect(message).toMatchObject({ status: 'failed', errors: inPart });
      expect(message?.parts).toMatchObject([sent(0, desk), refused]);
    });
  });

  it('lists what was never attempted as not sent', async () => {
    await withReply(3, async (desk, place) => {
      desk.api.fates.push('taken', 'refused');
      await desk.sendToEnd(place);
      const { parts } = (await lastTold(desk, place)) as { parts?: object[] };
      expect(parts).toMatchObject([sent(0, desk), { status: 'failed' }, notSent(2)]);
      expect(desk.api.taken).toHaveLength(1);
    });
  });

  it('is plainly failed where the first one was refused: nothing arrived', async () => {
    await withReply(2, async (desk, place) => {
      desk.api.fates.push('refused');
      await desk.sendToEnd(place);
      expect(await lastTold(desk, place)).toMatchObject({
        errors: [{ code: 'recipient_unreachable' }],
        parts: [{ part: 0, status: 'failed' }, notSent(1)],
      });
    });
  });
});

describe('the whole of several messages', () => {
  it('is delivered when all are, and the event lists them', async () => {
    await withReply(2, async (desk, place) => {
      await desk.sendToEnd(place);
      expect(await lastTold(desk, place)).toMatchObject({
        type: 'sent',
        parts: [sent(0, desk), sent(1, desk)],
      });
      await tell(desk, place, 1, 'delivered');
      expect(await desk.heard(place)).toEqual([]);
      expect((await desk.entry(place)).status).toBe('sent');
      await tell(desk, place, 0, 'delivered');
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ count: 1, type: 'delivered' },
        parts: [{ status: 'delivered' }, { status: 'delivered' }],
      });
    });
  });

  const fates = ['failed', 'delivered'] as const;
  it.each([
    ['the failure first', [0, 1]],
    ['the delivery first', [1, 0]],
  ] as const)('is failed and sent in part when one fails, %s', async (_, order) => {
    await withReply(2, async (desk, place) => {
      await desk.sendToEnd(place);
      for (const part of order) await tell(desk, place, part, fates[part]);
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ type: 'failed', errors: inPart },
        parts: [undelivered(0, desk), { part: 1, providerMessageId: idOf(desk, 1) }],
      });
      expect((await desk.entry(place)).status).toBe('failed');
      // Repeats of either change nothing.
      for (const part of order) await tell(desk, place, part, fates[part]);
      expect(await desk.heard(place)).toEqual([]);
    });
  });

  it('is plainly failed when all have failed, and told so after it was sent in part', async () => {
    await withReply(2, async (desk, place) => {
      await desk.sendToEnd(place);
      await tell(desk, place, 1, 'failed');
      await tell(desk, place, 0, 'failed');
      expect(await desk.heard(place)).toEqual(['sent', 'failed', 'failed']);
      expect(await desk.entry(place)).toMatchObject({ errors: [{ code: 'undelivered' }] });
    });
  });

  it('says what is true when a failed message was read after all', async () => {
    await withReply(2, async (desk, place) => {
      await desk.sendToEnd(place);
      await tell(desk, place, 0, 'failed');
      await tell(desk, place, 1, 'read');
      await tell(desk, place, 0, 'read');
      expect(await desk.heard(place)).toEqual(['sent', 'failed', 'read']);
      expect(await desk.entry(place)).toMatchObject({
        ...{ status: 'read', errors: [{ code: 'undelivered' }] },
      });
    });
  });
});

describe('a message that fails before later ones have left', () => {
  it('stops them: they are not sent, and told so', async () => {
    await withReply(3, async (desk, place) => {
      desk.api.fates.push('taken', 'throttled');
      await desk.send(place);
      await tell(desk, place, 0, 'failed');
      await desk.sendToEnd(place);
      expect(desk.api.taken).toHaveLength(1);
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: [{ code: 'undelivered' }] },
        parts: [undelivered(0, desk), notSent(1), notSent(2)],
      });
      await desk.sweep();
      expect(desk.commands()).toEqual([]);
    });
  });

  it('stops them also where its failure came before anybody knew its id', async () => {
    await withReply(2, async (desk, place) => {
      desk.api.onTaken = (id) => desk.tellStranger('failed', id);
      await desk.sendToEnd(place);
      expect(desk.api.taken).toHaveLength(1);
      expect(await desk.heard(place)).toEqual(['failed']);
    });
  });

  it('and what came for it before, and is overtaken, changes nothing', async () => {
    await withReply(1, async (desk, place) => {
      desk.api.onTaken = (id) => desk.tellStranger('sent', id);
      await desk.sendToEnd(place);
      await desk.sendToEnd(place);
      expect(await desk.heard(place)).toEqual(['sent']);
    });
  });

  /** The second message is claimed by a worker, and the first fails while its call is open. */
  async function failingMeanwhile(desk: Desk, place: Place) {
    const { table } = desk.target;
    desk.api.fates.push('taken', 'throttled');
    await desk.send(place);
    const at = desk.clock.now.toISOString();
    const leaseUntil = new Date(desk.clock.now.getTime() + leaseSeconds * 1000).toISOString();
    const claimed = await claimPart(table, place, { part: 1, parts: 3, leaseUntil, at });
    if (!claimed) throw new Error('not claimed');
    await tell(desk, place, 0, 'failed');
    expect(await lastTold(desk, place)).toMatchObject({
      errors: [{ code: 'undelivered' }],
      parts: [undelivered(0, desk), { part: 1, status: 'sending', errors: [] }, notSent(2)],
    });
    return { table, at, claimed };
  }

  it('and one in flight that did arrive turns plain failed into sent in part', async () => {
    await withReply(3, async (desk, place) => {
      const { table, at } = await failingMeanwhile(desk, place);
      const meta = await readMeta(table, place.conversationId);
      await settleSent(table, meta, place.sequence, { part: 1, at, providerMessageId: 'SM1' });
      await desk.sendToEnd(place);
      expect(desk.api.taken).toHaveLength(1);
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: inPart },
        parts: [
          undelivered(0, desk),
          { part: 1, status: 'sent', providerMessageId: 'SM1' },
          notSent(2),
        ],
      });
      expect((await desk.entry(place)).delivery).toMatchObject({ state: 'failed' });
    });
  });

  it('and one in flight that surely was not sent is not tried again', async () => {
    await withReply(3, async (desk, place) => {
      const { table, at, claimed } = await failingMeanwhile(desk, place);
      await settleNotSent(table, place, claimed, { notBefore: at, lookAfterAt: at });
      await desk.sendToEnd(place);
      expect(desk.api.taken).toHaveLength(1);
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: [{ code: 'undelivered' }] },
        parts: [undelivered(0, desk), notSent(1), notSent(2)],
      });
    });
  });

  it('and one in flight that nobody knows of is proved unsent, or told as uncertain', async () => {
    await withReply(3, async (desk, place) => {
      const { table, at, claimed } = await failingMeanwhile(desk, place);
      await settleUncertain(table, place, claimed, { lookAfterAt: at });
      expect(await settleProvedUnsent(table, place, claimed)).toBe(true);
      await desk.sendToEnd(place);
      expect(desk.api.taken).toHaveLength(1);
      expect(await lastTold(desk, place)).toMatchObject({
        parts: [undelivered(0, desk), notSent(1), notSent(2)],
      });
    });
    await withReply(3, async (desk, place) => {
      desk.api.lookUp = unreachable;
      await failingMeanwhile(desk, place);
      desk.clock.pass(2_000);
      // Found to be uncertain, looked up, told.
      await minutes(desk, 3);
      expect(await lastTold(desk, place)).toMatchObject({
        type: 'failed',
        parts: [undelivered(0, desk), { part: 1, status: 'uncertain' }, notSent(2)],
      });
    });
  });
});

describe('an uncertain message', () => {
  it('after one that was sent stops the rest: sent in part, never an uncertain whole of surely unsent parts', async () => {
    await withReply(3, async (desk, place) => {
      desk.api.fates.push('taken', 'taken_then_reset');
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(place);
      await minutes(desk, 15);
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: inPart },
        parts: [sent(0, desk), { part: 1, status: 'uncertain' }, notSent(2)],
      });
      expect((await desk.entry(place)).errors?.[0]?.title).toBe(
        '1 of 3 parts were sent and have not failed; what became of 1 is unknown',
      );
      await tell(desk, place, 1, 'delivered');
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ type: 'failed', errors: inPart },
        parts: [sent(0, desk), { part: 1, status: expect.anything() }, notSent(2)],
      });
      await desk.sweep();
      for (const command of desk.commands()) await desk.sendToEnd(command);
      expect(desk.api.taken).toHaveLength(2);
      expect(await desk.entry(place)).toMatchObject({ delivery: { state: 'failed' } });
    });
  });

  it('that is the first leaves the whole uncertain: nobody knows whether any of it was sent', async () => {
    await withReply(3, async (desk, place) => {
      desk.api.fates.push('taken_then_reset');
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(place);
      await minutes(desk, 15);
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ count: 1, type: 'uncertain', errors: [{ code: 'outcome_unknown' }] },
        parts: [{ part: 0, status: 'uncertain' }, notSent(1), notSent(2)],
      });
    });
  });

  it('that is proved unsent after the helpdesk was told is told as such', async () => {
    await withReply(3, async (desk, place) => {
      desk.api.fates.push('taken', 'lost_with_500');
      const { lookUp } = desk.api;
      desk.api.lookUp = unreachable;
      await desk.sendToEnd(place);
      await minutes(desk, 15);
      expect(await desk.heard(place)).toEqual(['failed']);
      desk.api.lookUp = lookUp;
      await desk.sendToEnd(place);
      expect(desk.api.taken).toHaveLength(1);
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: inPart },
        parts: [sent(0, desk), notSent(1), notSent(2)],
      });
    });
  });
});

describe('a failure', () => {
  it('after a delivery is told and shown', async () => {
    await withReply(1, async (desk, place) => {
      await desk.sendToEnd(place);
      await tell(desk, place, 0, 'delivered');
      await tell(desk, place, 0, 'failed');
      await tell(desk, place, 0, 'delivered');
      expect(await desk.heard(place)).toEqual(['sent', 'delivered', 'failed']);
      expect(await desk.entry(place)).toMatchObject({
        ...{ status: 'failed', errors: [{ code: 'undelivered' }] },
      });
    });
  });

  it('after a reading is only told: the status stays read', async () => {
    await withReply(1, async (desk, place) => {
      await desk.sendToEnd(place);
      await tell(desk, place, 0, 'read');
      await tell(desk, place, 0, 'failed');
      await tell(desk, place, 0, 'failed');
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ count: 3, type: 'read', status: 'read', errors: [{ code: 'undelivered' }] },
      });
      expect(await desk.entry(place)).toMatchObject({
        ...{ status: 'read', errors: [{ code: 'undelivered' }] },
      });
    });
  });

  it('before a reading is kept beside it: the last one told says both', async () => {
    await withReply(1, async (desk, place) => {
      await desk.sendToEnd(place);
      await tell(desk, place, 0, 'failed');
      await tell(desk, place, 0, 'read');
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ count: 3, type: 'read', errors: [{ code: 'undelivered' }] },
      });
    });
  });

  it('that we concluded gives way to a provider that has the message all the same', async () => {
    await withReply(1, async (desk, place) => {
      desk.api.fates.push('refused');
      await desk.sendToEnd(place);
      await tell(desk, place, 0, 'delivered');
      expect(await desk.heard(place)).toEqual(['failed', 'delivered']);
      expect(await desk.entry(place)).toMatchObject({ status: 'delivered' });
    });
  });
});

describe('two things at the same time', () => {
  it('a message that is taken and one that fails end alike, whichever is recorded first', async () => {
    for (let round = 0; round < 8; round += 1) {
      await withReply(3, async (desk, place) => {
        desk.api.fates.push('taken', 'throttled');
        await desk.send(place);
        const { table } = desk.target;
        const at = desk.clock.now.toISOString();
        await claimPart(table, place, { part: 1, parts: 3, leaseUntil: at, at });
        const meta = await readMeta(table, place.conversationId);
        await Promise.all([
          settleSent(table, meta, place.sequence, { part: 1, at, providerMessageId: 'SM1' }),
          tell(desk, place, 0, 'failed'),
        ]);
        await desk.sendToEnd(place);
        expect(desk.api.taken).toHaveLength(1);
        expect(await lastTold(desk, place)).toMatchObject({
          errors: inPart,
          parts: [undelivered(0, desk), { part: 1, status: 'sent' }, notSent(2)],
        });
      });
    }
  });
});

describe('a member of a group', () => {
  const named = (desk: Desk, recipient: string) => ({
    providerMessageId: idOf(desk, 0),
    recipient,
  });

  it('that did not get it proves that it was sent, and fails the whole', async () => {
    await withReply(1, async (desk, place) => {
      desk.api.fates.push('taken_then_reset');
      await desk.send(place);
      await desk.tell(place, 'failed', named(desk, 'ada'));
      expect(await desk.heard(place)).toEqual(['sent', 'failed']);
      await desk.tell(place, 'delivered', named(desk, 'bob'));
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ type: 'failed', errors: inPart },
        parts: [
          { recipient: 'ada', status: 'failed', errors: [{ code: 'undelivered' }] },
          { recipient: 'bob', status: 'delivered' },
        ],
      });
    });
  });

  it('that got it beside one that did not is told of once, and each further one is no news', async () => {
    await withReply(1, async (desk, place) => {
      await desk.sendToEnd(place);
      await desk.tell(place, 'failed', named(desk, 'ada'));
      await desk.tell(place, 'delivered', named(desk, 'bob'));
      await desk.heard(place);
      for (let member = 0; member < 30; member += 1) {
        await desk.tell(place, 'delivered', named(desk, `member ${member}`));
        await desk.tell(place, 'read', named(desk, `member ${member}`));
      }
      expect(await desk.heard(place)).toEqual([]);
      expect((await desk.entry(place)).parts).toHaveLength(33);
      await desk.tell(place, 'failed', named(desk, 'cem'));
      expect(await desk.heard(place)).toEqual(['failed']);
    });
  });

  it('that is named later changes the parts, and the whole only by failing', async () => {
    await withReply(1, async (desk, place) => {
      await desk.sendToEnd(place);
      await desk.tell(place, 'delivered', named(desk, 'ada'));
      await desk.tell(place, 'read', named(desk, 'ada'));
      expect(await desk.heard(place)).toEqual(['sent', 'delivered', 'read']);
      await desk.tell(place, 'delivered', named(desk, 'bob'));
      expect(await desk.heard(place)).toEqual([]);
      expect(await desk.entry(place)).toMatchObject({
        status: 'read',
        parts: [{ part: 0 }, { recipient: 'ada' }, { recipient: 'bob', status: 'delivered' }],
      });
      await desk.tell(place, 'failed', named(desk, 'cem'));
      expect(await lastTold(desk, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: inPart },
        parts: [{ recipient: 'ada' }, { recipient: 'bob' }, { recipient: 'cem' }],
      });
    });
  });
});
