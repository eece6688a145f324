import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { deathsAt } from '#test/support/runner/size';
import { dieAtWrite } from './harness/die-at-write.ts';
import { type Harness, leaseSeconds, reconcileAfterSeconds } from './harness/harness.ts';
import type { Place } from './harness/outbound-queue.ts';
import { isMarked, stateOf, sweep, texts, withTwo } from './harness/two-replies.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

/** The writes at which it dies. */
const steps = deathsAt(9);

describe('a crash while a reply becomes uncertain', () => {
  it.each(steps)('at write %d is made good by the command that comes again', async (at) => {
    await withTwo(emulators, async (harness, first, second) => {
      harness.api.fates.push('taken_then_reset');
      const revive = dieAtWrite(harness, at);
      await harness.send(first).catch(() => undefined);
      revive();
      harness.clock.pass(leaseSeconds);
      await harness.sendToEnd(first);
      await harness.sendToEnd(second);
      await expectAnEnd(harness, first);
    });
  });

  it.each(steps)('at write %d is made good by the sweep, where the command dies', async (at) => {
    await withTwo(emulators, async (harness, first) => {
      harness.api.fates.push('taken_then_reset');
      const revive = dieAtWrite(harness, at);
      await harness.send(first).catch(() => undefined);
      revive();
      await harness.commandDies(first);
      await expectAnEnd(harness, first);
    });
  });
});

describe('a crash of the sweep that asks for a look-up', () => {
  it.each(steps)('at write %d is made good by its next run', async (at) => {
    await withTwo(emulators, async (harness, first, second) => {
      harness.api.fates.push('lost_with_500');
      await harness.send(first);
      await harness.send(second);
      harness.clock.pass(reconcileAfterSeconds);
      const revive = dieAtWrite(harness, at);
      await harness.sweep().catch(() => undefined);
      revive();
      for (const command of harness.commands()) await harness.sendToEnd(command);
      await expectAnEnd(harness, first);
      expect(await stateOf(harness, first)).toBe('failed');
      expect(texts(harness)).toEqual(['second']);
    });
  });
});

/** Within twenty minutes of sweeps the reply has an end that was told once, and nothing is left to do. */
async function expectAnEnd(harness: Harness, place: Place): Promise<void> {
  for (let minute = 0; minute < 20; minute += 1) {
    harness.clock.pass(60);
    await sweep(harness);
  }
  expect(await stateOf(harness, place)).toMatch(/^(sent|failed)$/);
  expect(await isMarked(harness, place)).toBe(false);
  expect(await harness.heard(place)).toEqual([await stateOf(harness, place)]);
  expect(harness.api.taken.filter(({ text }) => text === 'first').length).toBeLessThanOrEqual(1);
}
