import { describe, expect, it } from 'vitest';
import { replyCheck } from '#connectors/twitter/reply-check';
import { sender } from '#connectors/twitter/sender';
import type { ReplyTarget } from '#shared/connector/outbound-reply';
import type { Identity } from '#shared/model/identity';
import type { ReplyContent } from '#shared/model/reply-content';

const identity = (address: string): Identity => ({
  ...{ channel: 'twitter', kind: 'user_id', scope: '', address },
});
const direct: ReplyTarget = {
  ...{ channel: 'twitter', visibility: 'private', conversationId: 'c1', providerMessageIds: [] },
  ...{ businessIdentity: identity('15'), customerIdentities: [identity('16')] },
};
const open: ReplyTarget = { ...direct, visibility: 'public', lastInboundProviderMessageId: '200' };
const settings = { address: '15', username: 'acmecare' };

const picture = { url: 's3://archive/uploads/a.png', contentType: 'image/png' };
const video = { url: 's3://archive/uploads/a.mp4', contentType: 'video/mp4' };
const media = (fields: object): ReplyContent => ({ type: 'media', ...picture, ...fields });
const text = (attachments: object[]): ReplyContent =>
  ({ type: 'text', text: 'look', attachments }) as ReplyContent;

const render = (content: ReplyContent, target: ReplyTarget) =>
  sender.render({ messageId: 'm', replyId: 'r', content }, target, sender.readAccount(settings));
const problemOf = (content: ReplyContent, target: ReplyTarget) => {
  const checked = replyCheck({ content }, target, settings);
  return 'problem' in checked ? checked.problem : undefined;
};

describe('a file in a reply', () => {
  it('goes with its caption and its description, as the kind that X knows', () => {
    const [dm] = render(media({ caption: 'see', altText: 'a cup' }), direct);
    expect(dm).toEqual({
      ...{ kind: 'dm', participantId: '16', text: 'see' },
      files: [
        {
          ...{ uri: picture.url, contentType: 'image/png', altText: 'a cup' },
          ...{ kind: 'image', maxSizeBytes: 5_242_880 },
        },
      ],
    });
    expect(sender.filesOf(dm)).toEqual([
      { uri: picture.url, contentType: 'image/png', maxSizeBytes: 5_242_880 },
    ]);
  });

  it('of each kind has its own limit', () => {
    const limitOf = (contentType: string) =>
      sender.filesOf(render(media({ contentType }), open)[0])[0]?.maxSizeBytes;
    expect(limitOf('image/jpeg')).toBe(5 * 1024 ** 2);
    expect(limitOf('IMAGE/GIF')).toBe(15 * 1024 ** 2);
    expect(limitOf('video/mp4; codecs=avc1')).toBe(50 * 1024 ** 2);
  });

  it('that X has already is named by its id', () => {
    const content = media({ url: undefined, providerMediaId: '1234567890123456789' });
    expect(render(content, open)).toEqual([
      { kind: 'post', inReplyToPostId: '200', mediaIds: ['1234567890123456789'] },
    ]);
  });

  it('beside a text goes with the first post of a thread', () => {
    const long = { ...text([picture, picture]), text: 'A sentence of words. '.repeat(20) };
    const account = sender.readAccount({ ...settings, longReplies: 'thread' });
    const reply = { messageId: 'm', replyId: 'r', content: long as ReplyContent };
    const requests = sender.render(reply, open, account);
    expect(requests.length).toBeGreaterThan(1);
    expect(requests.map((request) => sender.filesOf(request).length)).toEqual([2, 0]);
    expect(requests[1]).toMatchObject({ continuesThread: true });
  });

  it.each([
    ['four pictures in a post', text([picture, picture, picture, picture]), open],
    ['a video in a post', text([video]), open],
    ['a picture in a direct message', text([picture]), direct],
    ['a GIF with a description', media({ contentType: 'image/gif', altText: 'a cup' }), direct],
  ])('is taken: %s', (_, content, target) => {
    expect(problemOf(content, target)).toBeUndefined();
  });

  it.each([
    [
      'from the web',
      media({ url: 'https://files.example/a.png' }),
      direct,
      'invalid_reply',
      /content\.url.*s3:/,
    ],
    [
      'of another type',
      media({ contentType: 'application/pdf' }),
      open,
      'content_not_supported',
      /"application\/pdf", allowed: image\/jpeg/,
    ],
    ['as a voice message', media({ voice: true }), direct, 'invalid_reply', /content\.voice/],
    [
      'by an id that is none',
      media({ url: undefined, providerMediaId: '../1' }),
      open,
      'invalid_reply',
      /given "..\/1"/,
    ],
    [
      'with a long description',
      media({ altText: 'x'.repeat(1001) }),
      open,
      'text_too_long',
      /1001 characters; allowed: 1000/,
    ],
    [
      'a described video',
      { ...media(video), altText: 'a cup' } as ReplyContent,
      open,
      'invalid_reply',
      /altText/,
    ],
    [
      'two in a direct message',
      text([picture, picture]),
      direct,
      'limit_exceeded',
      /2 attachments; a direct message takes 1/,
    ],
    [
      'five in a post',
      text(Array(5).fill(picture)),
      open,
      'limit_exceeded',
      /5 attachments.*takes 4/,
    ],
    ['a video beside a picture', text([video, picture]), open, 'limit_exceeded', /1 of them/],
    ['for HTML', text([{ ...picture, contentId: 'a' }]), open, 'invalid_reply', /contentId/],
    [
      'with a caption that is too long',
      media({ caption: 'x'.repeat(281) }),
      open,
      'text_too_long',
      /281.*280/,
    ],
  ])('is refused: %s', (_, content, target, code, title) => {
    expect(problemOf(content, target)).toMatchObject({ code, title: expect.stringMatching(title) });
  });
});

describe('a public reply that is too long', () => {
  it('tells the weighted count, and that a direct message takes it', () => {
    expect(problemOf({ type: 'text', text: 'x'.repeat(281) }, open)).toEqual({
      code: 'text_too_long',
      title: 'the public reply weighs 281 of X’s characters; allowed: 280',
      advice: { action: 'reply_in_private', channel: 'twitter' },
    });
  });

  it('advises no direct message where that is too long, too', () => {
    const problem = problemOf({ type: 'text', text: 'x'.repeat(10_001) }, open);
    expect(problem).toMatchObject({ code: 'text_too_long' });
    expect(problem).not.toHaveProperty('advice');
  });
});
