import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leasePart } from '#shared/aws/store/sending/lease';
import {
  recordNotSent,
  recordProvedUnsent,
  recordUncertain,
} from '#shared/aws/store/sending/record-outcome';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { readConversation } from '#shared/aws/store/table';
import { currentMessage } from '#shared/events/current-message';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, leaseSeconds, openHarness } from './harness/harness.ts';
import { minutes } from './harness/minutes.ts';
import type { Place } from './harness/outbound-queue.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const unreachable = { status: 503, body: {} };

/** A reply that goes out in so many messages. */
async function withReply(
  count: number,
  work: (harness: Harness, place: Place) => Promise<void>,
): Promise<void> {
  const harness = await openHarness(emulators);
  const text = ['a', 'b', 'c'].slice(0, count).map((letter) => letter.repeat(1500));
  try {
    await work(harness, await harness.reply(await harness.newConversation(), text.join(' ')));
  } finally {
    await harness.close();
  }
}

const idOf = (harness: Harness, part: number) =>
  harness.api.taken[part]?.id ?? `SM${'e'.repeat(32)}`;
type Told = Parameters<Harness['tell']>[1];
const tell = (harness: Harness, place: Place, part: number, status: Told) =>
  harness.tell(place, status, { providerMessageId: idOf(harness, part), part });

/** The last event of the reply since the last call, with how many there were. */
async function lastTold(harness: Harness, place: Place) {
  const events = await harness.events(place);
  const last = events.at(-1);
  return { count: events.length, type: last?.type.split('.')[2], ...(last?.data as object) };
}

const sent = (part: number, harness: Harness) => ({
  ...{ part, status: 'sent', providerMessageId: idOf(harness, part), errors: [] },
});
const notSent = (part: number) => ({
  ...{ part, status: 'failed', errors: [expect.objectContaining({ code: 'part_not_sent' })] },
});
const undelivered = (part: number, harness: Harness) => ({
  ...{ part, status: 'failed', providerMessageId: idOf(harness, part) },
  errors: [expect.objectContaining({ code: 'undelivered' })],
});
const inPart = [expect.objectContaining({ code: 'sent_in_part', retryable: false })];

describe('a reply whose second message is refused', () => {
  it('is told as sent in part, with the provider’s id of the one that arrived', async () => {
    await withReply(2, async (harness, place) => {
      harness.api.fates.push('taken', 'refused');
      await harness.sendToEnd(place);
      const refused = {
        ...{ part: 1, status: 'failed' },
        errors: [expect.objectContaining({ code: 'recipient_unreachable' })],
      };
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: inPart },
        message: { providerMessageId: idOf(harness, 0) },
        parts: [sent(0, harness), refused],
      });
      const conversation = await readConversation(harness.target.table, place.conversationId);
      const message = currentMessage(conversation, await harness.entry(place));
      expect(message).toMatchObject({ status: 'failed', errors: inPart });
      expect(message?.parts).toMatchObject([sent(0, harness), refused]);
    });
  });

  it('lists what was never attempted as not sent', async () => {
    await withReply(3, async (harness, place) => {
      harness.api.fates.push('taken', 'refused');
      await harness.sendToEnd(place);
      const { parts } = (await lastTold(harness, place)) as { parts?: object[] };
      expect(parts).toMatchObject([sent(0, harness), { status: 'failed' }, notSent(2)]);
      expect(harness.api.taken).toHaveLength(1);
    });
  });

  it('is plainly failed where the first one was refused: nothing arrived', async () => {
    await withReply(2, async (harness, place) => {
      harness.api.fates.push('refused');
      await harness.sendToEnd(place);
      expect(await lastTold(harness, place)).toMatchObject({
        errors: [{ code: 'recipient_unreachable' }],
        parts: [{ part: 0, status: 'failed' }, notSent(1)],
      });
    });
  });
});

