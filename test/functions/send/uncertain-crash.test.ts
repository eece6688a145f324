import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { deathsAt } from '#test/support/size';
import { type Desk, leaseSeconds, reconcileAfterSeconds } from './desk.ts';
import { dieAtWrite } from './die-at-write.ts';
import type { Place } from './outbound-queue.ts';
import { isMarked, stateOf, sweep, texts, withTwo } from './two-replies.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

/** The writes at which it dies. */
const steps = deathsAt(9);

describe('a crash while a reply becomes uncertain', () => {
  it.each(steps)('at write %d is made good by the command that comes again', async (at) => {
    await withTwo(emulators, async (desk, first, second) => {
      desk.api.fates.push('taken_then_reset');
      const revive = dieAtWrite(desk, at);
      await desk.send(first).catch(() => undefined);
      revive();
      desk.clock.pass(leaseSeconds);
      await desk.sendToEnd(first);
      await desk.sendToEnd(second);
      await expectAnEnd(desk, first);
    });
  });

  it.each(steps)('at write %d is made good by the sweep, where the command dies', async (at) => {
    await withTwo(emulators, async (desk, first) => {
      desk.api.fates.push('taken_then_reset');
      const revive = dieAtWrite(desk, at);
      await desk.send(first).catch(() => undefined);
      revive();
      await desk.commandDies(first);
      await expectAnEnd(desk, first);
    });
  });
});

describe('a crash of the sweep that asks for a look-up', () => {
  it.each(steps)('at write %d is made good by its next run', async (at) => {
    await withTwo(emulators, async (desk, first, second) => {
      desk.api.fates.push('lost_with_500');
      await desk.send(first);
      await desk.send(second);
      desk.clock.pass(reconcileAfterSeconds);
      const revive = dieAtWrite(desk, at);
      await desk.sweep().catch(() => undefined);
      revive();
      for (const command of desk.commands()) await desk.sendToEnd(command);
      await expectAnEnd(desk, first);
      expect(await stateOf(desk, first)).toBe('failed');
      expect(texts(desk)).toEqual(['second']);
    });
  });
});

/** Within twenty minutes of sweeps the reply has an end that was told once, and nothing is left to do. */
async function expectAnEnd(desk: Desk, place: Place): Promise<void> {
  for (let minute = 0; minute < 20; minute += 1) {
    desk.clock.pass(60);
    await sweep(desk);
  }
  expect(await stateOf(desk, place)).toMatch(/^(sent|failed)$/);
  expect(await isMarked(desk, place)).toBe(false);
  expect(await desk.heard(place)).toEqual([await stateOf(desk, place)]);
  expect(desk.api.taken.filter(({ text }) => text === 'first').length).toBeLessThanOrEqual(1);
}
