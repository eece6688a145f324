import { describe, expect, it } from 'vitest';
import { sender } from '#connectors/twilio/sender';
import type { OutboundReply, ReplyTarget } from '#shared/connector/outbound-reply';
import { ConnectorError } from '#shared/errors';

const account = sender.readAccount({ address: '+15005550006' });
const text = (words: string): OutboundReply => ({
  messageId: 'msg_abcdefghijklmnopqrstuvwxyz_2',
  replyId: 'r1',
  content: { type: 'text', text: words },
});
const target: ReplyTarget = {
  channel: 'sms',
  visibility: 'private',
  conversationId: 'cnv_a',
  businessIdentity: { channel: 'sms', kind: 'phone', scope: '', address: '+15005550006' },
  customerIdentities: [{ channel: 'sms', kind: 'phone', scope: '', address: '+15035550142' }],
  providerMessageIds: [],
};

describe('a reply through Twilio', () => {
  it('goes from the number the customer wrote to', () => {
    expect(sender.render(text('Hello'), target, account)).toEqual([
      { to: '+15035550142', from: '+15005550006', body: 'Hello' },
    ]);
  });

  it('goes through the Messaging Service without changing the sender', () => {
    const messagingServiceSid = `MG${'a'.repeat(32)}`;
    const service = sender.readAccount({ address: '+15005550006', messagingServiceSid });
    expect(sender.render(text('Hello'), target, service)).toEqual([
      { to: '+15035550142', from: '+15005550006', messagingServiceSid, body: 'Hello' },
    ]);
  });

  it.each([
    ['whatsapp', '+4915155501420', 'whatsapp:+4915155501420'],
    ['whatsapp', 'DE.77001', 'whatsapp:DE.77001'],
    ['rcs', '+15035550142', 'rcs:+15035550142'],
  ] as const)('on %s to %s has Twilio’s channel address', (channel, address, to) => {
    const kind = address.startsWith('+') ? 'phone' : 'bsuid';
    const [request] = sender.render(
      text('Hello'),
      {
        ...target,
        channel,
        businessIdentity: { ...target.businessIdentity, channel },
        customerIdentities: [{ channel, kind, scope: '', address }],
      },
      account,
    );
    expect(request).toMatchObject({ to, from: `${channel}:+15005550006` });
  });

  it('is cut into messages of at most 1600 characters', () => {
    const sentence = 'This sentence is exactly fifty characters long ok. ';
    const requests = sender.render(text(sentence.repeat(60)), target, account);
    expect(requests).toHaveLength(2);
    const lengths = requests.map((request) => (request as { body: string }).body.length);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(1600);
  });

  it('numbers its messages if the account says so, within the limit of each', () => {
    const numbered = sender.readAccount({ address: '+15005550006', numberedParts: true });
    const sentence = 'This sentence is exactly fifty characters long ok. ';
    const bodies = (of: string) =>
      sender
        .render(text(of), target, numbered)
        .map((request) => (request as { body: string }).body);
    expect(bodies('Short.')).toEqual(['Short.']);
    expect(bodies('x'.repeat(1600))).toHaveLength(1);
    const two = bodies(sentence.repeat(60));
    expect(two.map((body) => body.slice(0, 6))).toEqual(['(1/2) ', '(2/2) ']);
    expect(two.every((body) => body.length <= 1600)).toBe(true);
    expect(two.map((body) => body.slice(6)).join(' ')).toBe(sentence.repeat(60));
  });

  it('of more than five messages, or of a place, is refused before anything is sent', () => {
    const place = { type: 'location', latitude: 1, longitude: 2 } as const;
    const refused = (reply: OutboundReply) => () => sender.render(reply, target, account);
    expect(refused(text('x'.repeat(8001)))).toThrow(ConnectorError);
    expect(refused(text('x'.repeat(8001)))).toThrow('8001 characters; at most 8000');
    expect(refused({ ...text(''), content: place })).toThrow('content of type location');
  });

  const picture = { type: 'media', url: 'https://x.example/a', contentType: 'image/png' } as const;
  const shown = (content: OutboundReply['content'], channel: ReplyTarget['channel'] = 'sms') =>
    sender.render({ ...text(''), content }, { ...target, channel }, account);

  it('of a template is sent by its ContentSid, with its variables as JSON', () => {
    const content = { type: 'template', name: `HX${'b'.repeat(32)}`, language: 'en' } as const;
    const filled = { ...content, components: [], variables: { 1: 'Ada' } };
    expect(shown(filled, 'rcs')).toMatchObject([
      { contentSid: content.name, contentVariables: '{"1":"Ada"}' },
    ]);
    expect(shown({ ...content, components: [] }, 'whatsapp')[0]).not.toHaveProperty('body');
  });

  it('of buttons is content of the Content API on WhatsApp, under a name of its own', () => {
    const content = {
      type: 'buttons',
      text: 'Which?',
      buttons: [{ id: 'a', title: 'A' }],
    } as const;
    const asked = (of: object) =>
      shown({ ...content, ...of } as never, 'whatsapp')[0] as {
        content: { friendly_name: string };
      };
    expect(asked({ header: 'H', footer: 'F' })).toMatchObject({
      content: {
        language: 'en',
        types: {
          'twilio/quick-reply': {
            body: 'H\n\nWhich?\n\nF',
            actions: [{ type: 'QUICK_REPLY', id: 'a', title: 'A' }],
          },
        },
      },
    });
    expect(asked({}).content.friendly_name).toBe(asked({}).content.friendly_name);
    expect(asked({}).content.friendly_name).not.toBe(
      asked({ text: 'What?' }).content.friendly_name,
    );
  });

  it('with a file on the web names its address, and its caption is the text', () => {
    expect(shown({ ...picture, caption: 'Look' })).toEqual([
      { to: '+15035550142', from: '+15005550006', body: 'Look', mediaUrl: [picture.url] },
    ]);
    expect(shown(picture)[0]).not.toHaveProperty('body');
  });

  it.each([
    ['sms', 5_000_000],
    ['whatsapp', 16_000_000],
    ['rcs', 16_000_000],
  ] as const)(
    'with a file of ours on %s has no address yet, and at most %i bytes',
    (channel, maxSizeBytes) => {
      const uri = 's3://archive/uploads/a.png';
      const [request] = shown({ ...picture, url: uri }, channel);
      expect(request).toMatchObject({ file: { uri, contentType: 'image/png', maxSizeBytes } });
      expect(request).not.toHaveProperty('mediaUrl');
      expect([sender.showAt?.(request, ['https://s3.example/a?X=1'])]).toEqual(
        shown({ ...picture, url: 'https://s3.example/a?X=1' }, channel),
      );
    },
  );
});

describe('the settings of a Twilio account', () => {
  it.each(['+15005550006', '384387', 'whatsapp:+14155550100', 'rcs:shop_agent'])(
    'take the address %s',
    (address) =>
      expect(sender.readAccount({ address })).toEqual({ address, validitySeconds: 14_400 }),
  );

  it.each(['', '+', '12', 'a name far too long', 'mailto:x', '+1 500 555'])(
    'refuse the address "%s"',
    (address) => expect(() => sender.readAccount({ address })).toThrow(),
  );

  it.each(['ACME', 'ACME Shop', '4U'])(
    'refuse the sender name "%s", which can never receive, with the reason',
    (address) => {
      expect(() => sender.readAccount({ address })).toThrow(
        'a sender name, as ACME, can be written from and never to',
      );
    },
  );

  it('refuse a validity that Twilio refuses', () => {
    expect(() => sender.readAccount({ address: '384387', validitySeconds: 36_001 })).toThrow();
  });
});
