import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness, type Said } from './harness/harness.ts';
import type { Place } from './harness/outbound-queue.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const uri = 's3://archive/uploads/bill.pdf';
const said: Said = { content: { type: 'media', url: uri, contentType: 'application/pdf' } };

async function withFile(work: (harness: Harness, place: Place) => Promise<void>): Promise<void> {
  const harness = await openHarness(emulators, 'whatsapp');
  try {
    harness.files.set(uri, { kind: 'read', bytes: Buffer.from('%PDF') });
    await work(harness, await harness.reply(await harness.newConversation(), said));
  } finally {
    await harness.close();
  }
}

const paths = ({ asked }: Harness) => asked.map(({ path }) => path.split('/').at(-1));

describe('a reply that shows a file of ours', () => {
  it('hands the file over first and sends once', async () => {
    await withFile(async (harness, place) => {
      await harness.sendToEnd(place);
      await harness.sendToEnd(place);
      expect(paths(harness)).toEqual(['media', 'messages']);
      expect(JSON.parse(harness.asked.at(-1)?.body ?? '')).toMatchObject({
        document: { id: 'media-1' },
        biz_opaque_callback_data: expect.stringMatching(/\.0\.1$/),
      });
      expect(await harness.heard(place)).toEqual(['sent']);
    });
  });

  it('fails, without an attempt, over a file that is not there or too large', async () => {
    await withFile(async (harness, place) => {
      harness.files.clear();
      await harness.sendToEnd(place);
      expect(harness.asked).toEqual([]);
      expect(await harness.entry(place)).toMatchObject({
        status: 'failed',
        errors: [{ code: 'media_not_found' }],
        delivery: { attempt: 0 },
      });
      expect(await harness.heard(place)).toEqual(['failed']);
    });
  });

  it('fails, without an attempt, over a file that Meta refuses', async () => {
    await withFile(async (harness, place) => {
      harness.api.beside.push({ status: 400, body: { error: { code: 131053, message: '' } } });
      await harness.sendToEnd(place);
      expect(paths(harness)).toEqual(['media']);
      expect(await harness.entry(place)).toMatchObject({
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
    await withFile(async (harness, place) => {
      harness.api.beside.push(act);
      expect(await harness.send(place)).toBe(30);
      expect(await harness.entry(place)).toMatchObject({
        delivery: { state: 'accepted', attempt: 0 },
      });
      harness.clock.pass(30);
      await harness.sendToEnd(place);
      expect(paths(harness)).toEqual(['media', 'media', 'messages']);
      expect(harness.api.taken).toHaveLength(1);
    });
  });

  it('pauses the account when its token is broken, and goes on when it is mended', async () => {
    await withFile(async (harness, place) => {
      harness.api.beside.push({ status: 401, body: { error: { code: 190, message: '' } } });
      expect(await harness.send(place)).toBeUndefined();
      expect(paths(harness)).toEqual(['media']);
      expect(await harness.alerts()).toEqual(['credentials_rejected']);
      const released = await harness.released(place);
      await harness.sendToEnd(released ?? place);
      expect(paths(harness)).toEqual(['media', 'media', 'messages']);
      expect(await harness.alerts()).toEqual(['account_resumed']);
    });
  });

  it('is not attempted in an invocation that would end meanwhile', async () => {
    await withFile(async (harness, place) => {
      harness.clock.remainingSeconds = 20;
      expect(await harness.send(place)).toBe(1);
      expect(await harness.entry(place)).toMatchObject({
        delivery: { state: 'accepted', attempt: 0 },
      });
      harness.clock.remainingSeconds = 90;
      await harness.sendToEnd(place);
      expect(harness.api.taken).toHaveLength(1);
    });
  });

  it('hands the file over anew after a throttled attempt', async () => {
    await withFile(async (harness, place) => {
      harness.api.fates.push('throttled');
      await harness.sendToEnd(place);
      expect(paths(harness)).toEqual(['media', 'messages', 'media', 'messages']);
      expect(harness.api.taken).toHaveLength(1);
    });
  });
});

describe('a reply with a file that its provider fetches', () => {
  const picture: Said = {
    content: { type: 'media', url: 's3://archive/uploads/a.png', contentType: 'image/png' },
  };

  it('names an address of the file, made for each attempt, and sends once', async () => {
    const harness = await openHarness(emulators, 'twilio');
    try {
      harness.files.set('s3://archive/uploads/a.png', { kind: 'read', bytes: Buffer.from('png') });
      harness.api.fates.push('throttled');
      const place = await harness.reply(await harness.newConversation(), picture);
      await harness.sendToEnd(place);
      expect(harness.asked).toHaveLength(2);
      const form = new URLSearchParams(harness.asked.at(-1)?.body);
      expect(form.get('MediaUrl')).toMatch(/^https:\/\/archive\.example\//);
      expect([...form.keys()]).not.toContain('File');
      expect(await harness.heard(place)).toEqual(['sent']);
    } finally {
      await harness.close();
    }
  });

  it('fails, without an attempt, over a file that is gone', async () => {
    const harness = await openHarness(emulators, 'twilio');
    try {
      const place = await harness.reply(await harness.newConversation(), picture);
      await harness.sendToEnd(place);
      expect(harness.asked).toEqual([]);
      expect(await harness.entry(place)).toMatchObject({
        status: 'failed',
        errors: [{ code: 'media_not_found' }],
        delivery: { attempt: 0 },
      });
    } finally {
      await harness.close();
    }
  });
});

describe('a reaction', () => {
  it('names the message as the provider does', async () => {
    const harness = await openHarness(emulators, 'whatsapp');
    try {
      const conversationId = await harness.newConversation();
      const first = await harness.reply(conversationId, 'Hello back');
      await harness.sendToEnd(first);
      const messageId = `msg_${conversationId.slice(4)}_2`;
      const content = { type: 'reaction', messageId, emoji: '👍' } as const;
      await harness.sendToEnd(await harness.reply(conversationId, { content }));
      expect(JSON.parse(harness.asked.at(-1)?.body ?? '')).toMatchObject({
        reaction: { message_id: harness.api.taken[0]?.id, emoji: '👍' },
      });
      const nowhere = { ...content, messageId: `msg_${conversationId.slice(4)}_99` };
      const failed = await harness.reply(conversationId, { content: nowhere });
      await harness.sendToEnd(failed);
      expect(await harness.entry(failed)).toMatchObject({
        status: 'failed',
        errors: [
          { code: 'invalid_reply', title: expect.stringContaining('content.messageId: "msg_') },
        ],
      });
      expect(harness.api.taken).toHaveLength(2);
    } finally {
      await harness.close();
    }
  });
});

describe('a text that may show its link', () => {
  it('says so to the provider, also when it was stored in between', async () => {
    const harness = await openHarness(emulators, 'whatsapp');
    try {
      const text = 'https://shop.example';
      const content = { type: 'text', text, linkPreview: true } as const;
      const place = await harness.reply(await harness.newConversation(), { content });
      await harness.sendToEnd(place);
      expect(JSON.parse(harness.asked.at(-1)?.body ?? '')).toMatchObject({
        text: { body: text, preview_url: true },
      });
      expect((await harness.entry(place)).message?.content).toEqual({ type: 'text', text });
    } finally {
      await harness.close();
    }
  });
});
