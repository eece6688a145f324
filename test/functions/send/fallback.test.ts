import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replyHash } from '#shared/aws/store/sending/reply-hash';
import { hashOf } from '#shared/ids';
import { ReplyCommand } from '#shared/model/reply';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, openHarness, type Said } from './harness/harness.ts';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const fallbackTemplate: NonNullable<Said['fallbackTemplate']> = {
  type: 'template',
  name: 'ask_again',
  language: 'en',
  components: [],
};
const said: Said = { content: { type: 'text', text: 'Hello back' }, fallbackTemplate };
const hour = 3600;
const sentAs = { sentAs: 'fallback_template' };

async function withConversation(
  work: (harness: Harness, conversationId: string) => Promise<void>,
): Promise<void> {
  const harness = await openHarness(emulators, 'whatsapp');
  try {
    await work(harness, await harness.newConversation());
  } finally {
    await harness.close();
  }
}

const took = ({ api }: Harness) => api.taken.map(({ text }) => text);

describe('a reply with a fallback template', () => {
  it('goes out as it is while the window is open', async () => {
    await withConversation(async (harness, conversationId) => {
      const place = await harness.reply(conversationId, said);
      await harness.sendToEnd(place);
      expect(took(harness)).toEqual(['Hello back']);
      expect((await harness.events(place)).at(-1)).toMatchObject({
        data: { status: 'sent', metadata: {} },
      });
    });
  });

  it('is its fallback from the start where the window is closed, and says so', async () => {
    await withConversation(async (harness, conversationId) => {
      harness.clock.pass(24 * hour - 59);
      const place = await harness.reply(conversationId, said);
      const accepted = await harness.entry(place);
      expect(accepted).toMatchObject({
        status: 'accepted',
        message: { content: { type: 'template', name: 'ask_again' }, metadata: sentAs },
      });
      await harness.sendToEnd(place);
      expect(took(harness)).toEqual(['[template]']);
      expect((await harness.events(place)).map(({ data }) => data)).toMatchObject([
        { status: 'sent', metadata: sentAs },
      ]);
      expect(await harness.send(place)).toBeUndefined();
      expect(took(harness)).toHaveLength(1);
    });
  });

  it('becomes its fallback when the window closes while it waits', async () => {
    await withConversation(async (harness, conversationId) => {
      harness.clock.pass(24 * hour - 120);
      const place = await harness.reply(conversationId, said);
      harness.api.fates.push('throttled');
      await harness.sendToEnd(place);
      expect(took(harness)).toEqual(['Hello back']);
      const late = await harness.reply(conversationId, said);
      harness.clock.pass(180);
      await harness.sendToEnd(late);
      expect(took(harness)).toEqual(['Hello back', '[template]']);
      expect((await harness.events(late)).map(({ data }) => data)).toMatchObject([
        { status: 'sent', metadata: sentAs },
      ]);
      expect(await harness.entry(late)).toMatchObject({
        message: { content: { type: 'text' } },
        delivery: { usesFallback: true, state: 'sent' },
      });
    });
  });

  it('becomes its fallback when Meta says that the window is closed, and is sent once', async () => {
    await withConversation(async (harness, conversationId) => {
      const place = await harness.reply(conversationId, said);
      harness.api.fates.push('window_closed');
      await harness.sendToEnd(place);
      await harness.sendToEnd(place);
      expect(took(harness)).toEqual(['[template]']);
      expect(await harness.heard(place)).toEqual(['sent']);
      expect(await harness.entry(place)).toMatchObject({
        status: 'sent',
        delivery: { attempt: 2, usesFallback: true },
      });
    });
  });

  it('fails when Meta refuses the fallback too, and does not try for ever', async () => {
    await withConversation(async (harness, conversationId) => {
      const place = await harness.reply(conversationId, said);
      harness.api.fates.push('window_closed', 'window_closed');
      await harness.sendToEnd(place);
      expect(took(harness)).toEqual([]);
      expect(await harness.entry(place)).toMatchObject({
        status: 'failed',
        errors: [{ code: 'reply_window_closed' }],
        delivery: { attempt: 2 },
      });
    });
  });

  it('is not touched by anything that may have reached the customer', async () => {
    await withConversation(async (harness, conversationId) => {
      const place = await harness.reply(conversationId, said);
      harness.api.fates.push('taken_then_reset');
      await harness.send(place);
      harness.clock.pass(25 * hour);
      await harness.send(place);
      await harness.sweep();
      expect(took(harness)).toEqual(['Hello back']);
      expect(await harness.entry(place)).toMatchObject({ delivery: { state: 'uncertain' } });
    });
  });

  it('does not take the place of what has begun to go out', async () => {
    await withConversation(async (harness, conversationId) => {
      const text = 'word '.repeat(1000);
      const place = await harness.reply(conversationId, {
        ...said,
        content: { type: 'text', text },
      });
      harness.api.fates.push('taken', 'window_closed');
      await harness.sendToEnd(place);
      expect(took(harness)).toHaveLength(1);
      expect(await harness.entry(place)).toMatchObject({
        ...{ status: 'failed', errors: [{ code: 'sent_in_part' }] },
        parts: [{ status: 'sent' }, { errors: [{ code: 'reply_window_closed' }] }],
      });
    });
  });
});

describe('a reply without one', () => {
  it('fails with reply_window_closed: when it is accepted, when it is sent, and by Meta’s word', async () => {
    await withConversation(async (harness, conversationId) => {
      const plain = { content: said.content };
      const refused = await harness.reply(conversationId, plain);
      harness.api.fates.push('window_closed');
      await harness.sendToEnd(refused);
      const waiting = await harness.reply(conversationId, plain);
      harness.clock.pass(24 * hour - 30);
      await harness.sendToEnd(waiting);
      const late = await harness.reply(conversationId, plain);
      for (const place of [refused, waiting, late]) {
        expect(await harness.entry(place)).toMatchObject({
          status: 'failed',
          errors: [{ code: 'reply_window_closed' }],
        });
      }
      expect(took(harness)).toEqual([]);
    });
  });

  it('is refused at once over a fallback that could never go out', async () => {
    await withConversation(async (harness, conversationId) => {
      const wrong = { ...fallbackTemplate, language: 'English' };
      const place = await harness.reply(conversationId, { ...said, fallbackTemplate: wrong });
      expect(await harness.entry(place)).toMatchObject({
        status: 'failed',
        errors: [
          {
            code: 'invalid_reply',
            title: expect.stringMatching(/^fallbackTemplate: language is "English"/),
          },
        ],
      });
    });
  });
});

describe('the hash that tells replies apart', () => {
  const base = { replyId: 'r', conversationId: 'cnv_a', content: said.content };

  it('is what it was where there is no fallback, and another with one', () => {
    const plain = replyHash(ReplyCommand.parse(base));
    expect(plain).toBe(hashOf('cnv_a', '{"text":"Hello back","type":"text"}'));
    const withOne = replyHash(ReplyCommand.parse({ ...base, fallbackTemplate }));
    const other = { ...fallbackTemplate, name: 'another' };
    const withOther = replyHash(ReplyCommand.parse({ ...base, fallbackTemplate: other }));
    expect(new Set([plain, withOne, withOther]).size).toBe(3);
  });
});
