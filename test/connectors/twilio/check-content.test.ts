import { describe, expect, it } from 'vitest';
import { capabilitiesOf } from '#connectors/capabilities';
import { replyRulesOf } from '#connectors/reply-rules';
import { replyCheck } from '#connectors/twilio/reply-check';
import type { Channel } from '#shared/model/channel';
import { ReplyCommand } from '#shared/model/reply';
import { validateReply } from '#shared/reply/check';

const address = (channel: Channel, of: string) => ({
  ...{ channel, kind: 'phone' as const, scope: '', address: of },
});

/** What the door says of a command on a channel of Twilio's. */
function verdictOf(channel: Channel, command: object, at = '2026-11-21T10:00:00.000Z') {
  const conversation = {
    ...{ id: 'cnv_a', connector: 'twilio', account: 'main', channel },
    ...{ visibility: 'private' as const, businessIdentity: address(channel, '+15005550006') },
    customerIdentities: [address(channel, '+15035550142')],
    replyWindow: { closesAt: '2026-11-22T10:00:00.000Z', freeForm: true },
  };
  const account = {
    ...{
      connector: 'twilio',
      account: 'main',
      secretId: 's',
      settings: { address: '+15005550006' },
    },
    ...{ apiUrl: 'https://api.example', publicUrl: 'https://example.test' },
  };
  const rules = replyRulesOf({ accounts: [account], archiveBucket: 'archive' }, conversation);
  const parsed = ReplyCommand.parse({ replyId: 'r', conversationId: 'c', ...command });
  return validateReply(parsed, conversation, rules, new Date(at));
}

const name = `HX${'b'.repeat(32)}`;
const template = { type: 'template', name, language: 'en' };
const buttons = { type: 'buttons', text: 'Which?', buttons: [{ id: 'a', title: 'A' }] };
const list = {
  type: 'list',
  text: 'Which?',
  button: 'Open',
  sections: [{ rows: [{ id: 'a', title: 'A' }] }],
};
const link = { type: 'link_button', text: 'Pay', title: 'Here', url: 'https://a.example' };

describe('a template through Twilio', () => {
  it.each(['whatsapp', 'rcs'] as const)('is named by its ContentSid on %s', (channel) => {
    const variables = { 1: 'Ada', order_no: '7' };
    expect(verdictOf(channel, { content: { ...template, variables } })).toEqual({});
  });

  it('goes out on WhatsApp after the window, also in place of other content', () => {
    const later = '2026-12-21T10:00:00.000Z';
    expect(verdictOf('whatsapp', { content: template }, later)).toEqual({});
    const reply = { content: { type: 'text', text: 'Hello' }, fallbackTemplate: template };
    expect(verdictOf('whatsapp', reply)).toEqual({});
    expect(verdictOf('whatsapp', reply, later)).toEqual({ usesFallback: true });
    const wrong = { ...reply, fallbackTemplate: { ...template, name: 'order_update' } };
    expect(verdictOf('whatsapp', wrong).refusal?.title).toMatch(
      /^fallbackTemplate: content\.name: /,
    );
  });

  it.each([
    [{ name: 'order_update' }, /^content\.name: given "order_update", allowed is a ContentSid/],
    [{ name: `${name}0` }, /^content\.name: /],
    [
      { components: [{ type: 'body' }] },
      /^content\.components: Twilio has none; allowed: content\.variables/,
    ],
    [{ variables: { 'a b': 'x' } }, /^content\.variables\["a b"\]: names have letters/],
    [{ variables: { 1: ' ' } }, /^content\.variables\["1"\] is blank/],
    [{ variables: { 1: 'a\nb' } }, /^content\.variables\["1"\] has a line end/],
  ])('is refused by name in a wrong shape: %j', (change, title) => {
    const { refusal } = verdictOf('whatsapp', { content: { ...template, ...change } });
    expect(refusal).toMatchObject({ code: 'invalid_reply', retryable: false });
    expect(refusal?.title).toMatch(title);
  });

  it('is refused on SMS', () => {
    expect(verdictOf('sms', { content: template }).refusal).toMatchObject({
      code: 'content_not_supported',
    });
  });
});

