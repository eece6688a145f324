import { describe, expect, it } from 'vitest';
import { checkContent } from '#connectors/whatsapp/outbound/check/content';
import type { ReplyContent } from '#shared/model/reply-content';
import { contents } from './contents.ts';

const times = (count: number) => 'x'.repeat(count);
const many = <Item>(count: number, item: (index: number) => Item): Item[] =>
  Array.from({ length: count }, (_, index) => item(index));
const button = (change = {}) => ({ id: 'b', title: 'B', ...change });
const buttons = (change: object): ReplyContent =>
  ({ type: 'buttons', text: 't', buttons: [button()], ...change }) as ReplyContent;
const buttonNo = (index: number) => button({ id: `b${index}`, title: `B${index}` });
const row = (change = {}) => ({ id: 'r', title: 'R', ...change });
const list = (change: object): ReplyContent =>
  ({
    type: 'list',
    text: 't',
    button: 'b',
    sections: [{ rows: [row()] }],
    ...change,
  }) as ReplyContent;
const rowNo = (index: number) => row({ id: `r${index}` });
const inRow = (change: object) => list({ sections: [{ rows: [row(change)] }] });
const link = (change: object): ReplyContent =>
  ({
    type: 'link_button',
    text: 't',
    title: 'b',
    url: 'https://a.example',
    ...change,
  }) as ReplyContent;
const template = (change: object): ReplyContent =>
  ({ type: 'template', name: 'n', language: 'en', components: [], ...change }) as ReplyContent;
const filled = (parameter: unknown): ReplyContent =>
  template({ components: [{ type: 'body', parameters: [parameter] }] });
const headed = (parameter: object) => ({
  type: 'header',
  parameters: [{ type: Object.keys(parameter)[0], ...parameter }],
});
const media = (change: object): ReplyContent => ({
  ...{ type: 'media', contentType: 'image/png', url: 'https://a.example/b.png' },
  ...change,
});
const card = () => ({ name: 'Ada', phones: [], emails: [] });

/** What is limited, how far, and a reply with so much of it. */
const limited: readonly (readonly [string, number, (count: number) => ReplyContent])[] = [
  ['caption', 1024, (count) => media({ caption: times(count) })],
  ['contacts', 257, (count) => ({ type: 'contacts', contacts: many(count, card) })],
  ['buttons', 3, (count) => buttons({ buttons: many(count, buttonNo) })],
  ['buttons[0].id', 256, (count) => buttons({ buttons: [button({ id: times(count) })] })],
  ['buttons[0].title', 20, (count) => buttons({ buttons: [button({ title: times(count) })] })],
  ['text', 1024, (count) => buttons({ text: times(count) })],
  ['header', 60, (count) => buttons({ header: times(count) })],
  ['footer', 60, (count) => buttons({ footer: times(count) })],
  ['text', 4096, (count) => list({ text: times(count) })],
  ['button', 20, (count) => list({ button: times(count) })],
  [
    'sections',
    10,
    (count) => list({ sections: many(count, (index) => ({ title: 's', rows: [rowNo(index)] })) }),
  ],
  ['rows', 10, (count) => list({ sections: [{ rows: many(count, rowNo) }] })],
  [
    'sections[0].title',
    24,
    (count) => list({ sections: [{ title: times(count), rows: [row()] }] }),
  ],
  ['sections[0].rows[0].id', 200, (count) => inRow({ id: times(count) })],
  ['sections[0].rows[0].title', 24, (count) => inRow({ title: times(count) })],
  ['sections[0].rows[0].description', 72, (count) => inRow({ description: times(count) })],
  ['header', 60, (count) => list({ header: times(count) })],
  ['title', 20, (count) => link({ title: times(count) })],
  ['text', 1024, (count) => link({ text: times(count) })],
  ['footer', 60, (count) => link({ footer: times(count) })],
  ['fileName', 240, (count) => media({ contentType: 'text/plain', fileName: times(count) })],
  [
    'components[0].parameters[0].payload',
    128,
    (count) => filled({ type: 'payload', payload: times(count) }),
  ],
  ['name', 512, (count) => template({ name: times(count) })],
];

