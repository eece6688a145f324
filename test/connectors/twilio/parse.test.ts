import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readItems } from '#connectors/twilio/items';
import { parse } from '#connectors/twilio/parser';
import { ConnectorError } from '#shared/errors';
import { parameters } from '#test/properties/parameters';
import { accountSid, throughQueue } from './signed-request.ts';

const names = fc.constantFrom(
  ...['AccountSid', 'MessageSid', 'SmsSid', 'From', 'To', 'Body', 'NumMedia', 'MediaUrl0'],
  ...['MessageStatus', 'SmsStatus', 'ErrorCode', 'MessageType', 'Latitude', 'Longitude'],
  ...['OptOutType', 'FlowData', 'ButtonText', 'ExternalUserId', 'WaId', '__proto__', 'constructor'],
);
const values = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(...['whatsapp:+1', 'rcs:', '+15035550142', 'messenger:1', 'received', '1e9']),
  fc.constantFrom(
    ...['delivered', 'failed', 'toString', '-1', 'NaN', '\u0000', `SM${'1'.repeat(32)}`],
  ),
);
const forms = fc.array(fc.tuple(names, values), { maxLength: 14 });

describe('parsing a Twilio callback', () => {
  it('of any parameters at all gives events or a ConnectorError', async () => {
    const counts = { read: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(forms, fc.string(), async (params, subpath) => {
        const [item] = readItems(params, subpath, accountSid);
        try {
          await parse({ payload: throughQueue(item?.payload), account: {} });
          counts.read += 1;
        } catch (error) {
          counts.refused += 1;
          expect(error).toBeInstanceOf(ConnectorError);
        }
      }),
      parameters(2000),
    );
    expect(Math.min(counts.read, counts.refused)).toBeGreaterThan(10);
  });

  it.each([undefined, null, {}, { params: [['a']], subpath: '' }, { params: {}, subpath: '' }])(
    'refuses %j as unreadable',
    (payload) => {
      expect(() => parse({ payload, account: {} })).toThrow(ConnectorError);
    },
  );

  const form = (fields: Readonly<Record<string, string>>) => {
    const all = { MessageSid: 'SM1', From: '+15035550142', To: '+15005550006', ...fields };
    return parse({ payload: { params: Object.entries(all), subpath: '' }, account: {} });
  };

  it.each(['messenger', 'instagram'])(
    'of a channel that this project has not is one alert for all its messages: %s',
    async (channel) => {
      const from = (customer: string) =>
        form({ From: `${channel}:${customer}`, To: `${channel}:200`, Body: 'private words' });
      const [alert, ...more] = await from('100');
      expect(more).toEqual([]);
      expect(alert).toEqual({
        ...{ kind: 'alert', id: `channel:${channel}`, channel: 'sms', code: 'unsupported_field' },
        title: expect.stringContaining(`channel "${channel}"`),
      });
      expect(await from('101')).toEqual([alert]);
      expect(JSON.stringify(alert)).not.toMatch(/private words|100/);
    },
  );

  const whatsapp = { From: 'whatsapp:+15035550142', To: 'whatsapp:+15005550006' };

  it('of a button keeps the words beside it', async () => {
    const pressed = { ButtonText: 'Confirm', ButtonPayload: 'yes' };
    const content = { type: 'interactive_reply', kind: 'button', title: 'Confirm', id: 'yes' };
    expect(await form({ ...whatsapp, ...pressed, Body: 'for Monday' })).toMatchObject([
      { content, text: 'Confirm\nfor Monday' },
    ]);
    expect(await form({ ...whatsapp, ...pressed, Body: 'Confirm' })).toMatchObject([
      { content, text: 'Confirm' },
    ]);
    expect(await form({ ...whatsapp, ...pressed, Body: '' })).toMatchObject([{ text: 'Confirm' }]);
  });

  it('of a list names the row that was picked', async () => {
    const picked = { MessageType: 'interactive', ListId: 'row-2', ListTitle: 'Large' };
    const data = { InteractiveData: '{"list_reply":{}}' };
    expect(await form({ ...whatsapp, ...picked, ...data, Body: 'Large' })).toMatchObject([
      {
        content: { type: 'interactive_reply', kind: 'list', id: 'row-2', title: 'Large' },
        text: 'Large',
      },
    ]);
    const described = { ...picked, ListDescription: 'for two' };
    expect(await form({ ...whatsapp, ...described, Body: '' })).toMatchObject([
      { content: { description: 'for two' }, text: 'Large' },
    ]);
  });

  it('of a reaction names the message and the emoji', async () => {
    const reaction = { MessageType: 'reaction', OriginalRepliedMessageSid: 'SM9' };
    for (const emoji of ['👍', '❤️', '👨‍👩‍👧', '🇩🇪', '👍🏽']) {
      expect(await form({ ...whatsapp, ...reaction, Body: emoji }), emoji).toEqual([
        {
          ...{ kind: 'reaction', id: 'SM1', target: { providerMessageId: 'SM9' }, emoji },
          customer: {
            identities: [
              { channel: 'whatsapp', kind: 'phone', scope: '', address: '+15035550142' },
            ],
          },
        },
      ]);
    }
  });

  it.each([
    ['without an emoji', { OriginalRepliedMessageSid: 'SM9', Body: '' }],
    ['with words', { OriginalRepliedMessageSid: 'SM9', Body: 'nice 👍' }],
    ['to no message', { Body: '👍' }],
  ])('of a reaction %s stays a message that is kept whole', async (_, fields) => {
    expect(await form({ ...whatsapp, ...fields, MessageType: 'reaction' })).toMatchObject([
      {
        kind: 'message',
        content: { type: 'unsupported', providerType: 'reaction', raw: fields },
        text: fields.Body,
      },
    ]);
  });

  it('of another type is a text where it has a Body, else it is kept whole', async () => {
    const hologram = { ...whatsapp, MessageType: 'hologram' };
    expect(await form({ ...hologram, Body: 'look' })).toMatchObject([
      { content: { type: 'text', text: 'look' }, metadata: { messageType: 'hologram' } },
    ]);
    expect(await form({ ...hologram, Body: '', Beam: '7' })).toMatchObject([
      { content: { type: 'unsupported', providerType: 'hologram', raw: { Beam: '7' } } },
    ]);
  });

  it('loses no file that NumMedia does not count', async () => {
    const media = {
      NumMedia: '0',
      MediaUrl0: 'https://api.twilio.com/m/1',
      MediaContentType0: 'audio/ogg',
    };
    expect(await form({ ...whatsapp, ...media, Body: 'voice' })).toMatchObject([
      { content: { type: 'media', caption: 'voice' }, attachments: [{ kind: 'audio' }] },
    ]);
  });

  it.each([
    ['text/vcard', 'document'],
    ['text/x-vcard', 'document'],
    ['text/plain', 'document'],
    ['application/pdf', 'document'],
    ['IMAGE/JPEG', 'image'],
    ['audio/amr', 'audio'],
    ['video/3gpp', 'video'],
    ['toString', 'other'],
  ])('of a file tells its kind: %s', async (MediaContentType0, kind) => {
    const media = { NumMedia: '1', MediaUrl0: 'https://api.twilio.com/m/1', MediaContentType0 };
    expect(await form(media)).toMatchObject([
      { attachments: [{ kind, contentType: MediaContentType0, state: 'pending' }] },
    ]);
  });

  const file = {
    ...{ ...whatsapp, MessageType: 'document', NumMedia: '1' },
    ...{ MediaUrl0: 'https://api.twilio.com/m/1', MediaContentType0: 'application/pdf' },
  };

  it.each(['invoice.pdf', 'Rechnung 4471 (März).PDF', 'archive.tar.gz', 'talk.mp4', ' a.7z '])(
    'of a document takes its name for no words: %j',
    async (Body) => {
      const [message] = await form({ ...file, Body });
      expect(message).toMatchObject({ text: '', attachments: [{ fileName: Body.trim() }] });
      expect(message).toHaveProperty('content', { type: 'media' });
    },
  );

  it('of a document without an address has its name all the same', async () => {
    const { MediaUrl0: _, ...lost } = file;
    expect(await form({ ...lost, Body: 'a.pdf' })).toMatchObject([
      { attachments: [{ state: 'failed', fileName: 'a.pdf' }] },
    ]);
  });

  it.each([
    [{}, 'here is the invoice.'],
    [{}, 'the invoice:\ninvoice.pdf'],
    [{}, 'is this version 2.0'],
    [{}, '.pdf'],
    [{}, 'see example.somethinglong'],
    [{ MessageType: 'image' }, 'invoice.pdf'],
    [{ MessageType: '' }, 'invoice.pdf'],
  ])('of a file keeps words as the caption: %j %j', async (fields, Body) => {
    const [message] = await form({ ...file, ...fields, Body });
    expect(message).toMatchObject({ content: { type: 'media', caption: Body }, text: Body });
    expect(message).not.toHaveProperty('attachments.0.fileName');
  });

  it('of a document that has no file is a text', async () => {
    expect(await form({ ...whatsapp, MessageType: 'document', Body: 'a.pdf' })).toMatchObject([
      { content: { type: 'text', text: 'a.pdf' }, text: 'a.pdf' },
    ]);
  });

  it.each([
    [
      ['WhatsApp:+15035550142', 'WHATSAPP:+15005550006'],
      'whatsapp',
      '+15035550142',
      '+15005550006',
    ],
    [['RCS:+15035550142', 'Rcs:shop'], 'rcs', '+15035550142', 'shop'],
  ])(
    'reads the prefix of a channel in any case: %j',
    async ([From = '', To = ''], channel, customer, ours) => {
      expect(await form({ From, To, Body: 'hi' })).toMatchObject([
        {
          ...{ channel, business: { channel, address: ours } },
          customer: { identities: [{ channel, address: customer }] },
        },
      ]);
      const failed = { MessageStatus: 'failed', ErrorCode: '21610' };
      expect(await form({ From: To, To: From, ...failed })).toMatchObject([
        { kind: 'status', consent: { sender: ours } },
      ]);
      const restricted = { MessageStatus: 'failed', ErrorCode: '30002' };
      expect(await form({ From: To, To: From, ...restricted })).toMatchObject([
        { accountTroubles: [{ channel }] },
      ]);
    },
  );

  it('reads the prefix of a business-scoped id in any case, and of a foreign channel', async () => {
    const [message] = await form({ ...whatsapp, ExternalUserId: 'WhatsApp:US.12' });
    expect(message).toMatchObject({
      customer: { identities: [{ kind: 'phone' }, { kind: 'bsuid', address: 'US.12' }] },
    });
    expect(await form({ From: 'Messenger:1', To: 'Messenger:2' })).toMatchObject([
      { kind: 'alert', id: 'channel:messenger' },
    ]);
  });

  it.each([
    ['53.5511', '-9.9937', true],
    ['0', '-0.5', true],
    [' 53.5 ', '+9', true],
    [' ', '9', false],
    ['9', '\t', false],
    ['0x35', '9', false],
    ['9', '0b11', false],
    ['1e1', '9', false],
    ['Infinity', '9', false],
    ['90.1', '9', false],
    ['.', '9', false],
  ])('of the coordinates %j, %j is a place: %s', async (Latitude, Longitude, isPlace) => {
    const [message] = await form({ ...whatsapp, Latitude, Longitude, Body: 'here' });
    expect(message).toMatchObject({ content: { type: isPlace ? 'location' : 'text' } });
  });

  it('of ten files has ten attachments, in their order', async () => {
    const urls = Array.from({ length: 10 }, (_, index) => `https://api.twilio.com/m/${index}`);
    const fields = Object.fromEntries(urls.map((url, index) => [`MediaUrl${index}`, url]));
    const [message] = await form({ NumMedia: '10', ...fields });
    expect(message).toMatchObject({
      attachments: urls.map((providerReference) => ({ providerReference })),
    });
  });
});
