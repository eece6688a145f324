import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replyHash } from '#shared/aws/store/sending/accept';
import { hashOf } from '#shared/ids';
import { ReplyCommand } from '#shared/model/reply';
import { type Emulators, startEmulators } from '#test/support/emulators';
import { type Desk, openDesk, type Said } from './desk.ts';

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
  work: (desk: Desk, conversationId: string) => Promise<void>,
): Promise<void> {
  const desk = await openDesk(emulators, 'whatsapp');
  try {
    await work(desk, await desk.newConversation());
  } finally {
    await desk.close();
  }
}

const took = ({ api }: Desk) => api.taken.map(({ text }) => text);

describe('a reply with a fallback template', () => {
  it('goes out as it is while the window is open', async () => {
    await withConversation(async (desk, conversationId) => {
      const place = await desk.reply(conversationId, said);
      await desk.sendToEnd(place);
      expect(took(desk)).toEqual(['Hello back']);
      expect((await desk.events(place)).at(-1)).toMatchObject({
        data: { status: 'sent', metadata: {} },
      });
    });
  });

  it('is its fallback from the start where the window is closed, and says so', async () => {
    await withConversation(async (desk, conversationId) => {
      desk.clock.pass(24 * hour - 59);
      const place = await desk.reply(conversationId, said);
      const accepted = await desk.entry(place);
      expect(accepted).toMatchObject({
        status: 'accepted',
        message: { content: { type: 'template', name: 'ask_again' }, metadata: sentAs },
      });
      await desk.sendToEnd(place);
      expect(took(desk)).toEqual(['[template]']);
      expect((await desk.events(place)).map(({ data }) => data)).toMatchObject([
        { status: 'sent', metadata: sentAs },
      ]);
      expect(await desk.send(place)).toBeUndefined();
      expect(took(desk)).toHaveLength(1);
    });
  });

  it('becomes its fallback when the window closes while it waits', async () => {
    await withConversation(async (desk, conversationId) => {
      desk.clock.pass(24 * hour - 120);
      const place = await desk.reply(conversationId, said);
      desk.api.fates.push('throttled');
      await desk.sendToEnd(place);
      expect(took(desk)).toEqual(['Hello back']);
      const late = await desk.reply(conversationId, said);
      desk.clock.pass(180);
      await desk.sendToEnd(late);
      expect(took(desk)).toEqual(['Hello back', '[template]']);
      expect((await desk.events(late)).map(({ data }) => data)).toMatchObject([
        { status: 'sent', metadata: sentAs },
      ]);
      expect(await desk.entry(late)).toMatchObject({
        message: { content: { type: 'text' } },
        delivery: { usesFallback: true, state: 'sent' },
      });
    });
  });

  it('becomes its fallback when Meta says that the window is closed, and is sent once', async () => {
    await withConversation(async (desk, conversationId) => {
      const place = await desk.reply(conversationId, said);
      desk.api.fates.push('window_closed');
      await desk.sendToEnd(place);
      await desk.sendToEnd(place);
      expect(took(desk)).toEqual(['[template]']);
      expect(await desk.heard(place)).toEqual(['sent']);
      expect(await desk.entry(place)).toMatchObject({
        status: 'sent',
        delivery: { attempt: 2, usesFallback: true },
      });
    });
  });

  it('fails when Meta refuses the fallback too, and does not try for ever', async () => {
    await withConversation(async (desk, conversationId) => {
      const place = await desk.reply(conversationId, said);
      desk.api.fates.push('window_closed', 'window_closed');
      await desk.sendToEnd(place);
      expect(took(desk)).toEqual([]);
      expect(await desk.entry(place)).toMatchObject({
        status: 'failed',
        errors: [{ code: 'reply_window_closed' }],
        delivery: { attempt: 2 },
      });
    });
  });

  it('is not touched by anything that may have reached the customer', async () => {
    await withConversation(async (desk, conversationId) => {
      const place = await desk.reply(conversationId, said);
      desk.api.fates.push('taken_then_reset');
      await desk.send(place);
      desk.clock.pass(25 * hour);
      await desk.send(place);
      await desk.sweep();
      expect(took(desk)).toEqual(['Hello back']);
      expect(await desk.entry(place)).toMatchObject({ delivery: { state: 'uncertain' } });
    });
  });

  it('does not take the place of what has begun to go out', async () => {
    await withConversation(async (desk, conversationId) => {
      const text = 'word '.repeat(1000);
      const place = await desk.reply(conversationId, { ...said, content: { type: 'text', text } });
      desk.api.fates.push('taken', 'window_closed');
      await desk.sendToEnd(place);
      expect(took(desk)).toHaveLength(1);
      expect(await desk.entry(place)).toMatchObject({
        ...{ status: 'failed', errors: [{ code: 'sent_in_part' }] },
        parts: [{ status: 'sent' }, { errors: [{ code: 'reply_window_closed' }] }],
      });
    });
  });
});

describe('a reply without one', () => {
  it('fails with reply_window_closed: when it is accepted, when it is sent, and by Meta’s word', async () => {
    await withConversation(async (desk, conversationId) => {
      const plain = { content: said.content };
      const refused = await desk.reply(conversationId, plain);
      desk.api.fates.push('window_closed');
      await desk.sendToEnd(refused);
      const waiting = await desk.reply(conversationId, plain);
      desk.clock.pass(24 * hour - 30);
      await desk.sendToEnd(waiting);
      const late = await desk.reply(conversationId, plain);
      for (const place of [refused, waiting, late]) {
        expect(await desk.entry(place)).toMatchObject({
          status: 'failed',
          errors: [{ code: 'reply_window_closed' }],
        });
      }
      expect(took(desk)).toEqual([]);
    });
  });

  it('is refused at once over a fallback that could never go out', async () => {
    await withConversation(async (desk, conversationId) => {
      const wrong = { ...fallbackTemplate, language: 'English' };
      const place = await desk.reply(conversationId, { ...said, fallbackTemplate: wrong });
      expect(await desk.entry(place)).toMatchObject({
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
