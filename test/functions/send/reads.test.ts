import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countCosts } from '#test/store/cost-counter';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { openHarness } from './harness/harness.ts';

let emulators: Emulators;
let costOf: ReturnType<typeof countCosts>;
beforeAll(async () => {
  emulators = await startEmulators();
  costOf = countCosts(emulators.table);
});
afterAll(() => emulators.stop());

/** Read units that a short reply costs from its command to its record, behind so many others of 4 kB. */
async function readUnits(connector: 'twilio' | 'twitter', earlier: number): Promise<number> {
  const harness = await openHarness(emulators, connector);
  try {
    const conversationId = await harness.newConversation();
    for (let number = 0; number < earlier; number += 1) {
      await harness.sendToEnd(await harness.reply(conversationId, 'x'.repeat(1500)));
    }
    const place = await harness.reply(conversationId, 'short');
    const { read } = await costOf(() => harness.send(place));
    expect((await harness.entry(place)).delivery?.state).toBe('sent');
    return read;
  } finally {
    await harness.close();
  }
}

describe('a reply', () => {
  it('costs the same reads behind any number of messages, where it names none of them', async () => {
    const alone = await readUnits('twilio', 0);
    const behind = await readUnits('twilio', 20);
    console.log(`read units of a reply: ${alone} alone, ${behind} behind 20 others`);
    expect(behind).toBe(alone);
    // Conversation and entry once each; read again after the attempt they would be two more. The customer's address and
    // the words of consent under it are two.
    expect(alone).toBe(8.5);
  });

  it('reads them where it names them: that would be noticed', async () => {
    expect(await readUnits('twitter', 4)).toBeGreaterThan(await readUnits('twitter', 0));
  });
});
