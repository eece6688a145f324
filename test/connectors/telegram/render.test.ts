import { describe, expect, it } from 'vitest';
import { replyCheck } from '#connectors/telegram/reply-check';
import { sender } from '#connectors/telegram/sender';
import type { ReplyTarget } from '#shared/connector/outbound-reply';
import type { ReplyContent } from '#shared/model/reply-content';
import { account } from './signed-webhook.ts';

const identity = (address: string) =>
  ({ channel: 'telegram', kind: 'user_id', scope: '', address }) as const;
const target: ReplyTarget = {
  channel: 'telegram',
  visibility: 'private',
  conversationId: 'cnv_a',
  businessIdentity: identity('7005550006'),
  customerIdentities: [identity('5550142001')],
  providerMessageIds: [],
};
const requests = (content: ReplyContent, more: Partial<ReplyTarget> = {}) =>
  sender.render({ messageId: 'm', replyId: 'r', content }, { ...target, ...more }, account);
const problem = (content: ReplyContent, more: Partial<ReplyTarget> = {}) => {
  const checked = replyCheck({ content }, { ...target, ...more }, account);
  return 'problem' in checked ? checked.problem : undefined;
};
const buttons = (count: number, id = 'y'): ReplyContent => ({
  type: 'buttons',
  text: 'Which?',
  buttons: Array.from({ length: count }, () => ({ id, title: 'Yes' })),
});
const media = { type: 'media', contentType: 'image/png' } as const;
const textsOf = (text: string) =>
  requests({ type: 'text', text }).map((each) =>
    Reflect.get((each as { body: object }).body, 'text'),
  );

