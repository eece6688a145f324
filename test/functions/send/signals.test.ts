import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Desk, openDesk } from './desk.ts';
import type { ScriptedConnector } from './scripted-apis.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

async function withConversation(
  work: (desk: Desk, conversationId: string) => Promise<void>,
  connector: ScriptedConnector = 'whatsapp',
): Promise<void> {
  const desk = await openDesk(emulators, connector);
  try {
    const conversationId = await desk.newConversation();
    await emulators.drain(desk.target.normalized);
    await work(desk, conversationId);
  } finally {
    await desk.close();
  }
}

const marks = ({ asked }: Desk) =>
  asked.map(({ body }) => JSON.parse(body)).filter(({ status }) => status === 'read');
const answers = async ({ target }: Desk) => await emulators.drain(target.normalized);

describe('a sign of reading or typing', () => {
  it('is about the customer’s newest message, or the one named, and leaves nothing behind', async () => {
    await withConversation(async (desk, conversationId) => {
      await desk.reply(conversationId, 'Hello back');
      const before = JSON.stringify(await desk.entry({ conversationId, sequence: 1 }));
      await answers(desk);
      const messageId = `msg_${conversationId.slice(4)}_1`;
      await desk.command({ conversationId, signal: 'typing' });
      await desk.command({ conversationId, signal: 'read', messageId });
      const signs = desk.signs();
      expect(signs.map(({ signal }) => signal)).toEqual(['typing', 'read']);
      for (const sign of signs) expect(await desk.send(sign)).toBeUndefined();
      const providerMessageId = signs[0]?.providerMessageId;
      expect(marks(desk)).toMatchObject([
        { message_id: providerMessageId, typing_indicator: { type: 'text' } },
        { message_id: providerMessageId },
      ]);
      expect(JSON.stringify(await desk.entry({ conversationId, sequence: 1 }))).toBe(before);
      expect(await answers(desk)).toEqual([]);
    });
  });

  it.each([
    ['refused', { status: 400, body: { error: { code: 131000 } } } as const],
    ['lost', 'reset' as const],
  ])('that is %s is not repeated, and holds nothing up', async (_, act) => {
    await withConversation(async (desk, conversationId) => {
      const place = await desk.reply(conversationId, 'Hello back');
      await desk.command({ conversationId, signal: 'typing' });
      desk.api.beside.push(act);
      for (const sign of desk.signs()) expect(await desk.send(sign)).toBeUndefined();
      expect(marks(desk)).toHaveLength(1);
      await desk.sendToEnd(place);
      expect(desk.api.taken).toHaveLength(1);
    });
  });

  it('is left out where the provider knows none, or the conversation is gone', async () => {
    await withConversation(async (desk, conversationId) => {
      const sign = { conversationId, signal: 'read', providerMessageId: 'SM1' } as const;
      expect(await desk.send(sign)).toBeUndefined();
      expect(await desk.send({ ...sign, conversationId: 'cnv_none' })).toBeUndefined();
      expect(desk.asked).toEqual([]);
    }, 'twilio');
  });

  it.each(['twilio', 'twitter'] as const)('is answered where %s has none', async (connector) => {
    await withConversation(async (desk, conversationId) => {
      await desk.command({ conversationId, signal: 'typing' });
      expect(desk.signs()).toEqual([]);
      const channel = connector === 'twilio' ? 'sms' : connector;
      const title = `signal: "typing"; ${channel} cannot show it here, allowed: none`;
      expect(await answers(desk)).toMatchObject([
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
    await withConversation(async (desk, conversationId) => {
      await desk.reply(conversationId, 'Hello back');
      await answers(desk);
      await desk.command(commandFor(conversationId));
      expect(desk.signs()).toEqual([]);
      const events = await answers(desk);
      expect(events).toMatchObject([
        { type: 'switchboard.message.failed.v1', data: { errors: [{ code }] } },
      ]);
    });
  });
});
