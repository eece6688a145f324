import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimPart } from '#shared/aws/store/sending/claim';
import { type Desk, leaseSeconds, openDesk } from '#test/functions/send/desk';
import { minutes } from '#test/functions/send/minutes';
import type { Place } from '#test/functions/send/outbound-queue';
import { dueReplies } from '#test/support/due-replies';
import { type Emulators, startEmulators } from '#test/support/emulators';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function withReply(work: (desk: Desk, place: Place) => Promise<void>): Promise<void> {
  const desk = await openDesk(emulators);
  try {
    await work(desk, await desk.reply(await desk.newConversation(), 'Hello back'));
  } finally {
    await desk.close();
  }
}

/** A sender that claims and dies: before or after the provider took the message, nobody knows. */
async function die(desk: Desk, place: Place, taken: boolean): Promise<void> {
  const now = desk.clock.now;
  await desk.commandDies(place);
  const leaseUntil = new Date(now.getTime() + leaseSeconds * 1000).toISOString();
  await claimPart(desk.target.table, place, {
    part: 0,
    parts: 1,
    leaseUntil,
    at: now.toISOString(),
  });
  const { message } = await desk.entry(place);
  const to = message?.recipients?.[0]?.address ?? '';
  if (taken) desk.api.taken.push({ id: `SM${'d'.repeat(32)}`, to, text: 'Hello back', at: now });
}

const isWatched = async ({ target, clock }: Desk, place: Place) => {
  const farAway = new Date(clock.now.getTime() + 7 * 86_400_000).toISOString();
  const due = await dueReplies(target.table, farAway);
  return due.some(({ conversationId }) => conversationId === place.conversationId);
};

describe('a reply whose sender died and whose queue message is gone', () => {
  it('is found, looked up, and told as sent where the provider has it', async () => {
    await withReply(async (desk, place) => {
      await die(desk, place, true);
      await minutes(desk, 3);
      expect(await desk.heard(place)).toEqual(['sent']);
      expect(desk.api.taken).toHaveLength(1);
      expect(await isWatched(desk, place)).toBe(false);
    });
  });

  it('is found, looked up, and sent where the provider proves it absent', async () => {
    await withReply(async (desk, place) => {
      await die(desk, place, false);
      await minutes(desk, 3);
      expect(await desk.heard(place)).toEqual(['sent']);
      expect(desk.api.taken).toHaveLength(1);
    });
  });

  it('is announced as uncertain after the deadline where nobody can tell, once, and never sent', async () => {
    await withReply(async (desk, place) => {
      desk.api.lookUp = { status: 503, body: {} };
      await die(desk, place, false);
      await minutes(desk, 14);
      expect(await desk.heard(place)).toEqual([]);
      expect(await desk.entry(place)).toMatchObject({ delivery: { state: 'uncertain' } });
      await minutes(desk, 6);
      expect(await desk.heard(place)).toEqual(['uncertain']);
      expect(desk.api.taken).toEqual([]);
      expect(await isWatched(desk, place)).toBe(false);
    });
  });

  it('is left to its sender while the lease runs', async () => {
    await withReply(async (desk, place) => {
      // Listed as due by what it was before the claim: an index is read before the reply is.
      await desk.commandDies(place);
      desk.clock.pass(900);
      const { client } = desk.target.table;
      const original = client.send;
      let claimed = false;
      const claimingAfterTheList = async (command: unknown) => {
        const listed: unknown = await Reflect.apply(original, client, [command]);
        const { Items = [] } = listed as { Items?: { pk: string }[] };
        if (Items.some(({ pk }) => pk.endsWith(place.conversationId)) && !claimed) {
          claimed = true;
          await die(desk, place, false);
        }
        return listed;
      };
      Object.assign(client, { send: claimingAfterTheList });
      await desk.sweep();
      Object.assign(client, { send: original });
      expect(claimed).toBe(true);
      expect(await desk.entry(place)).toMatchObject({ delivery: { state: 'sending' } });
    });
  });
});

describe('an accepted reply whose send command has died', () => {
  it('is asked for again after a quarter of an hour, and sent once', async () => {
    await withReply(async (desk, place) => {
      await desk.commandDies(place);
      await minutes(desk, 14);
      expect(desk.api.taken).toEqual([]);
      await minutes(desk, 2);
      expect(await desk.heard(place)).toEqual(['sent']);
      await minutes(desk, 20);
      expect(desk.api.taken).toHaveLength(1);
      expect(await isWatched(desk, place)).toBe(false);
    });
  });

  it('is asked for again each quarter of an hour, not each minute', async () => {
    await withReply(async (desk, place) => {
      await desk.commandDies(place);
      let asked = 0;
      for (let minute = 0; minute < 46; minute += 1) {
        desk.clock.pass(60);
        await desk.sweep();
        asked += desk.commands().length;
      }
      expect(asked).toBe(3);
      expect(await desk.entry(place)).toMatchObject({ delivery: { state: 'accepted' } });
    });
  });
});

describe('a reply on its good way', () => {
  it('is in no index; from the tenth receive of its command on it is looked after', async () => {
    await withReply(async (desk, place) => {
      expect(await isWatched(desk, place)).toBe(false);
      for (const [received, watched] of [
        [9, false],
        [10, true],
      ] as const) {
        // Too little time is left for an attempt: it comes again.
        desk.clock.remainingSeconds = 1;
        expect(await desk.send(place, received)).toBeGreaterThan(0);
        expect(await isWatched(desk, place)).toBe(watched);
      }
    });
  });
});

describe('a finished reply', () => {
  it.each([
    ['sent', 'taken'],
    ['failed', 'refused'],
  ] as const)('that was %s is not looked after any more', async (_, fate) => {
    await withReply(async (desk, place) => {
      await desk.commandDies(place);
      expect(await isWatched(desk, place)).toBe(true);
      desk.api.fates.push(fate);
      await desk.sendToEnd(place);
      expect(await isWatched(desk, place)).toBe(false);
    });
  });
});