describe('buttons, a list and a link through Twilio', () => {
  it.each([buttons, list, link])('are shown on WhatsApp: $type', (content) => {
    expect(verdictOf('whatsapp', { content })).toEqual({});
  });

  it.each(['sms', 'rcs'] as const)(
    'go out on %s as numbered text, and only where the reply allows it',
    (channel) => {
      for (const content of [buttons, list, link]) {
        expect(verdictOf(channel, { content, asText: true })).toEqual({ goesAsText: true });
        expect(verdictOf(channel, { content }).refusal).toMatchObject({
          code: 'content_not_supported',
          title: expect.stringContaining('; with asText: true it goes out as numbered text'),
        });
      }
    },
  );

  it('are refused as text where the channel shows them, and asText with other content', () => {
    const title = (channel: Channel, content: object) =>
      verdictOf(channel, { content, asText: true }).refusal?.title;
    expect(title('whatsapp', buttons)).toBe('asText: whatsapp cannot honour it here: leave it out');
    expect(title('sms', { type: 'text', text: 'x' })).toBe(
      'asText: sms cannot honour it with text: leave it out, or send another type; allowed with: buttons, list, link_button',
    );
  });

  it('are refused where their text is too long for all messages', () => {
    const long = { ...buttons, text: 'x'.repeat(8000) };
    expect(verdictOf('sms', { content: long, asText: true }).refusal).toMatchObject({
      code: 'text_too_long',
    });
    expect(capabilitiesOf('twilio', 'sms')?.maxTextParts).toBe(5);
  });

  const choice = (id: string, title = id) => ({ id, title });
  it.each([
    [
      { ...buttons, buttons: ['a', 'b', 'c', 'd'].map((id) => choice(id)) },
      '4 buttons; allowed: 3',
    ],
    [
      { ...buttons, buttons: [choice('a', 'x'.repeat(21))] },
      'content.buttons.0.title: 21 characters; allowed: 20',
    ],
    [{ ...buttons, buttons: [choice('a'), choice('a', 'B')] }, 'same id'],
    [{ ...buttons, buttons: [choice('a'), choice('b', 'a')] }, 'same title'],
    [
      { ...buttons, text: 'x'.repeat(1024), footer: 'x' },
      'text, header and footer: 1027 characters; allowed: 1024',
    ],
    [{ ...buttons, text: 'Hello {{1}}' }, 'holds {{1}}, which Twilio takes for a placeholder'],
    [
      { ...list, sections: [{ title: 'T', rows: [choice('a')] }] },
      'content.sections.0.title: a list through Twilio has no sections',
    ],
    [
      { ...list, sections: [{ rows: Array.from({ length: 11 }, (_, n) => choice(`${n}`)) }] },
      '11 rows; allowed: 10',
    ],
    [{ ...link, url: 'tel:+1' }, 'content.url: allowed are https:// and http://'],
  ])('are refused on WhatsApp beyond its limits', (content, title) => {
    expect(verdictOf('whatsapp', { content }).refusal?.title).toContain(title);
  });
});

describe('a sender name', () => {
  it('cannot write to the United States and Canada, and this is said at the door', () => {
    const told = verdictFrom('ACME', '+15035550142');
    expect(told).toEqual({
      code: 'recipient_unreachable',
      title:
        '"ACME" is a sender name, which cannot write to +15035550142: the United States and Canada take numbers only',
    });
    expect(verdictFrom('ACME', '+4915155501420')).toBeUndefined();
    expect(verdictFrom('384387', '+15035550142')).toBeUndefined();
  });
});

/** The problem of a text from this address of ours to that customer. */
function verdictFrom(business: string, customer: string) {
  const target = {
    ...{ channel: 'sms' as const, visibility: 'private' as const, conversationId: 'cnv_a' },
    businessIdentity: address('sms', business),
    customerIdentities: [address('sms', customer)] as const,
    providerMessageIds: [],
  };
  const checked = replyCheck({ content: { type: 'text', text: 'Hello' } }, target, {
    address: '+15005550006',
  });
  return 'problem' in checked ? checked.problem : undefined;
}