describe('the whole of several messages', () => {
  it('is delivered when all are, and the event lists them', async () => {
    await withReply(2, async (harness, place) => {
      await harness.sendToEnd(place);
      expect(await lastTold(harness, place)).toMatchObject({
        type: 'sent',
        parts: [sent(0, harness), sent(1, harness)],
      });
      await tell(harness, place, 1, 'delivered');
      expect(await harness.heard(place)).toEqual([]);
      expect((await harness.entry(place)).status).toBe('sent');
      await tell(harness, place, 0, 'delivered');
      expect(await lastTold(harness, place)).toMatchObject({
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
    await withReply(2, async (harness, place) => {
      await harness.sendToEnd(place);
      for (const part of order) await tell(harness, place, part, fates[part]);
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ type: 'failed', errors: inPart },
        parts: [undelivered(0, harness), { part: 1, providerMessageId: idOf(harness, 1) }],
      });
      expect((await harness.entry(place)).status).toBe('failed');
      // Repeats of either change nothing.
      for (const part of order) await tell(harness, place, part, fates[part]);
      expect(await harness.heard(place)).toEqual([]);
    });
  });

  it('is plainly failed when all have failed, and told so after it was sent in part', async () => {
    await withReply(2, async (harness, place) => {
      await harness.sendToEnd(place);
      await tell(harness, place, 1, 'failed');
      await tell(harness, place, 0, 'failed');
      expect(await harness.heard(place)).toEqual(['sent', 'failed', 'failed']);
      expect(await harness.entry(place)).toMatchObject({ errors: [{ code: 'undelivered' }] });
    });
  });

  it('says what is true when a failed message was read after all', async () => {
    await withReply(2, async (harness, place) => {
      await harness.sendToEnd(place);
      await tell(harness, place, 0, 'failed');
      await tell(harness, place, 1, 'read');
      await tell(harness, place, 0, 'read');
      expect(await harness.heard(place)).toEqual(['sent', 'failed', 'read']);
      expect(await harness.entry(place)).toMatchObject({
        ...{ status: 'read', errors: [{ code: 'undelivered' }] },
      });
    });
  });
});

describe('a message that fails before later ones have left', () => {
  it('stops them: they are not sent, and told so', async () => {
    await withReply(3, async (harness, place) => {
      harness.api.fates.push('taken', 'throttled');
      await harness.send(place);
      await tell(harness, place, 0, 'failed');
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: [{ code: 'undelivered' }] },
        parts: [undelivered(0, harness), notSent(1), notSent(2)],
      });
      await harness.sweep();
      expect(harness.commands()).toEqual([]);
    });
  });

  it('stops them also where its failure came before anybody knew its id', async () => {
    await withReply(2, async (harness, place) => {
      harness.api.onTaken = (id) => harness.tellStranger('failed', id);
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
      expect(await harness.heard(place)).toEqual(['failed']);
    });
  });

  it('and what came for it before, and is overtaken, changes nothing', async () => {
    await withReply(1, async (harness, place) => {
      harness.api.onTaken = (id) => harness.tellStranger('sent', id);
      await harness.sendToEnd(place);
      await harness.sendToEnd(place);
      expect(await harness.heard(place)).toEqual(['sent']);
    });
  });

  /** The second message is claimed by a worker, and the first fails while its call is open. */
  async function failingMeanwhile(harness: Harness, place: Place) {
    const { table } = harness.target;
    harness.api.fates.push('taken', 'throttled');
    await harness.send(place);
    const at = harness.clock.now.toISOString();
    const leaseUntil = new Date(harness.clock.now.getTime() + leaseSeconds * 1000).toISOString();
    const claimed = await leasePart(table, place, { part: 1, parts: 3, leaseUntil, at });
    if (!claimed) throw new Error('not claimed');
    await tell(harness, place, 0, 'failed');
    expect(await lastTold(harness, place)).toMatchObject({
      errors: [{ code: 'undelivered' }],
      parts: [undelivered(0, harness), { part: 1, status: 'sending', errors: [] }, notSent(2)],
    });
    return { table, at, claimed };
  }

  it('and one in flight that did arrive turns plain failed into sent in part', async () => {
    await withReply(3, async (harness, place) => {
      const { table, at } = await failingMeanwhile(harness, place);
      const conversation = await readConversation(table, place.conversationId);
      await recordSent(table, conversation, place.sequence, {
        part: 1,
        at,
        providerMessageId: 'SM1',
      });
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: inPart },
        parts: [
          undelivered(0, harness),
          { part: 1, status: 'sent', providerMessageId: 'SM1' },
          notSent(2),
        ],
      });
      expect((await harness.entry(place)).delivery).toMatchObject({ state: 'failed' });
    });
  });

  it('and one in flight that surely was not sent is not tried again', async () => {
    await withReply(3, async (harness, place) => {
      const { table, at, claimed } = await failingMeanwhile(harness, place);
      await recordNotSent(table, place, claimed, { notBefore: at, lookAfterAt: at });
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: [{ code: 'undelivered' }] },
        parts: [undelivered(0, harness), notSent(1), notSent(2)],
      });
    });
  });

  it('and one in flight that nobody knows of is proved unsent, or told as uncertain', async () => {
    await withReply(3, async (harness, place) => {
      const { table, at, claimed } = await failingMeanwhile(harness, place);
      await recordUncertain(table, place, claimed, { lookAfterAt: at });
      expect(await recordProvedUnsent(table, place, claimed)).toBe(true);
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
      expect(await lastTold(harness, place)).toMatchObject({
        parts: [undelivered(0, harness), notSent(1), notSent(2)],
      });
    });
    await withReply(3, async (harness, place) => {
      harness.api.lookUp = unreachable;
      await failingMeanwhile(harness, place);
      harness.clock.pass(2_000);
      // Found to be uncertain, looked up, told.
      await minutes(harness, 3);
      expect(await lastTold(harness, place)).toMatchObject({
        type: 'failed',
        parts: [undelivered(0, harness), { part: 1, status: 'uncertain' }, notSent(2)],
      });
    });
  });
});

