import { describe, expect, it } from 'vitest';
import { render } from '#connectors/whatsapp/outbound/render';
import { sender } from '#connectors/whatsapp/sender';
import { ConnectorError } from '#shared/errors';
import type { ReplyContent } from '#shared/model/reply-content';
import { contents } from './contents.ts';
import { account } from './signed-webhook.ts';
import { reply, target } from './text-reply.ts';

const reactsTo = { reactsToProviderMessageId: 'wamid.R' };
const rendered = (content: ReplyContent, change = {}) =>
  render({ ...reply(''), content }, target({ ...reactsTo, ...change }), account);

function shown(name: string): Record<string, unknown> {
  const [, content] = contents.find(([each]) => each === name) ?? [];
  if (!content) throw new Error(`no content ${name}`);
  const { messaging_product, recipient_type, to, ...rest } = rendered(content)[0]?.body ?? {};
  expect({ messaging_product, recipient_type, to }).toEqual({
    messaging_product: 'whatsapp',
    recipient_type: 'individual',
    to: '+491701234567',
  });
  return rest;
}

describe('a reply of another kind than text', () => {
  it('may show the first link of a text', () => {
    expect(shown('text with a preview')).toMatchObject({ text: { preview_url: true } });
  });

  it('shows a file by link or by id, as its content type has it', () => {
    const image = { link: 'https://files.example/a.jpg', caption: 'The receipt' };
    expect(shown('image by link')).toEqual({ type: 'image', image });
    expect(shown('image by id')).toEqual({
      type: 'image',
      image: { id: '4490709327384033', caption: 'x' },
    });
    expect(shown('video')).toMatchObject({ type: 'video' });
    expect(shown('audio')).toEqual({ type: 'audio', audio: { id: '4490709327384033' } });
    const voice = { link: 'https://files.example/a.ogg', voice: true };
    expect(shown('voice')).toEqual({ type: 'audio', audio: voice });
    expect(shown('sticker')).toEqual({ type: 'sticker', sticker: { id: '798882015472548' } });
    expect(shown('document')).toEqual({
      type: 'document',
      document: {
        link: 'https://files.example/a.pdf',
        caption: 'Bill',
        filename: 'Rechnung 7.pdf',
      },
    });
  });

  it('names a file of ours, which its provider must have before', () => {
    const uri = 's3://archive/uploads/7/bill.pdf';
    const content = { type: 'media', url: uri, contentType: 'application/pdf' } as const;
    const [request] = rendered({ ...content, fileName: 'bill.pdf', caption: 'Bill' });
    expect(request?.body).toMatchObject({ document: { caption: 'Bill', filename: 'bill.pdf' } });
    expect(JSON.stringify(request?.body)).not.toContain('s3:');
    expect(sender.filesOf(request)).toEqual([
      {
        ...{ uri, contentType: 'application/pdf', fileName: 'bill.pdf' },
        maxSizeBytes: 104_857_600,
      },
    ]);
    expect(sender.filesOf(rendered({ ...content, url: 'https://a.example/b' })[0])).toEqual([]);
  });

  it('shows places and cards', () => {
    expect(shown('location')).toEqual({
      type: 'location',
      location: {
        ...{ latitude: '52.5200000', longitude: '-0.0000001' },
        ...{ name: 'Shop', address: 'Here 1' },
      },
    });
    expect(shown('contacts')).toEqual({
      type: 'contacts',
      contacts: [
        {
          name: { formatted_name: 'Ada Lovelace', first_name: 'Ada Lovelace' },
          phones: [{ phone: '+44 20 7946 0000', wa_id: '442079460000' }],
          emails: [{ email: 'ada@shop.example' }],
        },
        {
          name: { formatted_name: 'Shop Ltd', first_name: 'Shop Ltd' },
          org: { company: 'Shop Ltd' },
        },
      ],
    });
  });

  it('shows buttons, lists and links', () => {
    expect(shown('buttons')).toEqual({
      type: 'interactive',
      interactive: {
        type: 'button',
        header: { type: 'text', text: 'Order 7' },
        body: { text: 'Does it work now?' },
        footer: { text: 'The team' },
        action: {
          buttons: [
            { type: 'reply', reply: { id: 'yes', title: 'Yes' } },
            { type: 'reply', reply: { id: 'no', title: 'No' } },
          ],
        },
      },
    });
    expect(shown('list')).toMatchObject({
      interactive: {
        type: 'list',
        action: {
          button: 'Choose',
          sections: [
            { title: 'Open', rows: [{ id: '1', title: 'No. 1', description: 'a lamp' }] },
            { title: 'Closed', rows: [{ id: '2', title: 'No. 2' }] },
          ],
        },
      },
    });
    expect(shown('link button')).toEqual({
      type: 'interactive',
      interactive: {
        type: 'cta_url',
        body: { text: 'Track it' },
        action: {
          name: 'cta_url',
          parameters: { display_text: 'Open', url: 'https://shop.example/t/7' },
        },
      },
    });
  });

  it('reacts to a message that Meta knows, and to nothing else', () => {
    const reaction = { message_id: 'wamid.R', emoji: '👍' };
    expect(shown('reaction')).toEqual({ type: 'reaction', reaction });
    expect(shown('reaction taken back')).toMatchObject({ reaction: { emoji: '' } });
    const content: ReplyContent = { type: 'reaction', messageId: 'msg_x_1', emoji: '👍' };
    for (const reactsToProviderMessageId of [undefined, 'sha256:1']) {
      const refused = () => rendered(content, { reactsToProviderMessageId });
      expect(refused).toThrow(ConnectorError);
      expect(refused).toThrow('messageId is msg_x_1');
    }
  });

  it.each(contents)(
    'quotes what it answers, unless it is a template or a reaction: %s',
    (_, content) => {
      const [request] = rendered(content, { inReplyToProviderMessageId: 'wamid.Q' });
      const quotes = content.type !== 'template' && content.type !== 'reaction';
      expect(request?.body['context']).toEqual(quotes ? { message_id: 'wamid.Q' } : undefined);
    },
  );

  it.each(contents)('is plain JSON: %s', (_, content) => {
    expect(JSON.parse(JSON.stringify(rendered(content)))).toEqual(rendered(content));
  });
});
