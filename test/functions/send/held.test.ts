import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, reconcileAfterSeconds } from './harness/harness.ts';
import type { Place } from './harness/outbound-queue.ts';
import { stateOf, sweep, texts, withTwo } from './harness/two-replies.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

/** The provider holds the first reply for longer than its sender waits, and the second one leaves. */
async function holdFirst(harness: Harness, first: Place, second: Place): Promise<void> {
  harness.api.fates.push('held');
  await harness.send(first);
  expect(await stateOf(harness, first)).toBe('uncertain');
  await harness.sendToEnd(second);
}

/** It takes the first one now, and says so. */
async function takeAfterAll(harness: Harness, first: Place): Promise<void> {
  harness.api.takeHeld();
  const providerMessageId = harness.api.taken.at(-1)?.id ?? '';
  await harness.tell(first, 'sent', { providerMessageId });
}

describe('a request that its provider holds for longer than the sender waits', () => {
  it.each(['twilio', 'whatsapp'] as const)(
    'and then takes, after a later reply, is told as sent and is not sent again: %s',
    async (connector) => {
      const work = async (harness: Harness, first: Place, second: Place) => {
        await holdFirst(harness, first, second);
        await takeAfterAll(harness, first);
        harness.clock.pass(reconcileAfterSeconds);
        await sweep(harness);
        // It cannot be called back: this is the one way to get replies in another order.
        expect(texts(harness)).toEqual(['second', 'first']);
        expect(await harness.heard(first)).toEqual(['sent']);
      };
      await withTwo(emulators, work, 'first', connector);
    },
  );

  it('so long that a look-up has called it absent is told as sent after all', async () => {
    await withTwo(emulators, async (harness, first, second) => {
      await holdFirst(harness, first, second);
      harness.clock.pass(reconcileAfterSeconds);
      await sweep(harness);
      expect(await harness.heard(first)).toEqual(['failed']);
      await takeAfterAll(harness, first);
      expect(texts(harness)).toEqual(['second', 'first']);
      expect(await harness.heard(first)).toEqual(['sent']);
    });
  });
});
