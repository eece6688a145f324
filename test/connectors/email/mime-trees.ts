import fc from 'fast-check';

/**
 * Random mails: parts inside parts, with everything between them that programs write and attackers try, but for what
 * is read better here than by the parser alone (odd-types.test.ts, odd-encodings.test.ts).
 */

const lineEnd = fc.constantFrom('\r\n', '\n');
const boundary = fc.constantFrom('A', 'AB', 'b b', 'X--', '--', "(':=?_)", 'A', 'é');
const line = fc.oneof(
  fc.string({ maxLength: 20, unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, '')),
  fc.constantFrom(
    '',
    ' ',
    '--',
    '--A',
    '--A--',
    '--AB',
    '--AB  ',
    '-- ',
    'a=',
    '=C3=BC',
    'QUJD',
    'QUI=',
    '>From',
    'a: b',
    ' x ',
    '\t',
  ),
);
const content = fc.array(line, { maxLength: 6 });
const type = fc.constantFrom(
  '',
  'text/plain',
  'Text/Plain; charset=utf-8',
  'text/plain (a comment); charset="utf-8"; format=flowed; delsp=yes',
  'text/plain; format=flowed',
  'text/html; charset=UTF-8',
  'application/pdf; name="a (1).pdf"',
  'text/csv',
  'text/calendar; method=request',
  'message/rfc822',
  'message/delivery-status',
  'image/png; name*0=a; name*1=b.png',
);
const encoding = fc.constantFrom('', '7bit', 'base64', 'quoted-printable', '(x) Base64', 'BASE64 ');
const disposition = fc.constantFrom(
  '',
  'inline',
  'attachment',
  'attachment; filename=a.txt',
  "ATTACHMENT; filename*=utf-8''%C3%BC.pdf",
);
const others = fc.constantFrom(
  '',
  'Content-ID: <a@b>',
  'Content-Description: =?utf-8?Q?=C3=BC?=',
  'X-Other: 1',
  'broken',
);

interface Fields {
  readonly type: string;
  readonly encoding: string;
  readonly disposition: string;
  readonly others: string;
}

function headOf({ type, encoding, disposition, others }: Fields): string[] {
  return [
    type && `Content-Type: ${type}`,
    encoding && `Content-Transfer-Encoding: ${encoding}`,
    disposition && `Content-Disposition: ${disposition}`,
    others,
  ].filter((field) => field !== '');
}

const leaf = fc
  .record({ type, encoding, disposition, others, content, hasBody: fc.boolean() })
  .map((part) => [...headOf(part), ...(part.hasBody ? ['', ...encodable(part)] : [])]);

/** Words that are no base64 do not stand under that label. */
function encodable({ encoding, content }: { encoding: string; content: readonly string[] }) {
  if (!/base64/i.test(encoding)) return content;
  return content.filter((each) => /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2,3}=*)?$/.test(each));
}

const { part } = fc.letrec<{ part: string[] }>((tie) => ({
  part: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    leaf,
    fc
      .record({
        ...{ boundary, others, preamble: content, epilogue: content },
        kind: fc.constantFrom('mixed', 'alternative', 'related', 'digest', 'report; x=1', 'Signed'),
        parameter: fc.constantFrom(
          'boundary="@"',
          'boundary="@"; boundary=Z',
          'x; boundary="@"',
          'boundary*0="@"',
        ),
        parts: fc.array(tie('part'), { maxLength: 4 }),
        blanks: fc.constantFrom('', ' ', '\t '),
        isClosed: fc.boolean(),
      })
      .map((multi) => [
        `Content-Type: multipart/${multi.kind}; ${multi.parameter.replace('@', multi.boundary)}`,
        ...[multi.others].filter((field) => field !== ''),
        '',
        ...multi.preamble,
        ...multi.parts.flatMap((each) => [`--${multi.boundary}${multi.blanks}`, ...each]),
        ...(multi.isClosed ? [`--${multi.boundary}--`, ...multi.epilogue] : []),
      ]),
  ),
}));

/** The bytes of a random mail. */
export const mimeMail = fc
  .tuple(part, lineEnd, fc.boolean())
  .map(([lines, end, isEnded]) =>
    Buffer.from(['From: a@x.example', 'Subject: s', ...lines].join(end) + (isEnded ? end : '')),
  );
