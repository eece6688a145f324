import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putOnQueue, release } from '#shared/aws/publish/release';
import { putToWait, stopWaiting } from '#shared/aws/store/sending/wait';
import { readState } from '#shared/aws/store/state';
import { readConversation } from '#shared/aws/store/table';
import { nearSeconds } from '#shared/near';
import type { EntryState } from '#shared/table/state';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness } from './harness/harness.ts';
import type { Place } from './harness/outbound-queue.ts';
import { waitsInDue } from './harness/waits-in-due.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function withHarness(work: (harness: Harness, place: Place) => Promise<void>): Promise<void> {
  const harness = await openHarness(emulators, 'twilio', { pacing: { perSecond: 0.01, burst: 1 } });
  try {
    await work(harness, await harness.reply(await harness.newConversation(), 'hello'));
  } finally {
    await harness.close();
  }
}

const at = '2026-11-21T12:00:00.000Z';

async function stateOf({ target }: Harness, place: Place): Promise<EntryState> {
  const state = await readState(target.table, place);
  if (!state) throw new Error('no state');
  return state;
}

async function wait(
  harness: Harness,
  place: Place,
  dueClass: 'slot' | 'campaign' = 'slot',
): Promise<EntryState> {
  const conversation = await readConversation(harness.target.table, place.conversationId);
  const entry = await harness.entry(place);
  expect(
    await putToWait(harness.target.table, conversation, entry, { dueClass, at }),
  ).toBeDefined();
  return stateOf(harness, place);
}

// Found from outside: SQS dropped the second command as a repeat of the first, and no one came back for the reply.
describe.each(['slot', 'campaign'] as const)('a reply that waits for a %s again', (dueClass) => {
  it('till the same time is released again, within the five minutes of the queue', async () => {
    await withHarness(async (harness, place) => {
      harness.commands();
      for (let time = 1; time <= 3; time += 1) {
        const state = await wait(harness, place, dueClass);
        await putOnQueue(harness.target, place, state, at);
        expect(harness.commands(), `time ${time}`).toHaveLength(1);
        expect(waitsInDue(await stateOf(harness, place))).toBe(false);
      }
    });
  });

  it('is released once by two that release the same waiting', async () => {
    await withHarness(async (harness, place) => {
      harness.commands();
      const state = await wait(harness, place, dueClass);
      await Promise.all([1, 2].map(() => putOnQueue(harness.target, place, state, at)));
      expect(harness.commands()).toHaveLength(1);
    });
  });

  it('keeps its place in `due` where the end of the earlier waiting is written late', async () => {
    await withHarness(async (harness, place) => {
      const earlier = await wait(harness, place, dueClass);
      const later = await wait(harness, place, dueClass);
      expect(later).toMatchObject({ duePk: earlier.duePk, dueAt: earlier.dueAt });
      await stopWaiting(harness.target.table, place, earlier);
      expect(await stateOf(harness, place)).toMatchObject({ duePk: later.duePk, dueAt: at });
      await stopWaiting(harness.target.table, place, later);
      expect(waitsInDue(await stateOf(harness, place))).toBe(false);
    });
  });
});

describe('a reply whose provider has asked for a long wait', () => {
  it('stays where it is when the one before it is done', async () => {
    await withHarness(async (harness, place) => {
      harness.commands();
      harness.api.fates.push('throttled');
      harness.api.retryAfterSeconds = 900;
      await harness.send(place);
      const state = await stateOf(harness, place);
      expect(state.duePk).toContain('DUE#slot#');
      const conversation = await readConversation(harness.target.table, place.conversationId);
      const dependencies = { target: harness.target, pacingOf: () => undefined, nearSeconds };
      await release(dependencies, conversation, place.sequence);
      expect(harness.commands()).toEqual([]);
      harness.clock.pass(840);
      await release(dependencies, conversation, place.sequence);
      expect(harness.commands()).toHaveLength(1);
    });
  });
});
