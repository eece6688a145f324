import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Desk, reconcileAfterSeconds } from './desk.ts';
import type { Place } from './outbound-queue.ts';
import { stateOf, sweep, texts, withTwo } from './two-replies.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

/** The provider holds the first reply for longer than its sender waits, and the second one leaves. */
async function holdFirst(desk: Desk, first: Place, second: Place): Promise<void> {
  desk.api.fates.push('held');
  await desk.send(first);
  expect(await stateOf(desk, first)).toBe('uncertain');
  await desk.sendToEnd(second);
}

/** It takes the first one now, and says so. */
async function takeAfterAll(desk: Desk, first: Place): Promise<void> {
  desk.api.takeHeld();
  const providerMessageId = desk.api.taken.at(-1)?.id ?? '';
  await desk.tell(first, 'sent', { providerMessageId });
}

describe('a request that its provider holds for longer than the sender waits', () => {
  it.each(['twilio', 'whatsapp'] as const)(
    'and then takes, after a later reply, is told as sent and is not sent again: %s',
    async (connector) => {
      const work = async (desk: Desk, first: Place, second: Place) => {
        await holdFirst(desk, first, second);
        await takeAfterAll(desk, first);
        desk.clock.pass(reconcileAfterSeconds);
        await sweep(desk);
        // It cannot be called back: this is the one way to get replies in another order.
        expect(texts(desk)).toEqual(['second', 'first']);
        expect(await desk.heard(first)).toEqual(['sent']);
      };
      await withTwo(emulators, work, 'first', connector);
    },
  );

  it('so long that a look-up has called it absent is told as sent after all', async () => {
    await withTwo(emulators, async (desk, first, second) => {
      await holdFirst(desk, first, second);
      desk.clock.pass(reconcileAfterSeconds);
      await sweep(desk);
      expect(await desk.heard(first)).toEqual(['failed']);
      await takeAfterAll(desk, first);
      expect(texts(desk)).toEqual(['second', 'first']);
      expect(await desk.heard(first)).toEqual(['sent']);
    });
  });
});
