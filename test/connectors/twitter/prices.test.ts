import { describe, expect, it } from 'vitest';
import { declaration } from '#connectors/twitter/declaration';
import { parse } from '#connectors/twitter/parser';
import { prices } from '#connectors/twitter/prices';
import { replyCheck } from '#connectors/twitter/reply-check';
import { sender } from '#connectors/twitter/sender';
import { dollarsOf, priceMicros, priceWarning, withPrices } from '#shared/model/price';

const post = { kind: 'post', inReplyToPostId: '1' };
const nameOf = (request: object) => sender.usesOf(request).map(({ use }) => use);

describe('the uses of a request', () => {
  it.each([
    [
      'a direct message',
      { kind: 'dm', participantId: '1', text: 'hi https://acme.com' },
      'send:dm',
    ],
    ['an answer', { ...post, text: 'hello' }, 'send:summoned_reply'],
    ['a file without words', { ...post }, 'send:summoned_reply'],
    ['a later post of a thread', { ...post, text: 'b', continuesThread: true }, 'send:post'],
    ['a link', { ...post, text: 'see https://acme.com/b' }, 'send:post_with_link'],
    [
      'a link in a later post',
      { ...post, text: 'a.com', continuesThread: true },
      'send:post_with_link',
    ],
    ['a bare domain', { ...post, text: 'see example.com.' }, 'send:post_with_link'],
    ['a domain of no top level', { ...post, text: 'see example.nothing1' }, 'send:summoned_reply'],
    ['two words joined by a dot', { ...post, text: 'Thanks.Bye' }, 'send:summoned_reply'],
    ['an email address', { ...post, text: 'ask a@b.example' }, 'send:summoned_reply'],
  ])('know %s', (_, request, use) => {
    expect(nameOf(request)).toEqual([use]);
    expect(prices.perUse).toHaveProperty([use]);
  });
});

describe('a description of a file', () => {
  const file = { uri: 's3://a/b', contentType: 'image/png', kind: 'image', maxSizeBytes: 9 };

  it('is a use of its own', () => {
    const files = [{ ...file, altText: 'a cup' }, file, { ...file, altText: 'a lid' }];
    expect(sender.usesOf({ ...post, files })).toEqual([
      { use: 'send:summoned_reply', count: 1 },
      { use: 'send:media_metadata', count: 2 },
    ]);
    expect(nameOf({ kind: 'dm', participantId: '1', files: [file] })).toEqual(['send:dm']);
    expect(prices.perUse['send:media_metadata']).toBe(0.005);
  });
});

describe('a link', () => {
  it('is warned of with both prices, by the table in force', () => {
    const uses = sender.usesOf({ ...post, text: 'see https://acme.com' });
    expect(priceWarning(prices, uses)).toBe(
      'X charges more for a post with a link: about 0.200 USD instead of 0.010 (prices of 2026-08-28)',
    );
    const own = { asOf: '2026-12-01', perUse: { 'send:post_with_link': 0.3 } };
    expect(priceWarning(withPrices(prices, own), uses)).toContain('about 0.300 USD');
    const same = { asOf: '2026-12-01', perUse: { 'send:post_with_link': 0.01 } };
    expect(priceWarning(withPrices(prices, same), uses)).toBeUndefined();
    expect(priceWarning(prices, sender.usesOf({ ...post, text: 'hi' }))).toBeUndefined();
  });

  it('is found when the reply is taken', () => {
    const identity = { channel: 'twitter', kind: 'user_id', scope: '', address: '2' } as const;
    const target = {
      ...({
        channel: 'twitter',
        visibility: 'public',
        conversationId: 'c',
        lastInboundProviderMessageId: '1',
      } as const),
      ...{ businessIdentity: identity, customerIdentities: [identity] as const },
      providerMessageIds: [],
    };
    const content = { type: 'text', text: 'see https://acme.com' } as const;
    const settings = { address: '1', username: 'acme' };
    expect(replyCheck({ content }, target, settings)).toMatchObject({
      uses: [{ use: 'send:post_with_link' }],
    });
  });
});

describe('what X charges for a message that it delivers', () => {
  const direct = (type: string, more: object = {}) => ({
    kind: 'direct_message',
    type,
    userId: '1',
    event: {
      ...{ type: 'message_create', id: '9', created_timestamp: '1795255200000' },
      message_create: {
        ...{ target: { recipient_id: '1' }, sender_id: '2' },
        message_data: { text: 'hi', entities: {} },
      },
    },
    ...more,
  });
  const useOf = (payload: unknown) =>
    parse({ payload, account: { address: '1', username: 'acme' } }).map((event) =>
      event.kind === 'message' ? event.use : undefined,
    );

  it('is known by the event that brought it', () => {
    expect(useOf(direct('dm.received'))).toEqual(['dm.received']);
  });

  it.each([
    ['of the older API, which has no such price', direct('direct_message_events')],
    ['that a sweep read, which counts it itself', direct('dm.received', { caughtUp: true })],
  ])('is nothing for one %s', (_, payload) => {
    expect(useOf(payload)).toEqual([undefined]);
  });
});

describe('the table of prices', () => {
  it('charges nothing for a deletion', () => {
    expect(prices.perUse['post.delete']).toBe(0);
  });

  it('is declared, and sums without a rounding', () => {
    expect(declaration.prices).toBe(prices);
    const uses = [{ use: 'read:mention', count: 3 }];
    expect(dollarsOf(priceMicros(prices, uses))).toBe('0.003');
    expect([0, 1, 1500, 15_000, 1_250_000].map(dollarsOf)).toEqual([
      ...['0.000', '0.000001', '0.0015', '0.015', '1.250'],
    ]);
  });
});
