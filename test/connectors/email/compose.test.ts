import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { composeMail } from '#connectors/email/outbound/compose';
import { render } from '#connectors/email/outbound/render';
import { readUnsubscribeToken } from '#connectors/email/unsubscribe';
import type { OutboundReply, ReplyTarget } from '#shared/connector/outbound-reply';
import { sha256Of } from '#shared/ids';
import type { ReplyContent } from '#shared/model/reply-content';
import { parameters } from '#test/properties/parameters';
import { hasPython, leavesOf, outlineOf, readByPython } from '#test/support/mail/python-mail';
import { inbox } from './inbox.ts';

const mailbox = (address: string) =>
  ({ channel: 'email', kind: 'mailbox', scope: '', address }) as const;
const target: ReplyTarget = {
  channel: 'email',
  visibility: 'private',
  conversationId: 'cnv_abcdefghijklmnopqrstuvwxyz',
  businessIdentity: mailbox(inbox.address),
  customerIdentities: [mailbox('anna@customer.example')],
  customerName: 'Änna Künde, "die Erste"',
  copied: [{ identity: mailbox('bob@partner.example'), displayName: '鮑勃' }],
  subject: 'Router broken',
  providerMessageIds: ['m1@customer.example'],
};
const composing = {
  messageId: 'msg_abcdefghijklmnopqrstuvwxyz_2',
  replyDomain: undefined,
  replyTokenKey: 'k'.repeat(32),
  region: 'eu-west-1',
  seal: 'a'.repeat(26),
  publicUrl: 'https://api.example/live/webhooks/email/main',
};

async function composed(
  content: ReplyContent,
  files: readonly Uint8Array[] = [],
  more: Partial<OutboundReply> = {},
  changes: Partial<ReplyTarget> = {},
) {
  const reply = { messageId: composing.messageId, replyId: 'r', content, ...more };
  const [mail] = render(reply, { ...target, ...changes }, inbox);
  if (!mail) throw new Error('nothing was rendered');
  return composeMail(mail, { ...composing, bytes: files });
}

const text = 'Größe: see “below”.\n\nBen';
const html = '<p>Größe: <b>see</b> <img src="cid:logo"></p>';
const logo = { url: 's3://archive/uploads/l.png', contentType: 'image/png', contentId: 'logo' };
const bill = { url: 's3://archive/uploads/7', contentType: 'application/pdf' };
const bytes = (seed: number, length = 3000) =>
  Uint8Array.from({ length }, (_, index) => (index * seed) % 256);

describe.skipIf(!hasPython)('a reply as another parser reads it', () => {
  it('has a text, HTML as it was given, its picture inside and its file beside', async () => {
    const attachments = [
      { ...logo, fileName: 'logo.png' },
      { ...bill, fileName: 'Rechnung für Ümit №7.pdf' },
      { ...bill, contentType: 'text/plain; charset=utf-8', fileName: 'notes.txt' },
    ];
    const files = [bytes(7), bytes(11), Buffer.from('a\nb\r\nGröße\n')];
    const mail = readByPython(await composed({ type: 'text', text, html, attachments }, files));
    expect(mail.defects).toEqual([]);
    expect(outlineOf(mail.root)).toBe('mixed(alternative(plain related(html png)) pdf plain)');
    const [plain, rich, picture, pdf, notes] = leavesOf(mail.root);
    expect(plain?.text?.trim()).toBe(text);
    expect(rich?.text?.trim()).toBe(html);
    expect(picture).toMatchObject({
      ...{ disposition: 'inline', contentId: '<logo>', fileName: 'logo.png' },
      sha256: sha256Of(files[0] ?? ''),
    });
    expect(pdf).toMatchObject({
      ...{ disposition: 'attachment', contentId: '', fileName: 'Rechnung für Ümit №7.pdf' },
      sha256: sha256Of(files[1] ?? ''),
    });
    expect(notes).toMatchObject({ disposition: 'attachment', sha256: sha256Of(files[2] ?? '') });
  });

  it('names all but those in Bcc, with letters of any script', async () => {
    const content = { type: 'text', text } as const;
    const more = { bcc: ['eve@partner.example'], subject: 'Ein neues Thema: «Größe» 尺寸' };
    const raw = await composed(content, [], more);
    const mail = readByPython(raw);
    expect(mail.to).toEqual([['Änna Künde, "die Erste"', 'anna@customer.example']]);
    expect(mail.cc).toEqual([['鮑勃', 'bob@partner.example']]);
    expect(mail.header('subject')).toEqual([more.subject]);
    expect(mail.header('references').join()).toContain('<m1@customer.example>');
    expect(mail.header('in-reply-to')).toEqual(['<m1@customer.example>']);
    expect(raw.toString('latin1')).not.toMatch(/eve@|^bcc/im);
    expect(outlineOf(mail.root)).toBe('alternative(plain html)');
  });

  it('is a file alone, with its caption as text', async () => {
    const media = { type: 'media', ...bill, fileName: 'bill.pdf', caption: 'Your bill' } as const;
    const mail = readByPython(await composed(media, [bytes(3)]));
    expect(outlineOf(mail.root)).toBe('mixed(alternative(plain html) pdf)');
    expect(leavesOf(mail.root)[0]?.text?.trim()).toBe('Your bill');
    const silent = readByPython(await composed({ type: 'media', ...bill }, [bytes(3)]));
    expect(leavesOf(silent.root).at(-1)).toMatchObject({ sha256: sha256Of(bytes(3)) });
  });

  it('holds 28 MB of files in a mail of less than 40 MB', async () => {
    const half = new Uint8Array(14_000_000).fill(170);
    const raw = await composed(
      { type: 'text', text, html: 'x'.repeat(290_000), attachments: [bill, bill] },
      [half, half],
    );
    expect(raw.length).toBeGreaterThan(38_000_000);
    expect(raw.length).toBeLessThan(40_000_000);
    const leaves = leavesOf(readByPython(raw).root);
    expect(leaves.slice(2).map(({ sha256 }) => sha256)).toEqual([sha256Of(half), sha256Of(half)]);
  });
});

