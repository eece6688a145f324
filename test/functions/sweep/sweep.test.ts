import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leasePart } from '#shared/aws/store/sending/lease';
import { type Harness, leaseSeconds, openHarness } from '#test/functions/send/harness/harness';
import { minutes } from '#test/functions/send/harness/minutes';
import type { Place } from '#test/functions/send/harness/outbound-queue';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { dueReplies } from '#test/support/stack/due-replies';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function withReply(work: (harness: Harness, place: Place) => Promise<void>): Promise<void> {
  const harness = await openHarness(emulators);
  try {
    await work(harness, await harness.reply(await harness.newConversation(), 'Hello back'));
  } finally {
    await harness.close();
  }
}

/** A sender that claims and dies: before or after the provider took the message, nobody knows. */
async function die(harness: Harness, place: Place, taken: boolean): Promise<void> {
  const now = harness.clock.now;
  await harness.commandDies(place);
  const leaseUntil = new Date(now.getTime() + leaseSeconds * 1000).toISOString();
  await leasePart(harness.target.table, place, {
    part: 0,
    parts: 1,
    leaseUntil,
    at: now.toISOString(),
  });
  const { message } = await harness.entry(place);
  const to = message?.recipients?.[0]?.address ?? '';
  if (taken) harness.api.taken.push({ id: `SM${'d'.repeat(32)}`, to, text: 'Hello back', at: now });
}

const isWatched = async ({ target, clock }: Harness, place: Place) => {
  const farAway = new Date(clock.now.getTime() + 7 * 86_400_000).toISOString();
  const due = await dueReplies(target.table, farAway);
  return due.some(({ conversationId }) => conversationId === place.conversationId);
};

describe('a reply whose sender died and whose queue message is gone', () => {
  it('is found, looked up, and told as sent where the provider has it', async () => {
    await withReply(async (harness, place) => {
      await die(harness, place, true);
      await minutes(harness, 3);
      expect(await harness.heard(place)).toEqual(['sent']);
      expect(harness.api.taken).toHaveLength(1);
      expect(await isWatched(harness, place)).toBe(false);
    });
  });

  it('is found, looked up, and sent where the provider proves it absent', async () => {
    await withReply(async (harness, place) => {
      await die(harness, place, false);
      await minutes(harness, 3);
      expect(await harness.heard(place)).toEqual(['sent']);
      expect(harness.api.taken).toHaveLength(1);
    });
  });

  it('is announced as uncertain after the deadline where nobody can tell, once, and never sent', async () => {
    await withReply(async (harness, place) => {
      harness.api.lookUp = { status: 503, body: {} };
      await die(harness, place, false);
      await minutes(harness, 14);
      expect(await harness.heard(place)).toEqual([]);
      expect(await harness.entry(place)).toMatchObject({ delivery: { state: 'uncertain' } });
      await minutes(harness, 6);
      expect(await harness.heard(place)).toEqual(['uncertain']);
      expect(harness.api.taken).toEqual([]);
      expect(await isWatched(harness, place)).toBe(false);
    });
  });

  it('is left to its sender while the lease runs', async () => {
    await withReply(async (harness, place) => {
      // Listed as due by what it was before the claim: an index is read before the reply is.
      await harness.commandDies(place);
      harness.clock.pass(900);
      const { client } = harness.target.table;
      const original = client.send;
      let claimed = false;
      const claimingAfterTheList = async (command: unknown) => {
        const listed: unknown = await Reflect.apply(original, client, [command]);
        const { Items = [] } = listed as { Items?: { pk: string }[] };
        if (Items.some(({ pk }) => pk.endsWith(place.conversationId)) && !claimed) {
          claimed = true;
          await die(harness, place, false);
        }
        return listed;
      };
      Object.assign(client, { send: claimingAfterTheList });
      await harness.sweep();
      Object.assign(client, { send: original });
      expect(claimed).toBe(true);
      expect(await harness.entry(place)).toMatchObject({ delivery: { state: 'sending' } });
    });
  });
});

describe('an accepted reply whose send command has died', () => {
  it('is asked for again after a quarter of an hour, and sent once', async () => {
    await withReply(async (harness, place) => {
      await harness.commandDies(place);
      await minutes(harness, 14);
      expect(harness.api.taken).toEqual([]);
      await minutes(harness, 2);
      expect(await harness.heard(place)).toEqual(['sent']);
      await minutes(harness, 20);
      expect(harness.api.taken).toHaveLength(1);
      expect(await isWatched(harness, place)).toBe(false);
    });
  });

  it('is asked for again each quarter of an hour, not each minute', async () => {
    await withReply(async (harness, place) => {
      await harness.commandDies(place);
      let asked = 0;
      for (let minute = 0; minute < 46; minute += 1) {
        harness.clock.pass(60);
        await harness.sweep();
        asked += harness.commands().length;
      }
      expect(asked).toBe(3);
      expect(await harness.entry(place)).toMatchObject({ delivery: { state: 'accepted' } });
    });
  });
});

describe('a reply on its good way', () => {
  it('is in no index; from the tenth receive of its command on it is looked after', async () => {
    await withReply(async (harness, place) => {
      expect(await isWatched(harness, place)).toBe(false);
      for (const [received, watched] of [
        [9, false],
        [10, true],
      ] as const) {
        // Too little time is left for an attempt: it comes again.
        harness.clock.remainingSeconds = 1;
        expect(await harness.send(place, received)).toBeGreaterThan(0);
        expect(await isWatched(harness, place)).toBe(watched);
      }
    });
  });
});

describe('a finished reply', () => {
  it.each([
    ['sent', 'taken'],
    ['failed', 'refused'],
  ] as const)('that was %s is not looked after any more', async (_, fate) => {
    await withReply(async (harness, place) => {
      await harness.commandDies(place);
      expect(await isWatched(harness, place)).toBe(true);
      harness.api.fates.push(fate);
      await harness.sendToEnd(place);
      expect(await isWatched(harness, place)).toBe(false);
    });
  });
});
