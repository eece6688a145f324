import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness } from './harness/harness.ts';
import type { ScriptedConnector } from './harness/scripted-apis.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function withConversation(
  work: (harness: Harness, conversationId: string) => Promise<void>,
  connector: ScriptedConnector = 'whatsapp',
): Promise<void> {
  const harness = await openHarness(emulators, connector);
  try {
    const conversationId = await harness.newConversation();
    await emulators.drain(harness.target.normalized);
    await work(harness, conversationId);
  } finally {
    await harness.close();
  }
}

const marks = ({ asked }: Harness) =>
  asked.map(({ body }) => JSON.parse(body)).filter(({ status }) => status === 'read');
const answers = async ({ target }: Harness) => await emulators.drain(target.normalized);

describe('a sign of reading or typing', () => {
  it('is about the customer’s newest message, or the one named, and leaves nothing behind', async () => {
    await withConversation(async (harness, conversationId) => {
      await harness.reply(conversationId, 'Hello back');
      const before = JSON.stringify(await harness.entry({ conversationId, sequence: 1 }));
      await answers(harness);
      const messageId = `msg_${conversationId.slice(4)}_1`;
      await harness.command({ conversationId, signal: 'typing' });
      await harness.command({ conversationId, signal: 'read', messageId });
      const signs = harness.signs();
      expect(signs.map(({ signal }) => signal)).toEqual(['typing', 'read']);
      for (const sign of signs) expect(await harness.send(sign)).toBeUndefined();
      const providerMessageId = signs[0]?.providerMessageId;
      expect(marks(harness)).toMatchObject([
        { message_id: providerMessageId, typing_indicator: { type: 'text' } },
        { message_id: providerMessageId },
      ]);
      expect(JSON.stringify(await harness.entry({ conversationId, sequence: 1 }))).toBe(before);
      expect(await answers(harness)).toEqual([]);
    });
  });

  it.each([
    ['refused', { status: 400, body: { error: { code: 131000 } } } as const],
    ['lost', 'reset' as const],
  ])('that is %s is not repeated, and holds nothing up', async (_, act) => {
    await withConversation(async (harness, conversationId) => {
      const place = await harness.reply(conversationId, 'Hello back');
      await harness.command({ conversationId, signal: 'typing' });
      harness.api.beside.push(act);
      for (const sign of harness.signs()) expect(await harness.send(sign)).toBeUndefined();
      expect(marks(harness)).toHaveLength(1);
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
    });
  });

  it('is left out where the provider knows none, or the conversation is gone', async () => {
    await withConversation(async (harness, conversationId) => {
      const sign = { conversationId, signal: 'read', providerMessageId: 'SM1' } as const;
      expect(await harness.send(sign)).toBeUndefined();
      expect(await harness.send({ ...sign, conversationId: 'cnv_none' })).toBeUndefined();
      expect(harness.asked).toEqual([]);
    }, 'twilio');
  });

  it.each(['twilio', 'twitter'] as const)('is answered where %s has none', async (connector) => {
    await withConversation(async (harness, conversationId) => {
      await harness.command({ conversationId, signal: 'typing' });
      expect(harness.signs()).toEqual([]);
      const channel = connector === 'twilio' ? 'sms' : connector;
      const title = `signal: "typing"; ${channel} cannot show it here, allowed: none`;
      expect(await answers(harness)).toMatchObject([
        {
          ...{ subject: conversationId, partitionkey: conversationId },
          data: { errors: [{ code: 'content_not_supported', title }] },
        },
      ]);
    }, connector);
  });

  it.each<[string, string, (conversationId: string) => object]>([
    ['of another kind', 'invalid_signal', (conversationId) => ({ conversationId, signal: 'wave' })],
    ['of no conversation', 'invalid_signal', () => ({ signal: 'read' })],
    [
      'of an unknown conversation',
      'unknown_conversation',
      () => ({ conversationId: 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa', signal: 'read' }),
    ],
    [
      'about a message of ours',
      'invalid_signal',
      (conversationId) => ({
        ...{ conversationId, signal: 'read' },
        messageId: `msg_${conversationId.slice(4)}_2`,
      }),
    ],
    [
      'about no message',
      'invalid_signal',
      (conversationId) => ({ conversationId, signal: 'read', messageId: 'msg_1' }),
    ],
  ])('%s is answered with %s', async (_, code, commandFor) => {
    await withConversation(async (harness, conversationId) => {
      await harness.reply(conversationId, 'Hello back');
      await answers(harness);
      await harness.command(commandFor(conversationId));
      expect(harness.signs()).toEqual([]);
      const events = await answers(harness);
      expect(events).toMatchObject([
        { type: 'switchboard.message.failed.v1', data: { errors: [{ code }] } },
      ]);
    });
  });
});