describe('a reply on Telegram', () => {
  it('is one call with the text as it is, and shows a preview only where that is asked for', () => {
    const place = { chat_id: 5550142001, text: '*no* <b>markup</b>' };
    expect(requests({ type: 'text', text: '*no* <b>markup</b>' })).toEqual([
      { method: 'sendMessage', body: { ...place, link_preview_options: { is_disabled: true } } },
    ]);
    expect(requests({ type: 'text', text: 'a', linkPreview: true })).toMatchObject([
      { body: { link_preview_options: { is_disabled: false } } },
    ]);
  });

  it('quotes a message with its first part, and no press of a button', () => {
    const quoting = { inReplyToProviderMessageId: '7005550006:5550142001:42' };
    const [first, second] = requests({ type: 'text', text: 'x'.repeat(5000) }, quoting);
    const reply_parameters = { message_id: 42, allow_sending_without_reply: true };
    expect(first).toMatchObject({ body: { reply_parameters } });
    expect(second).not.toHaveProperty('body.reply_parameters');
    const press = { inReplyToProviderMessageId: '7005550006:5550142001:press:9' };
    expect(problem({ type: 'text', text: 'a' }, press)).toMatchObject({ code: 'invalid_reply' });
  });

  it('is cut at 4,096, at the end of a sentence where there is one, and never inside an emoji', () => {
    expect(textsOf('x'.repeat(4096))).toHaveLength(1);
    expect(textsOf('x'.repeat(4097)).map((text) => text.length)).toEqual([4096, 1]);
    const sentence = `${'a'.repeat(3000)}. ${'b'.repeat(3000)}`;
    expect(textsOf(sentence)).toEqual([`${'a'.repeat(3000)}.`, 'b'.repeat(3000)]);
    const faces = textsOf(`x${'😀'.repeat(4000)}`);
    expect(faces.every((text) => text.isWellFormed() && text.length <= 4096)).toBe(true);
    expect(faces.join('')).toBe(`x${'😀'.repeat(4000)}`);
  });

  it('sends no message of blanks alone, and loses no letter', () => {
    const texts = textsOf(`a${' '.repeat(9000)}b`);
    expect(texts).toEqual(['a', 'b']);
    const words = Array.from({ length: 5000 }, (_, index) => `w${index}`).join(' ');
    expect(textsOf(words).join(' ')).toBe(words);
  });

  it('shows a picture as a photo and anything else as a document', () => {
    const url = 'https://files.example/a.png';
    expect(requests({ ...media, url, caption: 'our shop' })).toEqual([
      { method: 'sendPhoto', body: { chat_id: 5550142001, photo: url, caption: 'our shop' } },
    ]);
    const document = { ...media, contentType: 'application/pdf', providerMediaId: 'BQACA' };
    expect(requests(document)).toEqual([
      { method: 'sendDocument', body: { chat_id: 5550142001, document: 'BQACA' } },
    ]);
  });

  it.each(['image/jpg', 'IMAGE/JPEG', 'Image/WebP'])('shows %s as a photo', (contentType) => {
    const url = 'https://files.example/a';
    expect(requests({ type: 'media', contentType, url })).toMatchObject([{ method: 'sendPhoto' }]);
    const gif = { type: 'media', contentType: 'IMAGE/GIF', url } as const;
    expect(problem(gif)).toBeUndefined();
  });

  it('takes files of ours, with their names and Telegram’s limits', () => {
    const ours = { ...media, url: 's3://archive/uploads/100%25 a%b.png' };
    expect(replyCheck({ content: ours }, target, account)).toEqual({
      files: [
        {
          ...{ uri: ours.url, contentType: 'image/png' },
          ...{ fileName: '100%25 a%b.png', maxSizeBytes: 10_485_760 },
        },
      ],
    });
    const sheet = { ...ours, contentType: 'text/csv', fileName: 'plan.csv' };
    expect(replyCheck({ content: sheet }, target, account)).toMatchObject({
      files: [{ fileName: 'plan.csv', maxSizeBytes: 20_971_520 }],
    });
  });

  it('puts buttons below a text, with header and footer around it', () => {
    const content = { ...buttons(2), header: 'Order 7', footer: 'Shop' } as ReplyContent;
    expect(requests(content)).toMatchObject([
      {
        method: 'sendMessage',
        body: {
          text: 'Order 7\n\nWhich?\n\nShop',
          reply_markup: {
            inline_keyboard: [
              [{ text: 'Yes', callback_data: 'y' }],
              [{ text: 'Yes', callback_data: 'y' }],
            ],
          },
        },
      },
    ]);
    const link = {
      type: 'link_button',
      text: 'See',
      title: 'Shop',
      url: 'https://a.example',
    } as const;
    expect(requests(link)).toMatchObject([
      { body: { reply_markup: { inline_keyboard: [[{ text: 'Shop', url: link.url }]] } } },
    ]);
  });

  it.each<[string, ReplyContent, string]>([
    [
      'a caption of 1,025',
      { ...media, url: 'https://a.example/a.png', caption: 'x'.repeat(1025) },
      'text_too_long',
    ],
    [
      'a voice message',
      { ...media, url: 's3://a/uploads/a.ogg', contentType: 'audio/ogg', voice: true },
      'invalid_reply',
    ],
    [
      'a table from the web',
      { ...media, url: 'https://a.example/a.csv', contentType: 'text/csv' },
      'invalid_reply',
    ],
    ['an id of 65 bytes', buttons(1, 'ä'.repeat(33)), 'limit_exceeded'],
    ['101 buttons', buttons(101), 'limit_exceeded'],
    [
      'a long text above buttons',
      { ...buttons(1), text: 'x'.repeat(4097) } as ReplyContent,
      'text_too_long',
    ],
    [
      'a link that is none of the web',
      { type: 'link_button', text: 'a', title: 'b', url: 'ftp://a.example' },
      'invalid_reply',
    ],
  ])('refuses %s before Telegram is asked', (_, content, code) => {
    expect(problem(content)).toMatchObject({ code });
  });

  it.each([
    'http://intranet/a',
    'https://localhost:8080',
    'https://2130706433/',
    'https://a.b@shop/a.b',
    'https://shop?a.b',
  ])('refuses a link to a host without a dot, %s', (url) => {
    const content = { type: 'link_button', text: 'a', title: 'b', url } as const;
    expect(problem(content)).toEqual({
      code: 'invalid_reply',
      title: expect.stringContaining('content.url'),
    });
  });

  it.each([
    'http://a.example',
    'HTTPS://a@b.example:80/c',
    'https://[2001:db8::1]/',
    'tg://resolve?domain=a',
  ])('takes the link %s', (url) => {
    const content = { type: 'link_button', text: 'a', title: 'b', url } as const;
    expect(problem(content)).toBeUndefined();
  });

  it('takes what is just within the limits', () => {
    expect(
      problem({ ...media, url: 'https://a.example/a.png', caption: 'x'.repeat(1024) }),
    ).toBeUndefined();
    expect(problem(buttons(100, 'x'.repeat(64)))).toBeUndefined();
  });

  it('says that a text does not fit where no cut leaves few enough messages', () => {
    const text = `x${'😀'.repeat(20_479)}y`;
    expect(problem({ type: 'text', text })).toMatchObject({ code: 'text_too_long' });
  });

  it('names a file by its key where the name is empty', () => {
    const [request] = requests({ ...media, url: 's3://archive/uploads/a%20b.png', fileName: '' });
    expect(request).toMatchObject({ file: { fileName: 'a%20b.png' } });
  });

  it('takes no address in the place of an id of Telegram', () => {
    const content = { ...media, providerMediaId: 'http://127.0.0.1/a.png' };
    expect(problem(content)).toMatchObject({
      code: 'invalid_reply',
      title: expect.stringContaining('given "http://127.0.0.1/a.png"'),
    });
  });
});