describe('the head of a reply', () => {
  const hello = { type: 'text', text: 'Hello' } as const;
  const headersOf = async (more: Partial<OutboundReply>, changes: Partial<ReplyTarget> = {}) => {
    const { headers } = await PostalMime.parse(await composed(hello, [], more, changes));
    return Object.fromEntries(headers.map(({ key, value }) => [key, value]));
  };
  const machines = ['auto-submitted', 'x-auto-response-suppress', 'precedence'];
  const lists = ['list-unsubscribe', 'list-unsubscribe-post'];

  it('says that a bot wrote it, and says nothing of it where a person did (RFC 3834)', async () => {
    expect(await headersOf({ isAutomatic: true })).toMatchObject({
      'auto-submitted': 'auto-replied',
      'x-auto-response-suppress': 'All',
      precedence: 'auto_reply',
    });
    for (const name of [...machines, ...lists])
      expect(await headersOf({})).not.toHaveProperty(name);
  });

  it('has the link of one click in a campaign’s mail, for its recipient (RFC 8058)', async () => {
    const headers = await headersOf({ isMarketing: true });
    expect(headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click');
    const [, url = '', token = ''] =
      /^<(https:\/\/api\.example\/live\/unsubscribe\/email\/main\/([\w.-]+))>$/.exec(
        headers['list-unsubscribe'] ?? '',
      ) ?? [];
    expect(URL.canParse(url)).toBe(true);
    expect(readUnsubscribeToken(token, composing.replyTokenKey)).toEqual({
      messageId: composing.messageId,
      recipient: 'anna@customer.example',
    });
    for (const name of machines) expect(headers).not.toHaveProperty(name);
    const byBot = await headersOf({ isMarketing: true, isAutomatic: true });
    expect(byBot).toMatchObject({ 'auto-submitted': 'auto-generated', precedence: 'bulk' });
  });

  it('has the longest link in one line that is short enough', async () => {
    const address = `${'a'.repeat(64)}@${`${'b'.repeat(60)}.`.repeat(4)}example`;
    const customerIdentities = [mailbox(address)] as const;
    const raw = await composed(hello, [], { isMarketing: true }, { customerIdentities });
    const lines = raw.toString('latin1').split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
    const { headers } = await PostalMime.parse(raw);
    const link = headers.find(({ key }) => key === 'list-unsubscribe')?.value ?? '';
    const token = link.slice(link.lastIndexOf('/') + 1, -1);
    const read = readUnsubscribeToken(token, composing.replyTokenKey);
    expect(read?.recipient).toBe(address);
  });
});

describe('hostile values in the fields of a reply', () => {
  const evil = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc.constantFrom(
      'x\r\nBcc: victim@x.example',
      'x\nBcc: victim@x.example\n\n<script>',
      '"; filename="a.exe',
      '"\r\n\r\n--boundary',
      'a\u2028Bcc: b',
      '\u0000\u202eexe.fdp',
      '=?utf-8?q?=0D=0ABcc:_x?=',
    ),
  );
  const known = new Set(
    'from to cc reply-to subject message-id in-reply-to references date mime-version content-type content-transfer-encoding x-switchboard-loop'.split(
      ' ',
    ),
  );

  it('put no header and no part into a mail', async () => {
    await fc.assert(
      fc.asyncProperty(evil, evil, evil, evil, async (subject, name, fileName, body) => {
        const attachments = [
          { ...logo, fileName },
          { ...bill, fileName: `${fileName}.pdf` },
        ];
        const raw = await composed(
          { type: 'text', text: body, html: `${html}${body}`, attachments },
          [bytes(7), bytes(11)],
          { subject },
          { copied: [{ identity: mailbox('bob@partner.example'), displayName: name }] },
        );
        const mail = await PostalMime.parse(raw);
        expect(mail.headers.filter(({ key }) => !known.has(key))).toEqual([]);
        expect(new Set(mail.headers.map(({ key }) => key)).size).toBe(mail.headers.length);
        expect(mail.cc?.map(({ address }) => address)).toEqual(['bob@partner.example']);
        expect(mail.attachments.map(({ mimeType }) => mimeType)).toEqual([
          'image/png',
          'application/pdf',
        ]);
        const contents = mail.attachments.map(({ content }) =>
          sha256Of(new Uint8Array(content as ArrayBuffer)),
        );
        expect(contents).toEqual([sha256Of(bytes(7)), sha256Of(bytes(11))]);
        const lines = raw.toString('latin1');
        expect(lines).not.toMatch(/(?<!\r)\n|\r(?!\n)/);
        expect(Math.max(...lines.split('\r\n').map(({ length }) => length))).toBeLessThan(999);
      }),
      parameters(150),
    );
  });
});
