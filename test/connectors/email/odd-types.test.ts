import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { mailOf, readMessage } from './inbox.ts';

const words = 'My router is broken, Grüße';
const picture = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]);
const file = [
  ...['--B', 'Content-Type: image/png; name=a.png', 'Content-Transfer-Encoding: base64', ''],
  ...[picture.toString('base64'), '--B--', ''],
];

const asText = [
  ...['text/plain charset=utf-8', 'charset=utf-8', 'plain/text', 'text/plain: charset=utf-8'],
  ...['text/plain, text/html', 'text/ plain; charset=utf-8', 'text/plain/x', 'plain', 'text'],
  ...['utf-8', '=?utf-8?q?text/plain?=', 'text/', '/plain', '*/*', 'text\\plain; charset=utf-8'],
  ...['text/enriched; charset=utf-8', 'text/markdown', 'text/richtext', 'application/plain'],
  ...['text/x-unheard-of; charset=utf-8', ';', '(a comment)', 'text/plain; charset="utf-8; x=1'],
];
const asHtml = ['text/html, charset=utf-8', 'html', 'text/html charset=utf-8', 'text/ html'];

describe('a Content-Type that is malformed or unknown announces text', () => {
  it.each(asText)('%s', async (type) => {
    const whole = await readMessage(mailOf(words, [`Content-Type: ${type}`]));
    expect([whole.text, whole.attachments]).toEqual([words, []]);
    const part = ['--B', `Content-Type: ${type}`, '', words, ...file].join('\n');
    const inside = await readMessage(mailOf(part, ['Content-Type: multipart/mixed; boundary=B']));
    expect([inside.text, inside.attachments.map(({ fileName }) => fileName)]).toEqual([
      words,
      ['a.png'],
    ]);
  });

  it.each(asHtml)('and HTML where it names that: %s', async (type) => {
    const html = `<p>${words}</p>`;
    const { text, originalHtml } = await readMessage(mailOf(html, [`Content-Type: ${type}`]));
    expect([text, originalHtml?.trim()]).toEqual([words, html]);
  });

  it('and HTML where the body is a document', async () => {
    const html = `<!DOCTYPE html>\n<html><body>${words}</body></html>`;
    expect((await readMessage(mailOf(html, ['Content-Type: utf-8']))).text).toBe(words);
  });

  it.each(["'utf-8'", 'utf-8,', String.raw`iso-8859-1\ `])(
    'in a charset written as %s',
    async (label) => {
      const mail = mailOf(words, [`Content-Type: text/plain; charset=${label}`]);
      expect((await readMessage(mail)).text).toBe(words);
    },
  );

  it('in the charset that it names', async () => {
    const mail = mailOf('привет', ['Content-Type: text/plain charset=koi8-r']);
    const [head = '', body = ''] = mail.split('привет');
    const raw = Buffer.concat([Buffer.from(head), Buffer.from('d0d2c9d7c5d4', 'hex')]);
    expect((await readMessage(Buffer.concat([raw, Buffer.from(body)]))).text).toBe('привет');
  });

  it.each([
    ['a name', 'x; name=a.bin', words],
    ['bytes that are no text', '*/*', `PNG\u0000\u0001${words}`],
    ['an address book', 'text/vcard', 'BEGIN:VCARD\nEND:VCARD'],
    ['a table', 'text/csv', 'a,b'],
  ])('but a part with %s stays a file', async (_, type, body) => {
    const { text, attachments } = await readMessage(mailOf(body, [`Content-Type: ${type}`]));
    expect([text, attachments.length]).toEqual(['', 1]);
  });

  it('but a kind of text that is unknown stays a file beside text that is known', async () => {
    const plain = ['--B', 'Content-Type: text/plain', '', words];
    const other = ['--B', 'Content-Type: text/x-amp-html', '', '<html amp4email>', '--B--', ''];
    const mail = mailOf([...plain, ...other].join('\n'), [
      'Content-Type: multipart/alternative; boundary=B',
    ]);
    const { text, attachments } = await readMessage(mail);
    expect([text, attachments.length]).toEqual([words, 1]);
  });
});

describe('a multipart whose boundary is written wrongly has its parts', () => {
  it.each([
    ...['multipart; boundary=B', 'multipart/mixed boundary=B', "multipart/mixed; boundary='B'"],
    ...['multipart/mixed; boundary:B', 'multipart/mixed, boundary=B', 'mixed; boundary=B'],
    ...['multipart/mixed', 'multipart/mixed; boundary=', 'multipart/mixed; boundary=--B'],
    ...['multipart/mixed; boundary=b', 'multipart/mixed; boundary=C; boundary=B'],
  ])('%s', async (type) => {
    const part = ['--B', 'Content-Type: text/plain; charset=utf-8', '', words, ...file].join('\n');
    const { text, attachments } = await readMessage(mailOf(part, [`Content-Type: ${type}`]));
    expect(text).toBe(words);
    const sha256 = createHash('sha256').update(picture).digest('hex');
    expect(attachments).toMatchObject([{ fileName: 'a.png', sha256 }]);
  });

  it('also inside another', async () => {
    const inner = ['--A', "Content-Type: multipart/related; boundary='B'", '', '--B'];
    const lines = [...inner, 'Content-Type: text/plain', '', words, ...file, '--A--', ''];
    const mail = mailOf(lines.join('\n'), ['Content-Type: multipart/mixed; boundary=A']);
    const { text, attachments } = await readMessage(mail);
    expect([text, attachments.length]).toEqual([words, 1]);
  });

  it('and ends at the last delimiter, also where an arrow closes it', async () => {
    const part = ['--B', 'Content-Type: text/plain', '', words, '--B-->', 'noise', ''].join('\n');
    const mail = mailOf(part, ['Content-Type: multipart/mixed; boundary=B']);
    expect((await readMessage(mail)).text).toBe(words);
  });

  it('and a line of hyphens is no delimiter', async () => {
    const mail = mailOf('--\nAnna\n--B\nBerlin', ['Content-Type: multipart/mixed']);
    expect((await readMessage(mail)).text).toContain('Berlin');
  });
});

describe('several named texts shown inline, and no other text,', () => {
  const log = (name: string) => [
    ...['--B', 'Content-Type: text/plain', `Content-Disposition: inline; filename=${name}`],
    ...['', `the lines of ${name}`],
  ];

  it('stay files', async () => {
    const lines = [...log('a.log'), ...log('b.log'), '--B--', ''];
    const mail = mailOf(lines.join('\n'), ['Content-Type: multipart/mixed; boundary=B']);
    const { text, attachments } = await readMessage(mail);
    expect([text, attachments.map(({ fileName }) => fileName)]).toEqual(['', ['a.log', 'b.log']]);
  });
});
