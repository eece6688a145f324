import { describe, expect, it } from 'vitest';
import { readCommand, readReply } from '#shared/command/read-command';
import { reasonsFor, reply, template, text, withContent } from './reasons-for.ts';

const odd = (character: string) => `a${character}b`;
const media = { type: 'media', contentType: 'image/png', url: 'https://files.example/a.png' };
const card = { phones: [], emails: [] };
const row = { id: 'r', title: 'R' };
const list = { type: 'list', text: 'Well?', button: 'Choose', sections: [{ rows: [row] }] };
const buttons = { type: 'buttons', text: 'Well?', buttons: [{ id: 'a', title: 'A' }] };

/** Every field with words of a reply, and a command in which it says this. */
const fields: readonly (readonly [string, (words: string) => object])[] = [
  ['content.text', (words) => withContent({ ...text, text: words })],
  ['content.caption', (words) => withContent({ ...media, caption: words })],
  ['content.fileName', (words) => withContent({ ...media, fileName: words })],
  ['content.contentType', (words) => withContent({ ...media, contentType: words })],
  [
    'content.name',
    (words) => withContent({ type: 'location', latitude: 1, longitude: 1, name: words }),
  ],
  [
    'content.address',
    (words) => withContent({ type: 'location', latitude: 1, longitude: 1, address: words }),
  ],
  [
    'content.contacts[0].name',
    (words) => withContent({ type: 'contacts', contacts: [{ ...card, name: words }] }),
  ],
  [
    'content.contacts[0].phones[0]',
    (words) => withContent({ type: 'contacts', contacts: [{ ...card, phones: [words] }] }),
  ],
  ['content.emoji', (words) => withContent({ type: 'reaction', messageId: 'msg_1', emoji: words })],
  [
    'content.buttons[0].title',
    (words) => withContent({ ...buttons, buttons: [{ id: 'a', title: words }] }),
  ],
  [
    'content.buttons[0].id',
    (words) => withContent({ ...buttons, buttons: [{ id: words, title: 'A' }] }),
  ],
  ['content.header', (words) => withContent({ ...buttons, header: words })],
  ['content.footer', (words) => withContent({ ...buttons, footer: words })],
  ['content.button', (words) => withContent({ ...list, button: words })],
  [
    'content.sections[0].title',
    (words) => withContent({ ...list, sections: [{ title: words, rows: [row] }] }),
  ],
  [
    'content.sections[0].rows[0].description',
    (words) => withContent({ ...list, sections: [{ rows: [{ ...row, description: words }] }] }),
  ],
  [
    'content.title',
    (words) =>
      withContent({ type: 'link_button', text: 't', title: words, url: 'https://a.example' }),
  ],
  ['content.name', (words) => withContent({ ...template, name: words })],
  [
    'content.components[0].parameters[0].text',
    (words) =>
      withContent({
        ...template,
        components: [{ type: 'body', parameters: [{ type: 'text', text: words }] }],
      }),
  ],
  [
    'fallbackTemplate.components[0].theatre',
    (words) => ({ ...reply, fallbackTemplate: { ...template, components: [{ theatre: words }] } }),
  ],
  ['author.displayName', (words) => ({ ...reply, author: { displayName: words } })],
];
const noText = [
  '\u0000',
  '\u0007',
  '\u000b',
  '\u000c',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u009f',
  '\ufffe',
  '\u{1ffff}',
];

describe('a character that no provider is sure to take', () => {
  it.each(fields)('is refused in %s, by the name of the field', (field, command) => {
    for (const character of noText) {
      const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      expect(reasonsFor(JSON.stringify(command(odd(character))))).toEqual([
        expect.stringMatching(
          `^${field.replace(/[[\].]/g, String.raw`\$&`)}: holds U\\+${code}, which is no text; allowed: `,
        ),
      ]);
    }
  });

  it.each(fields)(
    'is no letter of any script, no emoji and no mark of direction: %s',
    (_, command) => {
      for (const words of ['Grüße 日本語 👩‍👩‍👧', '‏שלום‎', 'e\u0301 \u00a0\u00ad\u2060']) {
        expect(readCommand(JSON.stringify(command(words)))).not.toHaveProperty('refusal');
      }
    },
  );

  it('may be half of one nowhere', () => {
    for (const [field, command] of fields) {
      expect(reasonsFor(JSON.stringify(command(odd('\ud83d'))))).toEqual([
        `${field}: holds half of a character (a lone surrogate)`,
      ]);
    }
  });

  it('is refused in a name inside of the components, too', () => {
    const components = [{ type: 'theatre', ['a\u0000']: 1 }];
    const [reason] = reasonsFor(JSON.stringify(withContent({ ...template, components })));
    expect(reason).toContain('holds U+0000');
  });

  it('is the caller’s own affair in what no provider is given', () => {
    const command = { ...reply, metadata: { note: odd('\u0000') } };
    expect(readCommand(JSON.stringify(command))).toMatchObject(command);
  });
});

