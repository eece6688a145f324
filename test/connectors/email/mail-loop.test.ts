import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loopHeader, loopSeal, sealedName, type Words } from '#connectors/email/loop-header';
import { composeMail } from '#connectors/email/outbound/compose';
import { type MailRequest, render } from '#connectors/email/outbound/render';
import type { ReplyTarget } from '#shared/connector/outbound-reply';
import { sha256Of } from '#shared/ids';
import type { ReplyContent } from '#shared/model/reply-content';
import { parameters } from '#test/properties/parameters';
import { inbox, readMessage } from './inbox.ts';

const composing = {
  messageId: 'msg_abcdefghijklmnopqrstuvwxyz_2',
  replyDomain: undefined,
  replyTokenKey: 'k'.repeat(32),
  region: 'eu-west-1',
  ...{ publicUrl: 'https://api.example/webhooks/email/main', bytes: [] },
};

const wordsOf = ({ subject, text, html }: MailRequest): Words => ({ subject, text, html });

/** A reply with HTML and files as it leaves, and the same with its HTML, a file or their number changed on the way. */
async function richMail(html: string, files: readonly Uint8Array[], sent = { html, files }) {
  const attachments = sent.files.map((_, index) => ({
    ...{ url: `s3://archive/uploads/${index}`, contentType: 'application/pdf' },
    ...{ fileName: `${index}.pdf` },
  }));
  const content: ReplyContent = { type: 'text', text: 'Please restart it.', html: sent.html };
  const withFiles = attachments.length > 0 ? { ...content, attachments } : content;
  const mail = mailOf(withFiles, 'Router');
  const words = { ...wordsOf(mail), html, files: files.map(sha256Of) };
  const seal = loopSeal(words, composing.messageId, composing.replyTokenKey);
  const raw = await composeMail(mail, { ...composing, seal, bytes: sent.files });
  return { name: sealedName(seal, words), copyOf: (await readMessage(raw)).copyOf };
}

const sealOf = (mail: MailRequest, { messageId, replyTokenKey } = composing) =>
  loopSeal(wordsOf(mail), messageId, replyTokenKey);

function mailOf(said: string | ReplyContent, subject: string) {
  const mailbox = (address: string) =>
    ({ channel: 'email', kind: 'mailbox', scope: '', address }) as const;
  const target: ReplyTarget = {
    channel: 'email',
    visibility: 'private',
    conversationId: 'cnv_abcdefghijklmnopqrstuvwxyz',
    businessIdentity: mailbox(inbox.address),
    customerIdentities: [mailbox('anna@customer.example')],
    subject,
    providerMessageIds: [],
  };
  const content: ReplyContent = typeof said === 'string' ? { type: 'text', text: said } : said;
  const [mail] = render({ messageId: composing.messageId, replyId: 'r', content }, target, inbox);
  if (!mail) throw new Error('rendered to nothing');
  return mail;
}

describe('a mail of ours', () => {
  it('is known again whatever it says', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 80 }),
      fc
        .array(fc.constantFrom('a ', '\n', '  ', '<br>', '&amp;', '"', '-- ', '.', '\u00a0', 'ü'))
        .map((parts) => `x${parts.join('')}`),
      fc.string({ minLength: 900, maxLength: 1100 }),
    );
    const subject = fc.string({ unit: 'grapheme', maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(text, subject, async (words, about) => {
        const mail = mailOf(words, about);
        const seal = sealOf(mail);
        const raw = await composeMail(mail, { ...composing, seal });
        expect(raw.toString('latin1')).toContain(`${loopHeader}: ${seal}`);
        expect((await readMessage(raw)).copyOf).toBe(sealedName(seal, wordsOf(mail)));
      }),
      parameters(300),
    );
  });

  it('is known again with its HTML and its files', async () => {
    const markup = fc
      .array(
        fc.oneof(
          fc.string({ unit: 'grapheme', maxLength: 30 }),
          fc.constantFrom('<b>', '</b>', '<br>', '\r\n', '  ', '&amp;', 'é', '<p\n>', '.', '='),
        ),
        { minLength: 1, maxLength: 30 },
      )
      .map((parts) => `<p>${parts.join('')}</p>`);
    const files = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(markup, files, async (html, bytes) => {
        const { name, copyOf } = await richMail(html, bytes);
        expect(copyOf).toBe(name);
      }),
      parameters(150),
    );
  });

  it('is not known with other HTML, another file, a file more or a file less', async () => {
    const html = '<p>Please <b>restart</b> it.</p>';
    const files = [Buffer.from('one'), Buffer.from('two')];
    const changes = [
      { html: `${html}<p>Call me</p>`, files },
      { html: html.replace('restart', 'call'), files },
      { html: '<div>Please restart it.</div>', files },
      { html, files: [Buffer.from('one'), Buffer.from('too')] },
      { html, files: [...files, Buffer.from('two')] },
      { html, files: files.slice(1) },
      { html, files: [] },
    ];
    for (const sent of changes) {
      const { name, copyOf } = await richMail(html, files, sent);
      expect(copyOf).toMatch(/^copy:/);
      expect(copyOf).not.toBe(name);
    }
    const same = await richMail(html, files, { html: html.replace(' ', '\r\n '), files });
    expect(same.copyOf).toBe(same.name);
  });

  it('has another seal for other words, another message and another key', () => {
    const mail = mailOf('Please restart it.', 'Router');
    const seals = [
      sealOf(mail),
      sealOf(mailOf('Please restart it!', 'Router')),
      sealOf(mailOf('Please restart it.', 'Modem')),
      sealOf(mail, { ...composing, messageId: 'msg_abcdefghijklmnopqrstuvwxyz_3' }),
      sealOf(mail, { ...composing, replyTokenKey: 'l'.repeat(32) }),
    ];
    expect(new Set(seals).size).toBe(seals.length);
  });
});
