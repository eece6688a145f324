import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import PostalMime, { type Email } from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { base64End } from '#connectors/email/inbound/mime/base64-lines';
import { headEnd } from '#connectors/email/inbound/mime/delimiters';
import { type Part, readTree } from '#connectors/email/inbound/mime/part-tree';
import { readMime } from '#connectors/email/inbound/read-mime';
import { parameters } from '#test/properties/parameters';
import { corpus } from './inbox.ts';
import { mimeMail } from './mime-trees.ts';

const limits = { maxNestingDepth: 50, maxHeadersSize: 256 * 1024, forceRfc822Attachments: true };

/** A mail in a form that can be compared: the parser itself changes the line ends of files that are not base64. */
function comparable(email: Email): object {
  const attachments = email.attachments.map(({ content, ...others }) => {
    const bytes =
      typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as Uint8Array);
    const text = bytes.toString('latin1').replace(/\r+\n/g, '\n').replace(/\n+$/, '');
    return { ...others, content: text };
  });
  // A text of blanks alone is none.
  const { text, ...others } = email as { text?: string };
  return { ...others, ...(text?.trim() ? { text } : {}), attachments };
}

async function byParserAlone(mail: Uint8Array): Promise<object | 'refused'> {
  try {
    return comparable(await PostalMime.parse(mail, limits));
  } catch {
    return 'refused';
  }
}

/** Words under the label of base64 are shown as they are (odd-encodings.test.ts). */
function hasWordsAsBase64(mail: Uint8Array): boolean {
  const { end, next } = headEnd(mail, 0, []);
  const isOdd = ({ parts, encoding, body }: Part): boolean =>
    parts?.some(isOdd) ?? (encoding === 'base64' && base64End(body) < body.length);
  return isOdd(readTree(mail, mail.subarray(0, end), next, 1000).root);
}

async function read(mail: Uint8Array): Promise<object | 'refused'> {
  const { email, problem } = await readMime(mail);
  return problem === undefined ? comparable(email) : 'refused';
}

/** Mails that we read better than the parser alone, and why. */
const better: Readonly<Record<string, RegExp>> = {
  'letters of a charset that Node does not know, or that is not the declared one':
    /charset-(?:big5-hkscs|ibm850|unknown-label|utf-7|utf8-labelled-latin1)|attachment_pdf_non_ascii|transfer_encoding_(?:7-bit|empty|plain)|raw_email(?:6|10)\.|us-ascii-label/,
  'raw letters in headers': /header-raw-latin1|invalid_subject_characters|latin1-headers/,
  'a letter split between encoded words': /header-rfc2047-split-multibyte/,
  'a file shown inline, or several': /inline-text-attachment|cpython\/msg_(?:04|44)\./,
  'a type that is none': /mime-content-type-garbage|msg_14\./,
  'a boundary that is not written, or wrongly':
    /mime-missing-boundary-param|msg_(?:25|31)\.|apachejames-01/,
  'words under the label of base64': /cpython\/msg_15\./,
  'headers too large for the parser': /bomb-many-addresses/,
};
const isBetter = (name: string) => Object.values(better).some((pattern) => pattern.test(name));

describe('reading a mail by way of a small one gives what the parser alone gives', () => {
  const present = existsSync(corpus);
  const collected = globSync(join(corpus, '**', '*.{eml,txt}'));
  const cases = globSync(join(corpus, '..', '..', 'cases', 'email', '*.eml'));
  const files = [...collected, ...cases].filter((file) => !/SOURCES|LICEN[SC]E|README/.test(file));

  it(`of collected mails${present ? '' : ' (0 cases: the corpus is not here)'}`, async () => {
    const other: string[] = [];
    for (const file of files) {
      const bytes = readFileSync(file);
      if (!bytes.includes(0x0a)) continue;
      const [wanted, got] = [await byParserAlone(bytes), await read(bytes)];
      if (JSON.stringify(wanted) !== JSON.stringify(got))
        other.push(file.split('/').slice(-2).join('/'));
    }
    console.log(
      `${files.length} mails, ${files.length - other.length} read as by the parser alone`,
    );
    expect(other.filter((name) => !isBetter(name))).toEqual([]);
    expect(files.length > 700).toBe(present);
  });

  it('of any mail of parts inside parts', async () => {
    await fc.assert(
      fc.asyncProperty(mimeMail, async (mail) => {
        const wanted = await byParserAlone(mail);
        // Bytes that are no UTF-8 are read as windows-1252 here.
        fc.pre(!/\ufffd|\u00ef\u00bf\u00bd/.test(JSON.stringify(wanted)));
        fc.pre(!hasWordsAsBase64(mail));
        expect(await read(mail)).toEqual(wanted);
      }),
      parameters(3000),
    );
  });
});
