import { describe, expect, it } from 'vitest';
import { replyCheck } from '#connectors/twilio/reply-check';
import type { Channel } from '#shared/model/channel';
import type { ReplyContent } from '#shared/model/reply-content';

const picture = { type: 'media', url: 'https://x.example/a', contentType: 'image/png' } as const;

/** The problem of a file, sent from this address of ours. */
function problemOf(content: ReplyContent, channel: Channel = 'sms', address = '+15005550006') {
  const identity = (of: string) => ({ channel, kind: 'phone' as const, scope: '', address: of });
  const target = {
    ...{ channel, visibility: 'private' as const, conversationId: 'cnv_a' },
    businessIdentity: identity(address),
    customerIdentities: [identity('+4915155501421')] as const,
    providerMessageIds: [],
  };
  const checked = replyCheck({ content }, target, { address: '+15005550006' });
  return 'problem' in checked ? checked.problem : undefined;
}

describe('a file sent through Twilio', () => {
  it.each([
    ['sms', '+15005550006'],
    ['sms', '+61491570006'],
    ['sms', '38438'],
    ['whatsapp', '+4915155501420'],
    ['rcs', 'shop_agent'],
  ] as const)('is taken on %s from %s', (channel, address) => {
    expect(problemOf(picture, channel, address)).toBeUndefined();
  });

  it.each(['+4915155501420', '+447700900123', 'ACME', '4U Shop'])(
    'is refused where no MMS can leave: from %s',
    (address) => {
      expect(problemOf(picture, 'sms', address)).toEqual({
        code: 'content_not_supported',
        title: `"${address}" cannot send files: MMS is sent from numbers of the United States, Canada and Australia, and short codes`,
      });
    },
  );

  it.each([
    ['sms', 'application/zip'],
    ['sms', 'image/webp'],
    ['whatsapp', 'image/gif'],
    ['rcs', 'audio/ogg'],
  ] as const)('is refused on %s where it is %s, with what is allowed', (channel, contentType) => {
    expect(problemOf({ ...picture, contentType }, channel)).toMatchObject({
      code: 'content_not_supported',
      title: expect.stringMatching(/^content\.contentType is ".+"; allowed: image\/jpeg, /),
    });
  });

  it('may name its type with parameters and capitals', () => {
    const voice = { ...picture, contentType: 'Audio/OGG; codecs=opus' };
    expect(problemOf(voice)).toBeUndefined();
  });

  it.each([
    ['sms', 'video/mp4', 'x', undefined],
    ['sms', 'application/pdf', 'x', undefined],
    ['whatsapp', 'video/mp4', 'x', undefined],
    ['whatsapp', 'application/pdf', 'x', /^content\.caption: whatsapp shows none with application/],
    ['rcs', 'image/png', 'x', /^content\.caption: rcs shows none with image\/png/],
    ['rcs', 'image/png', '', undefined],
    ['sms', 'image/png', 'x'.repeat(1600), undefined],
    ['sms', 'image/png', 'x'.repeat(1601), /has 1601 characters; allowed: 1600/],
    ['whatsapp', 'image/png', 'x'.repeat(1025), /has 1025 characters; allowed: 1024/],
  ] as const)(
    'on %s of %s with a caption is taken or refused by name',
    (channel, contentType, caption, title) => {
      const problem = problemOf({ ...picture, contentType, caption }, channel);
      if (title) expect(problem?.title).toMatch(title);
      else expect(problem).toBeUndefined();
    },
  );

  it('is refused as a voice message, and under an id of another provider', () => {
    const { url: _, ...rest } = picture;
    expect(problemOf({ ...picture, voice: true })).toMatchObject({ code: 'invalid_reply' });
    expect(problemOf({ ...rest, providerMediaId: '12' })).toMatchObject({
      code: 'invalid_reply',
      title: expect.stringContaining('allowed: content.url'),
    });
  });
});
