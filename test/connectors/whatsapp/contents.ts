import type { ReplyContent } from '#shared/model/reply-content';

const file = (contentType: string) => ({ type: 'media' as const, contentType });
const web = 'https://files.example/a';

/** One reply of every kind an agent may send, and of every kind of file. */
export const contents: readonly (readonly [string, ReplyContent])[] = [
  ['text', { type: 'text', text: 'Grüße 👋' }],
  ['text with a preview', { type: 'text', text: 'https://shop.example', linkPreview: true }],
  ['image by link', { ...file('image/jpeg'), url: `${web}.jpg`, caption: 'The receipt' }],
  ['image by id', { ...file('image/png'), providerMediaId: '4490709327384033', caption: 'x' }],
  ['video', { ...file('video/mp4'), url: `${web}.mp4`, caption: 'How to' }],
  ['audio', { ...file('audio/mpeg'), providerMediaId: '4490709327384033' }],
  ['voice', { ...file('audio/ogg; codecs=opus'), url: `${web}.ogg`, voice: true }],
  ['sticker', { ...file('image/webp'), providerMediaId: '798882015472548' }],
  [
    'document',
    { ...file('application/pdf'), url: `${web}.pdf`, fileName: 'Rechnung 7.pdf', caption: 'Bill' },
  ],
  [
    'location',
    { type: 'location', latitude: 52.52, longitude: -0.0000001, name: 'Shop', address: 'Here 1' },
  ],
  [
    'contacts',
    {
      type: 'contacts',
      contacts: [
        { name: 'Ada Lovelace', phones: ['+44 20 7946 0000'], emails: ['ada@shop.example'] },
        { organization: 'Shop Ltd', phones: [], emails: [] },
      ],
    },
  ],
  ['reaction', { type: 'reaction', messageId: 'msg_a_1', emoji: '👍' }],
  ['reaction taken back', { type: 'reaction', messageId: 'msg_a_1', emoji: '' }],
  [
    'buttons',
    {
      type: 'buttons',
      ...{ text: 'Does it work now?', header: 'Order 7', footer: 'The team' },
      buttons: [
        { id: 'yes', title: 'Yes' },
        { id: 'no', title: 'No' },
      ],
    },
  ],
  [
    'list',
    {
      type: 'list',
      ...{ text: 'Which one?', button: 'Choose', header: 'Orders', footer: 'The team' },
      sections: [
        { title: 'Open', rows: [{ id: '1', title: 'No. 1', description: 'a lamp' }] },
        { title: 'Closed', rows: [{ id: '2', title: 'No. 2' }] },
      ],
    },
  ],
  [
    'link button',
    { type: 'link_button', text: 'Track it', title: 'Open', url: 'https://shop.example/t/7' },
  ],
  ['template', { type: 'template', name: 'hello_world', language: 'en_US', components: [] }],
  [
    'template with parameters',
    {
      type: 'template',
      ...{ name: 'order_update', language: 'de' },
      components: [
        { type: 'header', parameters: [{ type: 'image', image: { link: `${web}.jpg` } }] },
        { type: 'body', parameters: [{ type: 'text', text: 'Ada' }] },
      ],
    },
  ],
];