describe('tabs and line ends', () => {
  it('are text', () => {
    const words = 'one\r\ntwo\n\tthree\u2028four';
    for (const content of [
      { ...text, text: words },
      { ...media, caption: words },
    ]) {
      expect(readCommand(JSON.stringify(withContent(content)))).toMatchObject({ content });
    }
  });

  it.each(['\t', '\n', '\r', '\u2028'])('have no place in one line: %j', (character) => {
    const named = withContent({ ...media, fileName: odd(character) });
    const signed = { ...reply, author: { displayName: odd(character) } };
    for (const [command, field] of [
      [named, 'content.fileName'],
      [signed, 'author.displayName'],
    ]) {
      expect(reasonsFor(JSON.stringify(command))).toEqual([
        expect.stringContaining(`${field}: holds U+`),
      ]);
    }
  });
});

describe('the address of a file in a reply', () => {
  it.each([
    ['http://files.example/a.png', 'begins with http:, allowed is https:'],
    ['ftp://files.example/a.png', 'begins with ftp:'],
    ['javascript:alert(1)', 'begins with javascript:'],
    ['https://user:secret@files.example/a.png', 'holds a user name or a password'],
    ['https://127.0.0.1/a.png', 'the host 127.0.0.1 is not public'],
    ['https://2130706433/a.png', 'the host 127.0.0.1 is not public'],
    ['https://0x7f.1/a.png', 'the host 127.0.0.1 is not public'],
    ['https://[::ffff:10.0.0.1]/a.png', 'the host [::ffff:a00:1] is not public'],
    ['https://localhost/a.png', 'the host localhost is not public'],
    ['https://nas.local/a.png', 'the host nas.local is not public'],
  ])('is refused by name: %s', (url, words) => {
    expect(reasonsFor(JSON.stringify(withContent({ ...media, url })))).toEqual([
      expect.stringContaining(`content.url: ${words}`),
    ]);
  });

  it('tells no password in its answer', () => {
    const url = 'https://user:secret@files.example/a.png';
    expect(reasonsFor(JSON.stringify(withContent({ ...media, url }))).join()).not.toContain(
      'secret',
    );
  });

  it.each([
    'https://files.example/a.png',
    's3://archive/uploads/a.png',
    'S3://archive/uploads/a.png',
  ])('is judged with the conversation, if at all: %s', (url) => {
    const body = JSON.stringify(withContent({ ...media, url }));
    expect(readReply(body, reply.conversationId)).toMatchObject({ content: { url } });
  });

  it('of a file beside a text says what is allowed, in one form of path', () => {
    const file = { url: 'https://files.example/a.pdf', contentType: 'application/pdf' };
    const attachments = [file, { ...file, url: 's3://archive/uploads/a', fileName: '' }];
    const contentId = { ...file, url: 's3://archive/uploads/a', contentId: 'a b' };
    const content = { type: 'text', text: 'x', attachments: [...attachments, contentId] };
    expect(reasonsFor(JSON.stringify(withContent(content)))).toEqual([
      'content.attachments[0].url: "https://files.example/a.pdf"; allowed: an s3:// address in the archive bucket',
      'content.attachments[1].fileName: 0 characters; allowed: 1 or more',
      String.raw`content.attachments[2].contentId: "a b"; allowed: what fits /^[\w.+@-]{1,128}$/`,
    ]);
  });

  it('that is none is told once', () => {
    expect(reasonsFor(JSON.stringify(withContent({ ...media, url: 'nonsense' })))).toEqual([
      'content.url: "nonsense"; allowed: a URL',
    ]);
  });
});