describe('an uncertain message', () => {
  it('after one that was sent stops the rest: sent in part, never an uncertain whole of surely unsent parts', async () => {
    await withReply(3, async (harness, place) => {
      harness.api.fates.push('taken', 'taken_then_reset');
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(place);
      await minutes(harness, 15);
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: inPart },
        parts: [sent(0, harness), { part: 1, status: 'uncertain' }, notSent(2)],
      });
      expect((await harness.entry(place)).errors?.[0]?.title).toBe(
        '1 of 3 parts were sent and have not failed; what became of 1 is unknown',
      );
      await tell(harness, place, 1, 'delivered');
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ type: 'failed', errors: inPart },
        parts: [sent(0, harness), { part: 1, status: expect.anything() }, notSent(2)],
      });
      await harness.sweep();
      for (const command of harness.commands()) await harness.sendToEnd(command);
      expect(harness.api.taken).toHaveLength(2);
      expect(await harness.entry(place)).toMatchObject({ delivery: { state: 'failed' } });
    });
  });

  it('that is the first leaves the whole uncertain: nobody knows whether any of it was sent', async () => {
    await withReply(3, async (harness, place) => {
      harness.api.fates.push('taken_then_reset');
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(place);
      await minutes(harness, 15);
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ count: 1, type: 'uncertain', errors: [{ code: 'outcome_unknown' }] },
        parts: [{ part: 0, status: 'uncertain' }, notSent(1), notSent(2)],
      });
    });
  });

  it('that is proved unsent after the helpdesk was told is told as such', async () => {
    await withReply(3, async (harness, place) => {
      harness.api.fates.push('taken', 'lost_with_500');
      const { lookUp } = harness.api;
      harness.api.lookUp = unreachable;
      await harness.sendToEnd(place);
      await minutes(harness, 15);
      expect(await harness.heard(place)).toEqual(['failed']);
      harness.api.lookUp = lookUp;
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: inPart },
        parts: [sent(0, harness), notSent(1), notSent(2)],
      });
    });
  });
});

describe('a failure', () => {
  it('after a delivery is told and shown', async () => {
    await withReply(1, async (harness, place) => {
      await harness.sendToEnd(place);
      await tell(harness, place, 0, 'delivered');
      await tell(harness, place, 0, 'failed');
      await tell(harness, place, 0, 'delivered');
      expect(await harness.heard(place)).toEqual(['sent', 'delivered', 'failed']);
      expect(await harness.entry(place)).toMatchObject({
        ...{ status: 'failed', errors: [{ code: 'undelivered' }] },
      });
    });
  });

  it('after a reading is only told: the status stays read', async () => {
    await withReply(1, async (harness, place) => {
      await harness.sendToEnd(place);
      await tell(harness, place, 0, 'read');
      await tell(harness, place, 0, 'failed');
      await tell(harness, place, 0, 'failed');
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ count: 3, type: 'read', status: 'read', errors: [{ code: 'undelivered' }] },
      });
      expect(await harness.entry(place)).toMatchObject({
        ...{ status: 'read', errors: [{ code: 'undelivered' }] },
      });
    });
  });

  it('before a reading is kept beside it: the last one told says both', async () => {
    await withReply(1, async (harness, place) => {
      await harness.sendToEnd(place);
      await tell(harness, place, 0, 'failed');
      await tell(harness, place, 0, 'read');
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ count: 3, type: 'read', errors: [{ code: 'undelivered' }] },
      });
    });
  });

  it('that we concluded gives way to a provider that has the message all the same', async () => {
    await withReply(1, async (harness, place) => {
      harness.api.fates.push('refused');
      await harness.sendToEnd(place);
      await tell(harness, place, 0, 'delivered');
      expect(await harness.heard(place)).toEqual(['failed', 'delivered']);
      expect(await harness.entry(place)).toMatchObject({ status: 'delivered' });
    });
  });
});

