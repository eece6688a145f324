import { describe, expect, it } from 'vitest';
import { declaration } from '#connectors/aws-sms/declaration';
import { checkReply } from '#connectors/aws-sms/outbound/check-reply';
import { render } from '#connectors/aws-sms/outbound/render';
import { replyCheck } from '#connectors/aws-sms/reply-check';
import type { ReplyTarget } from '#shared/connector/outbound-reply';
import type { ReplyContent } from '#shared/model/reply-content';
import { customer, settings } from './notification.ts';

const identity = (address: string, kind: 'phone' | 'short_code' = 'phone') =>
  ({ channel: 'sms', kind, scope: '', address }) as const;
const target = (to = identity(customer)): ReplyTarget => ({
  ...{ channel: 'sms', visibility: 'private', conversationId: 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa' },
  businessIdentity: identity(settings.address),
  customerIdentities: [to],
  providerMessageIds: [],
});
const bodies = (text: string) =>
  render({ messageId: 'msg_1', replyId: 'r', content: { type: 'text', text } }, target()).map(
    ({ input }) => input.MessageBody ?? '',
  );
const file = (more: object = {}) =>
  ({
    ...{ type: 'media', url: 's3://archive/uploads/a.png', contentType: 'image/png' },
    ...more,
  }) as ReplyContent;

describe('a text', () => {
  it('is one message up to 1,600 characters: the service itself cuts it into the parts of an SMS', () => {
    expect(bodies('x'.repeat(1600))).toHaveLength(1);
  });

  it('that is longer is cut at the end of a sentence', () => {
    const text = `${'word '.repeat(250)}end. ${'more '.repeat(250)}end.`;
    const [first, second, ...rest] = bodies(text);
    expect(rest).toEqual([]);
    expect(first?.endsWith('end.')).toBe(true);
    expect(`${first} ${second}`).toBe(text);
  });
});

describe('the segments that are told', () => {
  const told = (content: ReplyContent) => replyCheck({ content }, target(), settings);

  it.each([
    ['x'.repeat(160), { segments: '1', encoding: 'GSM-7' }],
    ['x'.repeat(3000), { segments: '21', encoding: 'GSM-7' }],
    [`${'x'.repeat(80)}ё`, { segments: '2', encoding: 'UCS-2', ucs2Character: 'ё' }],
  ])('are those of all messages of a text together', (text, metadata) => {
    expect(told({ type: 'text', text })).toEqual({ files: [], metadata });
  });

  it('are none of an MMS, which is billed otherwise', () => {
    expect(told(file({ caption: 'our cat' }))).toMatchObject({ metadata: {} });
  });
});

describe('a reply that AWS would refuse', () => {
  it.each([
    ['a file on the web', file({ url: 'https://files.example/a.png' }), 'invalid_reply'],
    [
      'a file that the provider should have',
      file({ url: undefined, providerMediaId: '7' }),
      'invalid_reply',
    ],
    ['a voice message', file({ contentType: 'audio/ogg', voice: true }), 'invalid_reply'],
    [
      'a file of a type that no MMS has',
      file({ contentType: 'application/zip' }),
      'content_not_supported',
    ],
    ['a long caption', file({ caption: 'x'.repeat(1601) }), 'text_too_long'],
    ['a text that needs six', { type: 'text', text: '👋'.repeat(4000) }, undefined],
  ] as const)('is refused before: %s', (_, content, code) => {
    expect(checkReply(content as ReplyContent, target())?.code).toBe(code);
  });

  it('is one to a short code, and one to our own number', () => {
    const content = { type: 'text', text: 'hi' } as const;
    expect(checkReply(content, target(identity('24273', 'short_code')))).toMatchObject({
      code: 'recipient_unreachable',
      title: expect.stringContaining('a short code cannot be answered'),
    });
    expect(checkReply(content, target(identity(settings.address)))?.code).toBe(
      'recipient_unreachable',
    );
    expect(checkReply(content, target())).toBeUndefined();
  });

  it('is none of a file that AWS carries', () => {
    for (const contentType of declaration.channels.sms.media.contentTypes) {
      expect(checkReply(file({ contentType }), target())).toBeUndefined();
    }
    expect(checkReply(file({ contentType: 'Image/PNG; a=b' }), target())).toBeUndefined();
  });
});
