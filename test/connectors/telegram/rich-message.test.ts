import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/telegram/parser';
import { account, itemsOf, throughQueue } from './signed-webhook.ts';

const chat = { id: 5550142001, type: 'private', first_name: 'Ada' };
const message = (blocks: unknown) => ({
  ...{ message_id: 7, date: 1795305600, edit_date: 1795305630, chat },
  from: { ...chat, is_bot: false },
  rich_message: { blocks },
});
const parsed = async (name: string, blocks: unknown) => {
  const [item] = itemsOf({ update_id: 1, [name]: message(blocks) });
  const [event] = await parse({ payload: throughQueue(item?.payload), account });
  return event;
};
const read = (...blocks: unknown[]) => parsed('message', blocks);
const paragraph = (text: unknown) => ({ type: 'paragraph', text });

describe('a rich message', () => {
  it('is read with the words of its blocks, however they are formatted', async () => {
    const bold = {
      type: 'bold',
      text: ['Order ', { type: 'italic', text: { type: 'x', text: '7' } }],
    };
    const link = { type: 'url', text: 'here', url: 'https://a.example' };
    const emoji = { type: 'custom_emoji', custom_emoji_id: '1', alternative_text: '👍' };
    const text = 'Guten Tag\nOrder 7 is here 👍\nE = mc²';
    expect(
      await read(
        { type: 'heading', text: 'Guten Tag', size: 1 },
        { type: 'anchor', name: 'chapter' },
        paragraph([bold, ' is ', link, ' ', emoji]),
        { type: 'divider' },
        { type: 'mathematical_expression', expression: 'E = mc²' },
      ),
    ).toMatchObject({ kind: 'message', content: { type: 'text', text }, text, attachments: [] });
  });

  it('keeps lists, tables, quotations and details in the order of reading', async () => {
    const item = (label: string, text: string, more = {}) => ({
      ...{ label, blocks: [paragraph(text)], ...more },
    });
    const cell = (text?: string) => ({ align: 'left', valign: 'top', ...(text ? { text } : {}) });
    const told = await read(
      { type: 'list', items: [item('1.', 'Milk'), item('•', 'Tea', { has_checkbox: true })] },
      { type: 'list', items: [item('', 'Salt', { has_checkbox: true, is_checked: true })] },
      {
        ...{ type: 'table', caption: 'Prices' },
        cells: [
          [cell('a'), cell(), cell('b')],
          [cell('c'), cell('d'), cell('e')],
        ],
      },
      { type: 'blockquote', credit: 'Bo', blocks: [paragraph('So'), paragraph('it is')] },
      { type: 'details', blocks: [paragraph('inside')], summary: ['More'] },
      { type: 'map', location: { latitude: 52.5, longitude: 13.4 }, zoom: 14 },
      { type: 'of_next_year', content: [{ words: { text: 'new' } }], id: 'no words' },
    );
    expect(told).toHaveProperty(
      'text',
      [
        ...['1. Milk', '• [ ] Tea', '[x] Salt', 'a |  | b', 'c | d | e', 'Prices'],
        ...['So', 'it is', 'Bo', 'More', 'inside', '52.5, 13.4', 'new'],
      ].join('\n'),
    );
  });

  it('gives each of its files, with their captions in the text', async () => {
    const photo = [
      { file_id: 'small', file_size: 1 },
      { file_id: 'large', file_size: 9 },
    ];
    const told = await read(
      paragraph('Look'),
      {
        type: 'collage',
        blocks: [
          { type: 'photo', photo, caption: { text: 'front', credit: ['me'] } },
          { type: 'video', video: { file_id: 'film', file_name: 'a.mp4' } },
        ],
      },
      { type: 'voice_note', voice_note: { file_id: 'spoken' } },
      { type: 'audio', audio: { file_id: 'song' } },
      { type: 'animation', animation: { file_id: 'gif' } },
    );
    const text = 'Look\nfront\nme';
    expect(told).toMatchObject({
      ...{ content: { type: 'media', caption: text }, text },
      attachments: [
        { kind: 'image', providerReference: 'large', contentType: 'image/jpeg', sizeBytes: 9 },
        { kind: 'video', providerReference: 'film', fileName: 'a.mp4' },
        { kind: 'voice', providerReference: 'spoken', contentType: 'audio/ogg' },
        { kind: 'audio', providerReference: 'song' },
        { kind: 'video', providerReference: 'gif' },
      ],
    });
  });

  it('replaces the words of an edited message', async () => {
    expect(await parsed('edited_message', [paragraph('new words')])).toMatchObject({
      ...{ kind: 'edit', text: 'new words', content: { type: 'text', text: 'new words' } },
    });
  });

  it.each([
    ['no blocks', []],
    ['blocks without words', [{ type: 'divider' }]],
    ['no list', 7],
  ])('is unsupported with %s', async (_, blocks) => {
    expect(await parsed('message', blocks)).toMatchObject({
      content: { type: 'unsupported', providerType: 'rich_message' },
    });
  });

  it('is read at every depth that Telegram allows, and ends at a hostile one', async () => {
    const nested = (levels: number): unknown =>
      Array.from({ length: levels }).reduce<unknown>(
        (inner) => ({ type: 'list', items: [{ label: '', blocks: [inner] }] }),
        paragraph('deep'),
      );
    expect(await read(nested(16))).toHaveProperty('text', 'deep');
    const hostile = { update_id: 1, message: message([paragraph('up'), nested(20_000)]) };
    const [event] = await parse({ payload: hostile, account });
    expect(event).toHaveProperty('text', 'up\n…');
  });
});
