import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Desk, openDesk, type Said } from './desk.ts';
import type { Place } from './outbound-queue.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const uri = 's3://archive/uploads/bill.pdf';
const said: Said = { content: { type: 'media', url: uri, contentType: 'application/pdf' } };

async function withFile(work: (desk: Desk, place: Place) => Promise<void>): Promise<void> {
  const desk = await openDesk(emulators, 'whatsapp');
  try {
    desk.files.set(uri, { kind: 'read', bytes: Buffer.from('%PDF') });
    await work(desk, await desk.reply(await desk.newConversation(), said));
  } finally {
    await desk.close();
  }
}

const paths = ({ asked }: Desk) => asked.map(({ path }) => path.split('/').at(-1));

describe('a reply that shows a file of ours', () => {
  it('hands the file over first and sends once', async () => {
    await withFile(async (desk, place) => {
      await desk.sendToEnd(place);
      await desk.sendToEnd(place);
      expect(paths(desk)).toEqual(['media', 'messages']);
      expect(JSON.parse(desk.asked.at(-1)?.body ?? '')).toMatchObject({
        document: { id: 'media-1' },
        biz_opaque_callback_data: expect.stringMatching(/\.0\.1$/),
      });
      expect(await desk.heard(place)).toEqual(['sent']);
    });
  });

  it('fails, without an attempt, over a file that is not there or too large', async () => {
    await withFile(async (desk, place) => {
      desk.files.clear();
      await desk.sendToEnd(place);
      expect(desk.asked).toEqual([]);
      expect(await desk.entry(place)).toMatchObject({
        status: 'failed',
        errors: [{ code: 'media_not_found' }],
        delivery: { attempt: 0 },
      });
      expect(await desk.heard(place)).toEqual(['failed']);
    });
  });

  it('fails, without an attempt, over a file that Meta refuses', async () => {
    await withFile(async (desk, place) => {
      desk.api.beside.push({ status: 400, body: { error: { code: 131053, message: '' } } });
      await desk.sendToEnd(place);
      expect(paths(desk)).toEqual(['media']);
      expect(await desk.entry(place)).toMatchObject({
        status: 'failed',
        errors: [{ code: 'media_rejected', providerCode: '131053' }],
        delivery: { attempt: 0 },
      });
    });
  });

  it.each([
    ['a throttle', { status: 400, body: { error: { code: 130429, message: '' } } } as const],
    ['a 500', { status: 500, body: {} } as const],
    ['a lost connection', 'reset' as const],
  ])('waits after %s, hands it over again and sends once', async (_, act) => {
    await withFile(async (desk, place) => {
      desk.api.beside.push(act);
      expect(await desk.send(place)).toBe(30);
      expect(await desk.entry(place)).toMatchObject({
        delivery: { state: 'accepted', attempt: 0 },
      });
      desk.clock.pass(30);
      await desk.sendToEnd(place);
      expect(paths(desk)).toEqual(['media', 'media', 'messages']);
      expect(desk.api.taken).toHaveLength(1);
    });
  });

  it('pauses the account when its token is broken, and goes on when it is mended', async () => {
    await withFile(async (desk, place) => {
      desk.api.beside.push({ status: 401, body: { error: { code: 190, message: '' } } });
      expect(await desk.send(place)).toBeUndefined();
      expect(paths(desk)).toEqual(['media']);
      expect(await desk.alerts()).toEqual(['credentials_rejected']);
      const released = await desk.released(place);
      await desk.sendToEnd(released ?? place);
      expect(paths(desk)).toEqual(['media', 'media', 'messages']);
      expect(await desk.alerts()).toEqual(['account_resumed']);
    });
  });

  it('is not attempted in an invocation that would end meanwhile', async () => {
    await withFile(async (desk, place) => {
      desk.clock.remainingSeconds = 20;
      expect(await desk.send(place)).toBe(1);
      expect(await desk.entry(place)).toMatchObject({
        delivery: { state: 'accepted', attempt: 0 },
      });
      desk.clock.remainingSeconds = 90;
      await desk.sendToEnd(place);
      expect(desk.api.taken).toHaveLength(1);
    });
  });

  it('hands the file over anew after a throttled attempt', async () => {
    await withFile(async (desk, place) => {
      desk.api.fates.push('throttled');
      await desk.sendToEnd(place);
      expect(paths(desk)).toEqual(['media', 'messages', 'media', 'messages']);
      expect(desk.api.taken).toHaveLength(1);
    });
  });
});

describe('a reaction', () => {
  it('names the message as the provider does', async () => {
    const desk = await openDesk(emulators, 'whatsapp');
    try {
      const conversationId = await desk.newConversation();
      const first = await desk.reply(conversationId, 'Hello back');
      await desk.sendToEnd(first);
      const messageId = `msg_${conversationId.slice(4)}_2`;
      const content = { type: 'reaction', messageId, emoji: '👍' } as const;
      await desk.sendToEnd(await desk.reply(conversationId, { content }));
      expect(JSON.parse(desk.asked.at(-1)?.body ?? '')).toMatchObject({
        reaction: { message_id: desk.api.taken[0]?.id, emoji: '👍' },
      });
      const nowhere = { ...content, messageId: `msg_${conversationId.slice(4)}_99` };
      const failed = await desk.reply(conversationId, { content: nowhere });
      await desk.sendToEnd(failed);
      expect(await desk.entry(failed)).toMatchObject({
        status: 'failed',
        errors: [
          { code: 'invalid_reply', title: expect.stringContaining('content.messageId: "msg_') },
        ],
      });
      expect(desk.api.taken).toHaveLength(2);
    } finally {
      await desk.close();
    }
  });
});

describe('a text that may show its link', () => {
  it('says so to the provider, also when it was stored in between', async () => {
    const desk = await openDesk(emulators, 'whatsapp');
    try {
      const text = 'https://shop.example';
      const content = { type: 'text', text, linkPreview: true } as const;
      const place = await desk.reply(await desk.newConversation(), { content });
      await desk.sendToEnd(place);
      expect(JSON.parse(desk.asked.at(-1)?.body ?? '')).toMatchObject({
        text: { body: text, preview_url: true },
      });
      expect((await desk.entry(place)).message?.content).toEqual({ type: 'text', text });
    } finally {
      await desk.close();
    }
  });
});
