import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConversation } from '#shared/aws/store/table';
import { derivedId } from '#shared/ids';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { dieAtWrite } from './harness/die-at-write.ts';
import { type Harness, openHarness } from './harness/harness.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

/** The writes at which it dies: lease, outcome, pause, reason, alert, event, cursor, mark. */
const steps = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** The conversation that holds the alerts of the account. */
function feedOf({ target, setting: { connector, account } }: Harness) {
  const id = derivedId('cnv', 'alerts', connector, account, 'sms');
  return readConversation(target.table, id).catch(() => undefined);
}

describe('a crash while the refusal of an account is told', () => {
  it.each(steps)('at write %d leaves no alert that is stored and not published', async (at) => {
    const harness = await openHarness(emulators, 'twilio', {});
    try {
      const place = await harness.reply(await harness.newConversation(), 'reply');
      harness.api.fates.push('unauthorized');
      const revive = dieAtWrite(harness, at);
      await harness.send(place).catch(() => undefined);
      revive();
      await harness.send(place);
      await harness.sweep();
      const feed = await feedOf(harness);
      expect(feed?.published).toBe(feed?.sequence);
      expect(feed?.dirtySince).toBeUndefined();
      expect(await harness.alerts()).toHaveLength(feed?.sequence ?? 0);
    } finally {
      await harness.close();
    }
  });
});
