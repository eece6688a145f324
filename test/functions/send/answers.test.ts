import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { messageIdOf } from '#shared/ids';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { openHarness } from './harness/harness.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const text = { type: 'text', text: 'As I said' } as const;

describe('a reply that answers one of our own', () => {
  it('fails by name when that has no id at its provider as it leaves, and is never sent without', async () => {
    const harness = await openHarness(emulators, 'whatsapp');
    try {
      const conversationId = await harness.newConversation();
      const first = await harness.reply(conversationId, 'First');
      const inReplyToMessageId = messageIdOf(conversationId, first);
      const second = await harness.reply(conversationId, { content: text, inReplyToMessageId });
      expect(await harness.send(second)).toBeUndefined();
      expect(harness.api.taken).toEqual([]);
      const [failed] = await harness.events(second);
      expect(failed?.data).toMatchObject({
        status: 'failed',
        errors: [{ code: 'invalid_reply', title: expect.stringMatching(/^inReplyToMessageId: /) }],
      });
    } finally {
      await harness.close();
    }
  });

  it('that failed unsent is refused when it is taken', async () => {
    const harness = await openHarness(emulators, 'whatsapp');
    try {
      const conversationId = await harness.newConversation();
      const first = await harness.reply(conversationId, {
        content: { ...text, text: 'x'.repeat(41_000) },
      });
      const inReplyToMessageId = messageIdOf(conversationId, first);
      const second = await harness.reply(conversationId, { content: text, inReplyToMessageId });
      const title = 'inReplyToMessageId: names a reply that was never sent';
      expect((await harness.entry(second)).errors).toMatchObject([
        { code: 'invalid_reply', title },
      ]);
    } finally {
      await harness.close();
    }
  });
});
