import { describe, expect, it } from 'vitest';
import { mailOf, readMessage } from './inbox.ts';

const words = 'Grüße, my router is broken';
const utf8 = 'Content-Type: text/plain; charset=utf-8';
const base64 = (text: string) => Buffer.from(text).toString('base64');

async function textOf(encoding: string, body: string): Promise<string | undefined> {
  const mail = mailOf(body, [utf8, `Content-Transfer-Encoding: ${encoding}`]);
  return (await readMessage(mail)).text;
}

describe('a body that is not in the encoding of its label', () => {
  it.each([
    'Hello, this is no base64 at all, please call me.\nAnna',
    'Danke',
    'Привет, позвоните мне',
    'Please\ncall me',
  ])('base64 that is plain words: %s', async (body) => {
    expect(await textOf('base64', body)).toBe(body);
  });

  it('base64 with the footer of a list below it', async () => {
    const footer = '_______________________\nThe list of all things\nhttps://lists.example/all';
    for (const text of ['Hello all', 'Hello  all', 'Hello all!', words.repeat(20)]) {
      const lines = base64(text).replace(/.{76}/g, '$&\n');
      const read = await textOf('base64', `${lines}\n\n${footer}\n`);
      expect(read?.split('\n')[0]).toBe(text);
      expect(read).not.toContain('\ufffd');
    }
  });

  it('base64 of any form stays base64', async () => {
    const [one = '', two = ''] = [base64(words), base64('and more')];
    expect(await textOf('base64', `${one}\n${two}`)).toBe(`${words}and more`);
    expect(await textOf('base64', one.replace(/.{4}/g, '$& '))).toBe(words);
    expect(await textOf('base64', one.replace(/=+$/, ''))).toBe(words);
    expect(await textOf('base64', one.replace(/.{12}/g, '$&\n'))).toBe(words);
    expect(await textOf('BASE-64', one)).toBe(words);
    expect(await textOf('base64', base64('Hallo').replace(/=+$/, ''))).toBe('Hallo');
    const damaged = base64(words.repeat(9)).replace(/.{76}/g, '$&\n\n* damaged *\n');
    expect((await textOf('base64', damaged))?.startsWith(words)).toBe(true);
  });

  it.each(['quoted/printable', 'quoted_printable', 'Quoted Printable', 'quotedprintable'])(
    '%s is quoted-printable',
    async (encoding) => {
      expect(await textOf(encoding, 'Gr=C3=BC=C3=9Fe')).toBe('Grüße');
    },
  );
});

describe('uuencode', () => {
  // "Hello, Anna. It is\r\nbroken.\n" and the bytes 0, 255, 16.
  const text = ['begin 644 note.txt', '22&5L;&\\L($%N;F$N($ET(&ES', '`', 'end', ''].join('\n');

  it.each(['x-uuencode', 'uuencode', 'x-uue', 'X-UUE'])('is decoded: %s', async (encoding) => {
    expect(await textOf(encoding, text)).toBe('Hello, Anna. It is');
  });

  it('gives a file its bytes', async () => {
    const part = [
      ...['--B', utf8, '', words, '--B', 'Content-Type: application/x-data; name=a.bin'],
      ...['Content-Transfer-Encoding: x-uuencode', '', 'begin 644 a.bin', '#`/\\0', '`', 'end'],
      ...['--B--', ''],
    ];
    const mail = mailOf(part.join('\n'), ['Content-Type: multipart/mixed; boundary=B']);
    const [file] = (await readMessage(mail)).attachments;
    expect([...(file?.bytes ?? [])]).toEqual([0, 255, 16]);
  });

  it('is shown as it came where it is none', async () => {
    expect(await textOf('x-uuencode', words)).toBe(words);
  });
});

describe('UTF-8 without a label', () => {
  const head = (subject: Buffer) =>
    Buffer.concat([
      ...[Buffer.from('From: anna@customer.example\r\nTo: help@acme.example\r\nSubject: ')],
      ...[subject, Buffer.from('\r\n\r\n')],
    ]);

  it('is read, though a letter of it is cut or damaged', async () => {
    const cut = Buffer.from('Größe des Pakets: кто').subarray(0, -1);
    const damaged = Buffer.concat([Buffer.from('Größe'), Buffer.of(0xff), Buffer.from(' für Bär')]);
    for (const bytes of [cut, damaged]) {
      const message = await readMessage(Buffer.concat([head(bytes), bytes]));
      expect(message.subject).toMatch(/^Größe/);
      expect(message.text).toMatch(/^Größe/);
    }
  });

  it('is not seen in text of another charset', async () => {
    for (const text of ['Grüße aus Köln', 'Ça va très bien', 'Ã']) {
      const bytes = Buffer.from(text, 'latin1');
      expect((await readMessage(Buffer.concat([head(bytes), bytes]))).text).toBe(text);
    }
  });
});

describe('a mail without an empty line above its text', () => {
  const fields = ['From: anna@customer.example', 'To: help@acme.example', 'Subject: x'];
  const lines = ['Hello, this is my message.', 'Problem: it is broken.'];
  const read = async (...all: readonly string[]) => (await readMessage(all.join('\r\n'))).text;

  it.each([' ', '\t', '  \t'])('but a line of blanks %j', async (blanks) => {
    expect(await read(...fields, blanks, ...lines, '', 'More.')).toBe(
      [...lines, '', 'More.'].join('\n'),
    );
  });

  it('or nothing at all', async () => {
    expect(await read(...fields, ...lines, '')).toBe(lines.join('\n'));
  });

  it('or a field below the first words', async () => {
    const mail = [...fields, ...lines, 'MIME-Version: 1.0', 'X-Mailer: a', ' b', '', ''];
    expect(await read(...mail)).toBe(lines.join('\n'));
  });

  it('and a line of blanks inside a field is no end', async () => {
    const mail = [...fields, ' ', 'Content-Type: text/html', '', '<p>Hi</p>'];
    expect(await read(...mail)).toBe('Hi');
  });

  it('and a mail without words has none', async () => {
    expect(await read(...fields, '', '')).toBe('');
  });
});

describe('a plain part without words of the sender', () => {
  const html = '<p>My order 12 is broken, please help</p><br>Sent from my iPhone';
  const alternative = (plain: string, other = html) =>
    mailOf(
      ['--B', utf8, '', plain, '--B', 'Content-Type: text/html', '', other, '--B--', ''].join('\n'),
      ['Content-Type: multipart/alternative; boundary=B'],
    );

  it.each([
    'Sent from my iPhone',
    'Von meinem iPhone gesendet',
    '[cid:image001.png@01]',
    '[cid:a@b]\n\n[image: logo.png]\nSent from my iPhone',
    'Your email client does not support this format',
    'Your mail reader cannot display this message.',
  ])('gives way to the HTML: %s', async (plain) => {
    expect((await readMessage(alternative(plain))).text).toContain('My order 12');
  });

  it('stays where the HTML has none either', async () => {
    expect((await readMessage(alternative('[cid:a@b]', '<img src="cid:a@b">'))).text).toBe(
      '[cid:a@b]',
    );
  });

  it('stays where the sender says the same', async () => {
    const own = 'My program does not support this format';
    expect((await readMessage(alternative(own, `<p>${own}</p><p>Anna, Berlin</p>`))).text).toBe(
      own,
    );
  });
});
