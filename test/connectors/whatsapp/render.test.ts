import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callbackData, readCallbackData } from '#connectors/whatsapp/item';
import { render } from '#connectors/whatsapp/outbound/render';
import { splitText } from '#connectors/whatsapp/outbound/split-text';
import { ConnectorError } from '#shared/errors';
import type { Identity } from '#shared/model/identity';
import { account } from './signed-webhook.ts';
import { reply, target } from './text-reply.ts';

const bsuid: Identity = { channel: 'whatsapp', kind: 'bsuid', scope: '', address: 'DE.44' };

describe('rendering a reply', () => {
  it('is the body Meta documents for a text', () => {
    expect(render(reply('Grüße'), target(), account)).toEqual([
      {
        phoneNumberId: '200100300400500',
        body: {
          messaging_product: 'whatsapp',
          recipient_type: 'individual',
          to: '+491701234567',
          type: 'text',
          text: { body: 'Grüße', preview_url: false },
        },
      },
    ]);
  });

  it('writes to a customer without a phone by `recipient`, never by `to`', () => {
    const [request] = render(reply('hi'), target({ customerIdentities: [bsuid] }), account);
    expect(request?.body).toMatchObject({ recipient: 'DE.44' });
    expect(request?.body).not.toHaveProperty('to');
  });

  it('refuses a customer it has no usable address of', () => {
    const nobody = target({ customerIdentities: [{ ...bsuid, kind: 'user_id' }] });
    expect(() => render(reply('hi'), nobody, account)).toThrow(/needs phone, bsuid/);
  });

  it("quotes the message being answered once, and only by an id of Meta's", () => {
    const quoted = target({ inReplyToProviderMessageId: 'wamid.Q' });
    const parts = render(reply(`${'a'.repeat(4000)} ${'b'.repeat(4000)}`), quoted, account);
    expect(parts.map(({ body }) => body['context'])).toEqual([
      { message_id: 'wamid.Q' },
      undefined,
    ]);
    const own = target({ inReplyToProviderMessageId: 'sha256:1' });
    expect(() => render(reply('x'), own, account)).toThrow('WhatsApp has given no id');
  });

  it('leaves from the number the customer wrote to', () => {
    const business: Identity = { ...bsuid, kind: 'sender_id', address: '777' };
    const [request] = render(reply('hi'), target({ businessIdentity: business }), account);
    expect(request?.phoneNumberId).toBe('777');
    const odd = target({ businessIdentity: { ...business, address: '../x' } });
    expect(render(reply('hi'), odd, account)[0]?.phoneNumberId).toBe(account.address);
  });

  it('passes a template through with its components', () => {
    const components = [{ type: 'body', parameters: [{ type: 'text', text: 'Ada' }] }];
    const content = { type: 'template' as const, name: 'hello', language: 'de', components };
    expect(render({ ...reply(''), content }, target(), account)[0]?.body).toMatchObject({
      type: 'template',
      template: { name: 'hello', language: { code: 'de' }, components },
    });
  });

  it('refuses a file of a kind that WhatsApp does not take', () => {
    const content = {
      type: 'media' as const,
      url: 'https://x.example/a.gif',
      contentType: 'image/gif',
    };
    expect(() => render({ ...reply(''), content }, target(), account)).toThrow(ConnectorError);
  });
});

describe('splitting a text', () => {
  it('leaves a text of 4096 alone and cuts a longer one at a border', () => {
    expect(splitText('a'.repeat(4096), 4096, 10)).toHaveLength(1);
    expect(splitText('One two. Three four five', 16, 3)).toEqual(['One two.', 'Three four five']);
    expect(splitText('first line\nsecond line here', 20, 3)).toEqual([
      'first line',
      'second line here',
    ]);
    expect(splitText('word '.repeat(6).trim(), 14, 9)).toEqual([
      'word word',
      'word word',
      'word word',
    ]);
  });

  it('cuts inside a word only where there is no other way, and never inside a character', () => {
    expect(splitText('abcdefgh', 5, 2)).toEqual(['abcde', 'fgh']);
    expect(splitText('abcd😀efg', 5, 3)).toEqual(['abcd', '😀efg']);
  });

  it('says how much is allowed when it does not fit', () => {
    expect(() => splitText('a'.repeat(21), 10, 2)).toThrow(
      'text has 21 characters; at most 2 messages of 10 are sent',
    );
  });

  it('loses nothing but white space, for any text that fits', () => {
    const word = fc.string({ unit: 'grapheme', maxLength: 12 });
    const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(' '));
    fc.assert(
      fc.property(text, (given) => {
        const parts = splitText(given, 20, 1000);
        expect(parts.join('').replace(/\s/gu, '')).toBe(given.replace(/\s/gu, ''));
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(20);
          expect(part.isWellFormed()).toBe(given.isWellFormed());
        }
      }),
    );
  });

  it('fits whatever was promised: ten messages of 4096', () => {
    const text = 'Ein Satz mit Wörtern. '.repeat(2000).slice(0, 40_960);
    expect(splitText(text, 4096, 10).length).toBeLessThanOrEqual(10);
  });
});

describe('our ids in the callback data', () => {
  it('come back as they went out', () => {
    const sent = { messageId: 'msg_abcdefghijklmnopqrstuvwxyz_12', part: 3, attempt: 2 };
    expect(readCallbackData(callbackData(sent))).toEqual(sent);
  });

  it.each(['', 'x', '{"m":1}', 'a.b.c', '.1.1', 'msg.1', 'msg.1.1.1', 'msg.1.-1'])(
    'are not read out of %j',
    (text) => {
      expect(readCallbackData(text)).toBeUndefined();
    },
  );
});