describe('two things at the same time', () => {
  it('a message that is taken and one that fails end alike, whichever is recorded first', async () => {
    for (let round = 0; round < 8; round += 1) {
      await withReply(3, async (harness, place) => {
        harness.api.fates.push('taken', 'throttled');
        await harness.send(place);
        const { table } = harness.target;
        const at = harness.clock.now.toISOString();
        await leasePart(table, place, { part: 1, parts: 3, leaseUntil: at, at });
        const conversation = await readConversation(table, place.conversationId);
        await Promise.all([
          recordSent(table, conversation, place.sequence, {
            part: 1,
            at,
            providerMessageId: 'SM1',
          }),
          tell(harness, place, 0, 'failed'),
        ]);
        await harness.sendToEnd(place);
        expect(harness.api.taken).toHaveLength(1);
        expect(await lastTold(harness, place)).toMatchObject({
          errors: inPart,
          parts: [undelivered(0, harness), { part: 1, status: 'sent' }, notSent(2)],
        });
      });
    }
  });
});

describe('a member of a group', () => {
  const named = (harness: Harness, recipient: string) => ({
    providerMessageId: idOf(harness, 0),
    recipient,
  });

  it('that did not get it proves that it was sent, and fails the whole', async () => {
    await withReply(1, async (harness, place) => {
      harness.api.fates.push('taken_then_reset');
      await harness.send(place);
      await harness.tell(place, 'failed', named(harness, 'ada'));
      expect(await harness.heard(place)).toEqual(['sent', 'failed']);
      await harness.tell(place, 'delivered', named(harness, 'bob'));
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ type: 'failed', errors: inPart },
        parts: [
          { recipient: 'ada', status: 'failed', errors: [{ code: 'undelivered' }] },
          { recipient: 'bob', status: 'delivered' },
        ],
      });
    });
  });

  it('that got it beside one that did not is told of once, and each further one is no news', async () => {
    await withReply(1, async (harness, place) => {
      await harness.sendToEnd(place);
      await harness.tell(place, 'failed', named(harness, 'ada'));
      await harness.tell(place, 'delivered', named(harness, 'bob'));
      await harness.heard(place);
      for (let member = 0; member < 30; member += 1) {
        await harness.tell(place, 'delivered', named(harness, `member ${member}`));
        await harness.tell(place, 'read', named(harness, `member ${member}`));
      }
      expect(await harness.heard(place)).toEqual([]);
      expect((await harness.entry(place)).parts).toHaveLength(33);
      await harness.tell(place, 'failed', named(harness, 'cem'));
      expect(await harness.heard(place)).toEqual(['failed']);
    });
  });

  it('that is named later changes the parts, and the whole only by failing', async () => {
    await withReply(1, async (harness, place) => {
      await harness.sendToEnd(place);
      await harness.tell(place, 'delivered', named(harness, 'ada'));
      await harness.tell(place, 'read', named(harness, 'ada'));
      expect(await harness.heard(place)).toEqual(['sent', 'delivered', 'read']);
      await harness.tell(place, 'delivered', named(harness, 'bob'));
      expect(await harness.heard(place)).toEqual([]);
      expect(await harness.entry(place)).toMatchObject({
        status: 'read',
        parts: [{ part: 0 }, { recipient: 'ada' }, { recipient: 'bob', status: 'delivered' }],
      });
      await harness.tell(place, 'failed', named(harness, 'cem'));
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ count: 1, type: 'failed', errors: inPart },
        parts: [{ recipient: 'ada' }, { recipient: 'bob' }, { recipient: 'cem' }],
      });
    });
  });
});
