import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { isStub } from '#connectors/email/inbound/html/html-stub';
import { mailOf, readMessage } from './inbox.ts';

interface PartOfMail {
  readonly fields: readonly string[];
  readonly body: string;
}

function multipart(kind: string, ...parts: readonly PartOfMail[]): string {
  const written = parts.map(({ fields, body }) => [...fields, '', body].join('\r\n'));
  const delimited = written.map((part) => `--BB\r\n${part}\r\n`).join('');
  const head = mailOf('', [`Content-Type: multipart/${kind}; boundary=BB`]);
  return `${head}${delimited}--BB--\r\n`;
}

const plain = (body: string, ...fields: readonly string[]): PartOfMail => ({
  fields: ['Content-Type: text/plain; charset=utf-8', ...fields],
  body,
});
const log = plain('10:00 ERROR x\r\n> quoted', 'Content-Disposition: inline; filename="error.log"');

describe('a text part with a file name', () => {
  it('beside a text is a file', async () => {
    const { text, attachments } = await readMessage(multipart('mixed', plain('It is below.'), log));
    expect(text).toBe('It is below.');
    expect(attachments).toMatchObject([
      { fileName: 'error.log', contentType: 'text/plain', sizeBytes: 23 },
    ]);
  });

  it('named in its type alone is a file', async () => {
    const named = { fields: ['Content-Type: text/html; name=page.html'], body: '<p>page</p>' };
    const message = await readMessage(multipart('mixed', plain('Hello'), named));
    expect([message.text, message.originalHtml, message.attachments.length]).toEqual([
      'Hello',
      undefined,
      1,
    ]);
  });

  it('is the text where the mail has no other, and in an alternative', async () => {
    expect((await readMessage(multipart('mixed', log))).text).toContain('10:00 ERROR x');
    const html = { fields: ['Content-Type: text/html; name=body.html'], body: '<p>Hello</p>' };
    const message = await readMessage(multipart('alternative', plain('Hello'), html));
    expect([message.text, message.attachments]).toEqual(['Hello', []]);
  });
});

describe('the bytes of a file are those that came', () => {
  const bytes = 'one\r\ntwo\nthree\r\r\n\r\n';
  const sha256 = createHash('sha256').update(bytes, 'latin1').digest('hex');
  const file = (encoding: string, body: string): PartOfMail => ({
    fields: ['Content-Type: application/x-data; name=a', `Content-Transfer-Encoding: ${encoding}`],
    body,
  });

  it.each([
    ['7bit', bytes],
    ['8bit', bytes],
    ['binary', bytes],
    ['quoted-printable', bytes.replace('one', 'o=\r\nn=65')],
    ['base64', Buffer.from(bytes).toString('base64')],
    ['base64 with padding in each line', 'b25l\r\nDQp0d28K\r\ndGhyZWU=\r\nDQ0KDQo=\r\n'],
  ])('in %s', async (encoding, body) => {
    const raw = multipart('mixed', plain('Hello'), file(encoding, body));
    expect((await readMessage(raw)).attachments[0]).toMatchObject({
      sizeBytes: bytes.length,
      sha256,
    });
  });
});

describe('a plain part that stands in for HTML', () => {
  const html =
    '<p>Dear Anna, your parcel has left our house this morning and will arrive soon.</p>';
  const notices = [
    'This message is in HTML format. Please use an HTML-capable mail reader.',
    'Your email client does not support HTML messages.',
    'To view this email, please enable HTML.',
    'This is an HTML email. View it in your browser.',
    'Diese Nachricht ist im HTML-Format. Ihr Programm kann kein HTML anzeigen.',
    'Ihr E-Mail-Programm unterstützt leider kein HTML.',
    "Votre logiciel de messagerie n'affiche pas le HTML.",
    'Ce message est au format HTML.',
    'Su cliente de correo no soporta HTML.',
    'Este mensaje está en formato HTML.',
    'Seu cliente de e-mail não suporta HTML.',
    'Il tuo client di posta non supporta i messaggi HTML.',
    'Uw e-mailprogramma ondersteunt geen HTML.',
    'Ditt e-postprogram stöder inte HTML.',
    'Twój program pocztowy nie obsługuje wiadomości HTML.',
    'Ваша почтовая программа не поддерживает HTML.',
    'このメールはHTML形式です。',
    '您的邮件客户端不支持HTML邮件格式。',
  ];

  it.each(notices)('%s', async (notice) => {
    const parts = [
      plain(notice),
      { fields: ['Content-Type: text/html; charset=utf-8'], body: html },
    ];
    expect((await readMessage(multipart('alternative', ...parts))).text).toContain('Dear Anna');
  });

  const own = [
    'Your html mail looks broken on my phone.',
    'Can you send the invoice as html?',
    'I do not see any HTML in your message',
    'Meine Seite zeigt nur html',
  ];

  it.each(own)('is none where the customer writes of HTML: %s', async (words) => {
    const shown = `<div>${words}</div><div>Sent from my phone, with a long line of small print</div>`;
    const parts = [
      plain(words),
      { fields: ['Content-Type: text/html; charset=utf-8'], body: shown },
    ];
    expect((await readMessage(multipart('alternative', ...parts))).text).toContain(words);
  });

  it('is none where the HTML says no more', () => {
    const notice = 'This message is in HTML format.';
    expect([isStub(notice, html), isStub(notice, '<p>Hi</p>')]).toEqual([true, false]);
  });

  it('is none without such a sentence, though HTML is named and the HTML is another text', () => {
    expect(isStub('Here is my index.html, it fails', html)).toBe(false);
  });
});
