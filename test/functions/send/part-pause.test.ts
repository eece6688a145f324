import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness } from './harness/harness.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const long = `${'a'.repeat(1599)} ${'b'.repeat(1599)}`;

async function withPause(seconds: number, work: (harness: Harness) => Promise<void>) {
  const harness = await openHarness(emulators, 'twilio');
  const settings = { ...(harness.setting.settings as object), partPauseSeconds: seconds };
  Object.assign(harness.setting, { settings });
  try {
    await work(harness);
  } finally {
    await harness.close();
  }
}

describe('the messages of a long reply', () => {
  it('leave one right after the other where the account asks for nothing else', async () => {
    await withPause(0, async (harness) => {
      const place = await harness.reply(await harness.newConversation(), long);
      expect(await harness.send(place)).toBeUndefined();
      expect(harness.api.taken).toHaveLength(2);
    });
  });

  it('leave so many seconds apart where it does', async () => {
    await withPause(30, async (harness) => {
      const place = await harness.reply(await harness.newConversation(), long);
      expect(await harness.send(place)).toBe(30);
      harness.clock.pass(29);
      expect(await harness.send(place)).toBe(1);
      expect(harness.api.taken).toHaveLength(1);
      harness.clock.pass(1);
      expect(await harness.send(place)).toBeUndefined();
      expect(harness.api.taken).toHaveLength(2);
    });
  });

  it('wait no longer once the one before is delivered', async () => {
    await withPause(30, async (harness) => {
      const place = await harness.reply(await harness.newConversation(), long);
      expect(await harness.send(place)).toBe(30);
      const providerMessageId = harness.api.taken[0]?.id ?? '';
      await harness.tell(place, 'delivered', { providerMessageId, part: 0 });
      expect(await harness.send(place)).toBeUndefined();
      expect(harness.api.taken).toHaveLength(2);
    });
  });
});
