import iconv from 'iconv-lite';
import { describe, expect, it, vi } from 'vitest';
import { decodeText } from '#connectors/email/inbound/mime/charset';
import { mailOf, readMessage } from './inbox.ts';

/** Labels, bytes of Python's codecs, and what they say. */
const texts: readonly (readonly [label: string, hex: string, text: string])[] = [
  ['ks_c_5601-1987', '8c63b9e6b0a2c7cf', '똠방각하'],
  ['EUC-KR', '8c63b9e6b0a2c7cf', '똠방각하'],
  ['cp949', '8c63b9e6b0a2c7cf', '똠방각하'],
  ['iso-2022-kr', '1b2429430e4156392e0f', '주문'],
  ['big5-hkscs', '9def9dcf', '嘅嘢'],
  ['Big5', '9def9dcf', '嘅嘢'],
  ['hz-gb-2312', '7e7b362935257e7d', '订单'],
  ['cp850', '477281e16520a4', 'Grüße ñ'],
  ['IBM850', '477281e16520a4', 'Grüße ñ'],
  ['ibm437', '477281e16520a420ab', 'Grüße ñ ½'],
  ['cp852', 'a66c759c6f759f6bec', 'Žluťoučký'],
  ['cp866', '8fe0a8a2a5e2', 'Привет'],
  ['utf-7', '47722b4150774133772d65202b624f686c68772d', 'Grüße 注文'],
  ['macintosh', '47729fa76520d46f6bd5', 'Grüße ‘ok’'],
  ['x-mac-cyrillic', '8ff0e8e2e5f2', 'Привет'],
  ['koi8-r', 'f0d2c9d7c5d4', 'Привет'],
  ['iso-2022-jp', '1b2442436d4a38485639661b2842', '注文番号'],
  ['', '1b2442436d4a38485639661b2842', '注文番号'],
  ['cp932', '8740eee0', '①髙'],
  ['iso-8859-15', '507265697320313020a4', 'Preis 10 €'],
  ['iso-8859-1', '4772fcdf652031302080', 'Grüße 10 €'],
  ['', '4772fcdf652031302080', 'Grüße 10 €'],
  ['us-ascii', '4772fcdf65', 'Grüße'],
  ['us-ascii', '4772c3bcc39f65', 'Grüße'],
  ['x-no-such-charset', '4772c3bcc39f65', 'Grüße'],
  ['base64', '4772c3bcc39f65', 'Grüße'],
  ['utf-8', '4772fcdf65', 'Grüße'],
  ['iso-8859-1', '4772c3bcc39f65', 'Grüße'],
];

describe('a charset', () => {
  it.each(texts)('%j: %s', async (label, hex, text) => {
    const type = label === '' ? [] : [`Content-Type: text/plain; charset="${label}"`];
    const raw = Buffer.concat([Buffer.from(mailOf('', type)), Buffer.from(hex, 'hex')]);
    expect((await readMessage(raw)).text).toBe(text);
  });

  it.each(texts.filter(([label]) => label !== ''))(
    '%j in an encoded word: %s',
    async (label, hex, text) => {
      const base64 = Buffer.from(hex, 'hex').toString('base64');
      const raw = mailOf('Hi', [`Subject: =?${label}?B?${base64}?=`]);
      expect((await readMessage(raw)).subject).toBe(text);
    },
  );

  it('of HTML that only its own head names is read', async () => {
    const head = mailOf('', ['Content-Type: text/html']);
    const body = Buffer.from('<meta charset="koi8-r"><p>\xf0\xd2\xc9\xd7\xc5\xd4</p>', 'latin1');
    expect((await readMessage(Buffer.concat([Buffer.from(head), body]))).text).toBe('Привет');
  });
});

describe('an honest text is not mended', () => {
  it('Ã¼ in declared UTF-8 is what the customer wrote', async () => {
    const message = await readMessage(
      mailOf('Bei uns steht Ã¼ statt ü', [
        'Subject: =?utf-8?Q?=C3=83=C2=BC?=',
        'Content-Type: text/plain; charset=utf-8',
      ]),
    );
    expect([message.subject, message.text]).toEqual(['Ã¼', 'Bei uns steht Ã¼ statt ü']);
  });

  it('Ã¼ in UTF-8 without a label is decoded once', async () => {
    expect((await readMessage(mailOf('Ã¼'))).text).toBe('Ã¼');
  });
});