describe('the limits of WhatsApp', () => {
  it.each(limited)('%s: %i is allowed, one more is refused by name', (field, limit, reply) => {
    expect(checkContent(reply(limit))).toBeUndefined();
    const problem = checkContent(reply(limit + 1));
    expect(problem?.code).toBe('limit_exceeded');
    expect(problem?.title.startsWith(`${field}`)).toBe(true);
    expect(problem?.title).toContain(` has ${limit + 1} `);
    expect(problem?.title).toContain(`WhatsApp allows ${limit}`);
  });

  it('counts characters, as Meta does, and rows over all sections', () => {
    expect(
      checkContent(buttons({ buttons: [button({ title: '👍'.repeat(20) })] })),
    ).toBeUndefined();
    const sections = many(2, () => ({ title: 's', rows: many(6, row) }));
    expect(checkContent(list({ sections }))?.title).toMatch(/^rows, over all sections, has 12 /);
  });

  it.each<[string, ReplyContent]>([
    ['latitude is 90.5; allowed: -90 to 90', { type: 'location', latitude: 90.5, longitude: 0 }],
    ['longitude is -181', { type: 'location', latitude: -90, longitude: -181 }],
  ])('%s', (title, content) => {
    expect(checkContent(content)).toMatchObject({
      code: 'limit_exceeded',
      title: expect.stringContaining(title),
    });
  });

  it.each<[string, string, ReplyContent]>([
    ['content_not_supported', 'contentType is "image/gif"', media({ contentType: 'image/gif' })],
    [
      'content_not_supported',
      'caption is given',
      media({ contentType: 'image/webp', caption: 'c' }),
    ],
    [
      'content_not_supported',
      'caption is given',
      media({ contentType: 'audio/aac', caption: 'c' }),
    ],
    ['content_not_supported', 'voice is given', media({ contentType: 'audio/mpeg', voice: true })],
    ['invalid_reply', 'url begins with javascript:', link({ url: 'javascript:alert(1)' })],
    ['invalid_reply', 'url holds a blank', link({ url: 'https://shop.example/a\nb' })],
    [
      'invalid_reply',
      'providerMediaId is "abc"',
      media({ url: undefined, providerMediaId: 'abc' }),
    ],
    ['invalid_reply', 'fileName is empty', media({ contentType: 'text/plain', fileName: '' })],
    ['invalid_reply', 'two buttons have the id "b"', buttons({ buttons: [button(), button()] })],
    [
      'invalid_reply',
      'two buttons have the title "B"',
      buttons({ buttons: [button(), button({ id: 'c' })] }),
    ],
    ['invalid_reply', 'two rows have the id "r"', list({ sections: [{ rows: [row(), row()] }] })],
    ['invalid_reply', 'emoji is "ok"', { type: 'reaction', messageId: 'm', emoji: 'ok' }],
    ['invalid_reply', 'emoji is "👍👍"', { type: 'reaction', messageId: 'm', emoji: '👍👍' }],
    ['invalid_reply', 'emoji is "a"', { type: 'reaction', messageId: 'm', emoji: 'a' }],
    [
      'invalid_reply',
      'contacts[0].phones holds an empty one',
      { type: 'contacts', contacts: [{ name: 'Ada', phones: [''], emails: [] }] },
    ],
    ['invalid_reply', 'name is empty', { type: 'location', latitude: 1, longitude: 1, name: '' }],
    [
      'invalid_reply',
      'components[0].parameters[0].image.link is "s3://archive/uploads/a.png": begins with s3:',
      filled({ type: 'image', image: { link: 's3://archive/uploads/a.png' } }),
    ],
    [
      'invalid_reply',
      'components[0].cards[0].components[0].parameters[0].video.link is "S3://b/c": begins with s3:',
      template({
        components: [
          {
            type: 'carousel',
            cards: [{ card_index: 0, components: [headed({ video: { link: 'S3://b/c' } })] }],
          },
        ],
      }),
    ],
    [
      'invalid_reply',
      'components[0].parameters[0].text holds a line break',
      filled({ type: 'text', text: 'a\nb' }),
    ],
    [
      'invalid_reply',
      'components[0].parameters[0].text is no text',
      filled({ type: 'text', text: '' }),
    ],
    ['invalid_reply', 'components[0].parameters[0].image is missing', filled({ type: 'image' })],
    ['invalid_reply', 'components[0].parameters[0].type is missing', filled({ text: 'x' })],
    ['invalid_reply', 'components[0].type is "Body"', template({ components: [{ type: 'Body' }] })],
    ['invalid_reply', 'contacts is empty', { type: 'contacts', contacts: [] }],
    [
      'invalid_reply',
      'contacts[0] names nobody',
      { type: 'contacts', contacts: [{ phones: [], emails: [] }] },
    ],
    [
      'invalid_reply',
      'sections[0].title is missing',
      list({ sections: [{ rows: [row()] }, { title: 's', rows: [row()] }] }),
    ],
    ['invalid_reply', 'language is "English"', template({ language: 'English' })],
    ['invalid_reply', 'components[0] is no object', template({ components: ['x'] })],
    [
      'invalid_reply',
      'components[1].parameters is no list',
      template({ components: [{ type: 'header' }, { type: 'body', parameters: 'Ada' }] }),
    ],
  ])('%s: %s', (code, title, content) => {
    expect(checkContent(content)).toMatchObject({ code, title: expect.stringContaining(title) });
  });

  it.each(contents)('let an ordinary reply pass: %s', (_, content) => {
    expect(checkContent(content)).toBeUndefined();
  });

  it.each(['👍', '❤', '❤️', '👩‍👩‍👧‍👦', '🇩🇪', '1️⃣', '👍🏽'])('take %s for one emoji', (emoji) => {
    expect(checkContent({ type: 'reaction', messageId: 'm', emoji })).toBeUndefined();
  });

  it.each(['en', 'en_US', 'zh_CN', 'fil', 'prs_AF', 'es_419'])(
    'know the language %s',
    (language) => {
      expect(checkContent(template({ language }))).toBeUndefined();
    },
  );
});
