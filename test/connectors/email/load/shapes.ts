/** Mails as large as SES receives them, in the shapes that cost a MIME parser most. */

const megabyte = 1024 * 1024;
const head = 'From: a@x.example\r\nTo: help@acme.example\r\nSubject: s\r\nMIME-Version: 1.0\r\n';

/** `piece` over and over, up to so many bytes. */
function filled(piece: string, bytes: number): Buffer {
  return Buffer.alloc(bytes, piece);
}

function mail(headers: string, ...body: readonly (string | Buffer)[]): Buffer {
  return Buffer.concat([head, headers, '\r\n', ...body].map((part) => Buffer.from(part)));
}

function multipart(...parts: readonly (string | Buffer)[]): Buffer {
  const delimited = parts.flatMap((part) => ['--BB\r\n', part, '\r\n']);
  return mail('Content-Type: multipart/mixed; boundary=BB\r\n', ...delimited, '--BB--\r\n');
}

function nested(depth: number, inside: Buffer): Buffer {
  const numbers = Array.from({ length: depth }, (_, index) => index);
  const opening = numbers.map(
    (n) => `Content-Type: multipart/mixed; boundary=B${n}x\r\n\r\n--B${n}x\r\n`,
  );
  return Buffer.concat([Buffer.from(`${head}${opening.join('')}\r\n`), inside]);
}

const plain = 'Content-Type: text/plain; charset=utf-8\r\n';
const html = 'Content-Type: text/html; charset=utf-8\r\n';
const quoted = 'Content-Transfer-Encoding: quoted-printable\r\n';
const base64 = 'Content-Transfer-Encoding: base64\r\n';
const sixty = `${'abcde fghi '.repeat(5)}jklmn\r\n`;
const base64Line = `${'QUJDREVG'.repeat(9)}QUJD\r\n`;
const deep = Array.from({ length: 45 }, (_, n) => `--B${n}y\r\n`).join('');

