import { describe, expect, it } from 'vitest';
import { sender } from '#connectors/twitter/sender';
import type { OutboundReply, ReplyTarget } from '#shared/connector/outbound-reply';
import type { Identity } from '#shared/model/identity';

const identity = (address: string): Identity => ({
  channel: 'twitter',
  kind: 'user_id',
  scope: '',
  address,
});
const direct: ReplyTarget = {
  channel: 'twitter',
  visibility: 'private',
  conversationId: 'c1',
  businessIdentity: identity('15'),
  customerIdentities: [identity('16')],
  providerMessageIds: [],
};
const open: ReplyTarget = {
  ...{ ...direct, visibility: 'public', threadKey: '200' },
  lastInboundProviderMessageId: '202',
};
const replyOf = (content: OutboundReply['content']): OutboundReply => ({
  messageId: 'm1',
  replyId: 'r1',
  content,
});
const render = (text: string, target: ReplyTarget, settings = {}) =>
  sender.render(
    replyOf({ type: 'text', text }),
    target,
    sender.readAccount({ address: '15', username: 'acmecare', ...settings }),
  );
const refusal = (code: string) => expect.objectContaining({ code });

describe('render', () => {
  it('answers a private conversation with one direct message', () => {
    expect(render('hello', direct)).toEqual([{ kind: 'dm', participantId: '16', text: 'hello' }]);
  });

  it('answers the customer’s post in a public conversation', () => {
    const target = { ...open, inReplyToProviderMessageId: '201' };
    expect(render('hello', target)).toEqual([
      { kind: 'post', inReplyToPostId: '201', text: 'hello' },
    ]);
  });

  it('answers the customer’s newest post when none is named, and never the root of the thread', () => {
    expect(render('hello', open)).toMatchObject([{ inReplyToPostId: '202' }]);
    const { lastInboundProviderMessageId: _, ...unanswerable } = open;
    expect(() => render('hello', unanswerable)).toThrow(refusal('invalid_reply'));
  });

  it('takes one cashtag in a post, as X does of self-serve apps, and says what was given', () => {
    expect(render('$TSLA at $5.00, US$AAPL', open)).toHaveLength(1);
    expect(() => render('$TSLA and $AAPL', open)).toThrow(/2 cashtags.*\$TSLA, \$AAPL.*allowed: 1/);
    expect(() => render('$TSLA and $AAPL', open)).toThrow(refusal('limit_exceeded'));
    expect(render('$TSLA and $AAPL', open, { maxCashtags: 2 })).toHaveLength(1);
    expect(render('$TSLA and $AAPL', direct)).toHaveLength(1);
  });

  it('counts the cashtags of each post of a thread', () => {
    const thread = { longReplies: 'thread' };
    const words = 'word '.repeat(50);
    expect(render(`$TSLA ${words}. ${words}$AAPL`, open, thread)).toHaveLength(2);
    expect(() => render(`${words}. ${words}$TSLA $AAPL`, open, thread)).toThrow(/2 cashtags/);
  });

  it('holds a direct message to 10,000 characters', () => {
    expect(render('x'.repeat(10_000), direct)).toHaveLength(1);
    expect(() => render('x'.repeat(10_001), direct)).toThrow(refusal('text_too_long'));
  });

  it('holds a public reply to 280 weighted characters and says what was given', () => {
    expect(render('x'.repeat(280), open)).toHaveLength(1);
    expect(render('日'.repeat(140), open)).toHaveLength(1);
    expect(() => render('日'.repeat(141), open)).toThrow(/282.*280/);
    expect(() => render('x'.repeat(281), open)).toThrow(refusal('text_too_long'));
  });

  it('lets a Premium account write as long as it may', () => {
    expect(render('x'.repeat(1000), open, { maxPostLength: 25_000 })).toHaveLength(1);
  });

  it('refuses content X cannot carry', () => {
    const reply = replyOf({ type: 'template', name: 'hello', language: 'en', components: [] });
    expect(() =>
      sender.render(reply, direct, sender.readAccount({ address: '15', username: 'a' })),
    ).toThrow(refusal('content_not_supported'));
  });
});