describe('raw letters in headers', () => {
  const latin1 = (text: string) => Buffer.from(text, 'latin1');

  it('give the subject and the name that a reply shows again', async () => {
    const raw = latin1(
      'From: J\xf6rg M\xfcller <j@x.example>\r\nSubject: Gr\xfc\xdfe\r\n\r\nK\xf6ln',
    );
    const { subject, text, customer } = await readMessage(raw);
    expect([subject, customer.displayName, text]).toEqual(['Grüße', 'Jörg Müller', 'Köln']);
  });

  it('are of the charset that the text declares', async () => {
    const raw = latin1(
      'From: \xe9\xd7\xc1\xce <i@x.example>\r\nSubject: \xf0\xd2\xc9\xd7\xc5\xd4\r\nContent-Type: text/plain; charset=koi8-r\r\n\r\n\xf0',
    );
    const { subject, customer } = await readMessage(raw);
    expect([subject, customer.displayName]).toEqual(['Привет', 'Иван']);
  });

  it('give the name of a file', async () => {
    const raw = latin1(
      'From: a@x.example\r\nContent-Type: application/pdf; name="M\xfcller.pdf"\r\nContent-Disposition: attachment; filename="M\xfcller.pdf"\r\n\r\nx',
    );
    expect((await readMessage(raw)).attachments[0]?.fileName).toBe('Müller.pdf');
  });

  it('never make a sign of ASCII: what SES reads as the sender stays the sender', async () => {
    // Shift_JIS takes the @ as the second half of a letter, UTF-7 makes brackets of letters.
    for (const [charset, from] of [
      ['shift_jis', '\x81@evil.example <x@evil.example>'],
      ['utf-7', '+ADw-boss+AEA-acme.example+AD4- \xfc <x@evil.example>'],
      ['utf-16le', 'b\0 \xfc <x@evil.example>'],
    ]) {
      const raw = latin1(`From: ${from}\r\nContent-Type: text/plain; charset=${charset}\r\n\r\nHi`);
      const { customer, metadata } = await readMessage(raw);
      const said = [customer.identities[0].address, metadata?.['fromProblem'] ?? ''];
      expect(said.join(' ')).toMatch(/^(?:x@evil\.example |\S+ malformed|\S+ ambiguous)/);
    }
  });

  it('of a subject begin no header', async () => {
    const raw = latin1(
      'From: a@x.example\r\nSubject: \xfc+AA0ACg-From: boss@acme.example\r\nContent-Type: text/plain; charset=utf-7\r\n\r\nHi',
    );
    const { customer, metadata } = await readMessage(raw);
    expect([customer.identities[0].address, metadata]).toEqual(['a@x.example', {}]);
  });
});

it('any bytes under any label are some text', () => {
  const all = Uint8Array.from({ length: 512 }, (_, index) => index);
  for (const [label] of texts) expect(decodeText(all, label).length).toBeGreaterThan(0);
});

describe('charsets whose tables are left out of the bundle', () => {
  const leftOut =
    'shiftjis csshiftjis mskanji sjis windows31j ms31j xsjis windows932 ms932 932 cp932 eucjp gb2312 gb231280 gb23121980 csgb2312 csiso58gb231280 euccn windows936 ms936 936 cp936 gbk xgbk isoir58 gb18030 chinese'.split(
      ' ',
    );
  it.each(leftOut)('%s is read by Node itself', (label) => {
    const bytes = label.match(/^(?:.*jis|mskanji|windows31j|ms31j|.*932)$/)
      ? Uint8Array.of(0x93, 0xfa, 0x96, 0x7b)
      : label === 'eucjp'
        ? Uint8Array.of(0xc6, 0xfc, 0xcb, 0xdc)
        : Uint8Array.of(0xc8, 0xd5, 0xb1, 0xbe);
    const asked = vi.spyOn(iconv, 'decode');
    expect(decodeText(bytes, label)).toBe('日本');
    expect(asked).not.toHaveBeenCalled();
  });

  it('are told from those that it reads', () => {
    const asked = vi.spyOn(iconv, 'decode');
    expect(decodeText(Uint8Array.of(0xb0, 0xa1), 'ks_c_5601-1987')).toBe('가');
    expect(asked).toHaveBeenCalledOnce();
  });
});