const bodies: Readonly<Record<string, (bytes: number) => Buffer>> = {
  'lines of 60 letters': (bytes) => mail(plain, filled(sixty, bytes)),
  'blank lines': (bytes) => mail(plain, filled('\r\n', bytes)),
  'bare line feeds': (bytes) => mail(plain, filled('\n', bytes)),
  'bare carriage returns': (bytes) => mail(plain, filled('\r', bytes)),
  'lines of one letter': (bytes) => mail(plain, filled('a\n', bytes)),
  'one line': (bytes) => mail(plain, filled('a', bytes)),
  'a colon in each line': (bytes) => mail(plain, filled('a:\n', bytes)),
  'control characters': (bytes) => mail(plain, filled('\u0001', bytes)),
  'text without a charset': (bytes) => mail('', filled('ü\n', bytes)),
  'text in Korean Windows letters': (bytes) =>
    mail('Content-Type: text/plain; charset=ks_c_5601-1987\r\n', filled('\u00b0', bytes)),
  'format=flowed': (bytes) =>
    mail(
      'Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\n',
      filled('a \r\n', bytes),
    ),
  'quoted-printable text': (bytes) => mail(plain + quoted, filled('=C3=BC=C3=BC=\r\n', bytes)),
  'soft line ends': (bytes) => mail(plain + quoted, filled('=\r\n', bytes)),
  'base64 text': (bytes) => mail(plain + base64, filled(base64Line, bytes)),
  HTML: (bytes) => mail(html, filled('<p>Hello <b>you</b></p>\n', bytes)),
  'HTML of quotes': (bytes) => mail(html, filled('<blockquote>', bytes)),
  'HTML of entities': (bytes) => mail(html, filled('&amp;&#8364;', bytes)),
  'HTML of open angles': (bytes) => mail(html, filled('<a <', bytes)),
  'HTML beside text': (bytes) =>
    multipart(
      `${plain}\r\nHello`,
      Buffer.concat([Buffer.from(`${html}\r\n`), filled('<a href="x"><!-- ', bytes)]),
    ),
  'base64 attachment': (bytes) =>
    multipart(
      `${plain}\r\nHello`,
      Buffer.concat([
        Buffer.from(`Content-Type: application/pdf\r\n${base64}\r\n`),
        filled(base64Line, bytes),
      ]),
    ),
  'base64 without line ends': (bytes) =>
    multipart(
      `${plain}\r\nHello`,
      Buffer.concat([
        Buffer.from(`Content-Type: application/pdf\r\n${base64}\r\n`),
        filled('QUJD', bytes),
      ]),
    ),
  'quoted-printable attachment': (bytes) =>
    multipart(
      `${plain}\r\nHello`,
      Buffer.concat([
        Buffer.from(`Content-Type: text/csv; name=a.csv\r\n${quoted}\r\n`),
        filled('=41\n', bytes),
      ]),
    ),
  'text attachment': (bytes) =>
    multipart(
      `${plain}\r\nHello`,
      Buffer.concat([
        Buffer.from('Content-Disposition: attachment; filename=a.log\r\n\r\n'),
        filled('a\r\n', bytes),
      ]),
    ),
  calendar: (bytes) =>
    multipart(
      `${plain}\r\nHello`,
      Buffer.concat([Buffer.from('Content-Type: text/calendar\r\n\r\n'), filled('A:\r\n', bytes)]),
    ),
  '5000 parts': (bytes) =>
    multipart(
      ...Array.from({ length: 5000 }, () =>
        Buffer.concat([Buffer.from(`${plain}\r\n`), filled(sixty, Math.floor(bytes / 5000))]),
      ),
    ),
  'empty parts': (bytes) =>
    mail('Content-Type: multipart/mixed; boundary=B\r\n', filled('--B\n\n', bytes)),
  'parts of headers': (bytes) =>
    mail('Content-Type: multipart/mixed; boundary=B\r\n', filled('--B\na:\na:\na:\n\nb\n', bytes)),
  'parts 50 deep': (bytes) => nested(50, filled(sixty, bytes)),
  'parts too deep': (bytes) => nested(2000, filled(sixty, bytes)),
  'lines like delimiters': (bytes) => nested(45, filled(deep, bytes)),
  'lines of two hyphens': (bytes) => nested(45, filled('--\n', bytes)),
  'an open delimiter': (bytes) => nested(45, filled('--B44\n', bytes)),
  'headers without end': (bytes) => Buffer.concat([Buffer.from(head), filled('a:\n', bytes)]),
  'one folded header': (bytes) =>
    Buffer.concat([
      Buffer.from(`${head}To: a@x.example`),
      filled(',\r\n a@x.example', bytes),
      Buffer.from('\r\n\r\nHello'),
    ]),
  'From headers': (bytes) =>
    Buffer.concat([filled('From: a@x.example\n', bytes), Buffer.from('\nHello')]),
  'one header of encoded words': (bytes) =>
    mail(
      `Subject: ${filled('=?euc-kr?Q?=B0=A1?= ', Math.min(bytes, 200_000)).toString()}\r\n`,
      filled(sixty, bytes),
    ),
  'a multipart without boundary': (bytes) =>
    mail('Content-Type: multipart/mixed\r\n', filled(sixty, bytes)),
  'text that is called text': (bytes) => mail('Content-Type: text\r\n', filled('a\r\n', bytes)),
};

export const shapes: readonly string[] = Object.keys(bodies);

/** A mail of this shape and about this size, never above the limit of SES. */
export function shapeOf(name: string, bytes: number): Buffer {
  const limit = 40 * megabyte;
  const build = bodies[name];
  if (!build) throw new Error(`${name} is no shape; there are: ${shapes.join(', ')}`);
  const spare = build(0).length;
  return build(Math.max(0, Math.min(bytes, limit) - spare)).subarray(0, limit);
}
