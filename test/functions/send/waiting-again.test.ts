import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putOnQueue, release } from '#shared/aws/publish/release';
import { putToWait, stopWaiting } from '#shared/aws/store/sending/wait';
import { readState } from '#shared/aws/store/state';
import { readMeta } from '#shared/aws/store/table';
import { nearSeconds } from '#shared/near';
import type { EntryState } from '#shared/table/state';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Desk, openDesk } from './desk.ts';
import type { Place } from './outbound-queue.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function withDesk(work: (desk: Desk, place: Place) => Promise<void>): Promise<void> {
  const desk = await openDesk(emulators, 'twilio', { pacing: { perSecond: 0.01, burst: 1 } });
  try {
    await work(desk, await desk.reply(await desk.newConversation(), 'hello'));
  } finally {
    await desk.close();
  }
}

const at = '2026-11-21T12:00:00.000Z';

async function stateOf({ target }: Desk, place: Place): Promise<EntryState> {
  const state = await readState(target.table, place);
  if (!state) throw new Error('no state');
  return state;
}

async function wait(
  desk: Desk,
  place: Place,
  dueClass: 'slot' | 'campaign' = 'slot',
): Promise<EntryState> {
  const meta = await readMeta(desk.target.table, place.conversationId);
  const entry = await desk.entry(place);
  expect(await putToWait(desk.target.table, meta, entry, { dueClass, at })).toBe(true);
  return stateOf(desk, place);
}

// Found from outside: SQS dropped the second command as a repeat of the first, and no one came back for the reply.
describe.each(['slot', 'campaign'] as const)('a reply that waits for a %s again', (dueClass) => {
  it('till the same time is released again, within the five minutes of the queue', async () => {
    await withDesk(async (desk, place) => {
      desk.commands();
      for (let time = 1; time <= 3; time += 1) {
        const state = await wait(desk, place, dueClass);
        await putOnQueue(desk.target, place, state, at);
        expect(desk.commands(), `time ${time}`).toHaveLength(1);
        expect(await stateOf(desk, place)).not.toHaveProperty('duePk');
      }
    });
  });

  it('is released once by two that release the same waiting', async () => {
    await withDesk(async (desk, place) => {
      desk.commands();
      const state = await wait(desk, place, dueClass);
      await Promise.all([1, 2].map(() => putOnQueue(desk.target, place, state, at)));
      expect(desk.commands()).toHaveLength(1);
    });
  });

  it('keeps its place in `due` where the end of the earlier waiting is written late', async () => {
    await withDesk(async (desk, place) => {
      const earlier = await wait(desk, place, dueClass);
      const later = await wait(desk, place, dueClass);
      expect(later).toMatchObject({ duePk: earlier.duePk, dueAt: earlier.dueAt });
      await stopWaiting(desk.target.table, place, earlier);
      expect(await stateOf(desk, place)).toMatchObject({ duePk: later.duePk, dueAt: at });
      await stopWaiting(desk.target.table, place, later);
      expect(await stateOf(desk, place)).not.toHaveProperty('duePk');
    });
  });
});

describe('a reply whose provider has asked for a long wait', () => {
  it('stays where it is when the one before it is done', async () => {
    await withDesk(async (desk, place) => {
      desk.commands();
      desk.api.fates.push('throttled');
      desk.api.retryAfterSeconds = 900;
      await desk.send(place);
      const state = await stateOf(desk, place);
      expect(state.duePk).toContain('DUE#slot#');
      const meta = await readMeta(desk.target.table, place.conversationId);
      const dependencies = { target: desk.target, pacingOf: () => undefined, nearSeconds };
      await release(dependencies, meta, place.sequence);
      expect(desk.commands()).toEqual([]);
      desk.clock.pass(840);
      await release(dependencies, meta, place.sequence);
      expect(desk.commands()).toHaveLength(1);
    });
  });
});
