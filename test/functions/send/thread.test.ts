import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness, reconcileAfterSeconds } from './harness/harness.ts';
import type { Place } from './harness/outbound-queue.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const sentence = 'Your parcel left our warehouse this morning. ';
const settings = { address: '1500000000000000001', username: 'acmecare', longReplies: 'thread' };

/** A public reply of three posts. */
async function withThread(work: (harness: Harness, place: Place) => Promise<void>): Promise<void> {
  const harness = await openHarness(emulators, 'twitter', { settings });
  try {
    const conversationId = await harness.newConversation('public');
    await work(harness, await harness.reply(conversationId, sentence.repeat(14).trim()));
  } finally {
    await harness.close();
  }
}

/** The posts that the requests answer, in order. */
const answered = ({ asked }: Harness) =>
  asked
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/tweets'))
    .map(({ body }) => JSON.parse(body).reply.in_reply_to_tweet_id);

async function lastTold(harness: Harness, place: Place) {
  const last = (await harness.events(place)).at(-1);
  return { type: last?.type.split('.')[2], ...(last?.data as object) };
}

describe('a thread', () => {
  it('answers the customer first, then the post before each', async () => {
    await withThread(async (harness, place) => {
      await harness.sendToEnd(place);
      const ids = harness.api.taken.map(({ id }) => id);
      expect(ids).toHaveLength(3);
      expect(answered(harness)).toEqual([expect.stringMatching(/^\d+$/), ids[0], ids[1]]);
      expect(await lastTold(harness, place)).toMatchObject({
        type: 'sent',
        parts: ids.map((providerMessageId) => ({ status: 'sent', providerMessageId })),
      });
    });
  });

  it('whose second post X refuses is sent in part, and no further post leaves', async () => {
    await withThread(async (harness, place) => {
      harness.api.fates.push('taken', 'refused');
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ type: 'failed', errors: [{ code: 'sent_in_part' }] },
        parts: [
          { status: 'sent', providerMessageId: harness.api.taken[0]?.id },
          { status: 'failed', errors: [{ code: 'recipient_unreachable' }] },
          { status: 'failed', errors: [{ code: 'part_not_sent' }] },
        ],
      });
    });
  });

  it('whose second post is uncertain is looked up, and goes on behind it', async () => {
    await withThread(async (harness, place) => {
      harness.api.fates.push('taken', 'taken_then_reset');
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(2);
      const second = { ...harness.api.taken[1], id: idNow(harness) };
      const body = { data: [{ id: second.id, text: second.text }], meta: { result_count: 1 } };
      harness.api.lookUp = { status: 200, body };
      harness.clock.pass(reconcileAfterSeconds + 1);
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(3);
      expect(answered(harness)).toHaveLength(3);
      expect(answered(harness).at(-1)).toBe(second.id);
    });
  });
});

describe('a refused duplicate', () => {
  it('fails the reply after a try that surely sent nothing', async () => {
    await withThread(async (harness) => {
      const place = await harness.reply(await harness.newConversation('public'), 'short');
      harness.api.fates.push('throttled', 'duplicate');
      await harness.sendToEnd(place);
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ type: 'failed', errors: [{ code: 'duplicate_content' }] },
      });
    });
  });

  it('fails a further post of a thread whose own tries surely sent nothing', async () => {
    await withThread(async (harness, place) => {
      harness.api.fates.push('throttled', 'taken', 'duplicate');
      await harness.sendToEnd(place);
      expect(await lastTold(harness, place)).toMatchObject({
        ...{ type: 'failed', errors: [{ code: 'sent_in_part' }] },
        parts: [
          { status: 'sent' },
          { status: 'failed', errors: [{ code: 'duplicate_content' }] },
          { status: 'failed', errors: [{ code: 'part_not_sent' }] },
        ],
      });
    });
  });

  it('leaves the reply open where an earlier try had an unknown outcome', async () => {
    await withThread(async (harness) => {
      const place = await harness.reply(await harness.newConversation('public'), 'short');
      const since = harness.clock.now.toISOString();
      harness.api.fates.push('taken_then_reset', 'duplicate');
      await harness.send(place);
      harness.clock.pass(reconcileAfterSeconds + 1);
      await harness.send(place);
      expect((await harness.entry(place)).delivery).toMatchObject({
        ...{ state: 'uncertain', attempt: 2, unknown: { part: 0, since } },
      });
      const body = { data: [{ id: idAt(since), text: 'short' }], meta: { result_count: 1 } };
      harness.api.lookUp = { status: 200, body };
      harness.clock.pass(reconcileAfterSeconds + 1);
      await harness.send(place);
      expect(await lastTold(harness, place)).toMatchObject({ type: 'sent' });
      expect(harness.api.taken).toHaveLength(1);
    });
  });
});

/** An id of X's that was made at this time. */
function idAt(time: string): string {
  return String(BigInt(Date.parse(time) - 1_288_834_974_657) << 22n);
}

/** An id of X's that is made now. */
function idNow({ clock }: Harness): string {
  return String(BigInt(clock.now.getTime() - 1_288_834_974_657) << 22n);
}
