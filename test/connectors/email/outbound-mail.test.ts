import { describe, expect, it } from 'vitest';
import { declaration } from '#connectors/email/declaration';
import { render } from '#connectors/email/outbound/render';
import { replyCheck } from '#connectors/email/reply-check';
import type { ReplyToCheck } from '#shared/connector/define-reply-check';
import type { ReplyTarget } from '#shared/connector/outbound-reply';
import type { ReplyContent } from '#shared/model/reply-content';
import { inbox } from './inbox.ts';

const mailbox = (address: string) =>
  ({ channel: 'email', kind: 'mailbox', scope: '', address }) as const;
const person = (address: string, displayName?: string) => ({
  identity: mailbox(address),
  ...(displayName ? { displayName } : {}),
});
const target: ReplyTarget = {
  channel: 'email',
  visibility: 'private',
  conversationId: 'cnv_abcdefghijklmnopqrstuvwxyz',
  businessIdentity: mailbox(inbox.address),
  customerIdentities: [mailbox('anna@customer.example')],
  customerName: 'Anna Kunde',
  subject: 'Router broken',
  providerMessageIds: ['m1@customer.example'],
};
const content: ReplyContent = { type: 'text', text: 'Hello' };

const checked = (reply: Partial<ReplyToCheck>, changes: Partial<ReplyTarget> = {}) =>
  replyCheck({ content, ...reply }, { ...target, ...changes }, inbox);

/** The addresses that a reply goes to, as its event tells them; or the problem with it. */
function recipientsOf(reply: Partial<ReplyToCheck>, changes: Partial<ReplyTarget> = {}) {
  const result = checked(reply, changes);
  if ('problem' in result) return result.problem;
  const all = (field: 'to' | 'cc' | 'bcc') =>
    result.recipients?.[field].map(({ address }) => address).join(' ');
  return { to: all('to'), cc: all('cc'), bcc: all('bcc') };
}

const problemOf = (reply: Partial<ReplyToCheck>, changes: Partial<ReplyTarget> = {}) => {
  const result = checked(reply, changes);
  return 'problem' in result ? result.problem : undefined;
};

const anna = 'anna@customer.example';
const bob = 'bob@customer.example';
const carol = 'carol@partner.example';
const participants = [person(bob, 'Bob'), person(carol)];

describe('a reply goes to', () => {
  it.each<[string, Partial<ReplyToCheck>, Partial<ReplyTarget>, object]>([
    ['the customer alone', {}, {}, { to: anna, cc: '', bcc: '' }],
    [
      'all who take part',
      {},
      { copied: participants },
      { to: anna, cc: `${bob} ${carol}`, bcc: '' },
    ],
    [
      'the author of what it answers, with a copy for the customer',
      {},
      { copied: participants, answeredAuthor: person(bob) },
      { to: bob, cc: `${anna} ${carol}`, bcc: '' },
    ],
    [
      'the customer where it answers a mail of ours',
      {},
      { answeredAuthor: person(inbox.address) },
      { to: anna, cc: '', bcc: '' },
    ],
    [
      'the author alone, where a machine writes it',
      { isAutomatic: true },
      { copied: participants, answeredAuthor: person(bob) },
      { to: bob, cc: '', bcc: '' },
    ],
    [
      'the customer alone with cc: []',
      { cc: [] },
      { copied: participants },
      { to: anna, cc: '', bcc: '' },
    ],
    [
      'those that cc names',
      { cc: [carol] },
      { copied: participants },
      { to: anna, cc: carol, bcc: '' },
    ],
    [
      'those that to names, and all others get a copy',
      { to: [carol] },
      { copied: participants },
      { to: carol, cc: `${anna} ${bob}`, bcc: '' },
    ],
    [
      'each address once, where it stands first',
      { to: [carol, 'CAROL@partner.example'], cc: [bob, carol, bob], bcc: [bob, anna] },
      {},
      { to: carol, cc: bob, bcc: anna },
    ],
    [
      'all who take part but ourselves',
      {},
      { copied: [...participants, person(inbox.address), person('help+x@acme.example')] },
      { to: anna, cc: `${bob} ${carol}`, bcc: '' },
    ],
    [
      'a domain in ASCII',
      { cc: ['bob@bücher.example'] },
      {},
      { to: anna, cc: 'bob@xn--bcher-kva.example', bcc: '' },
    ],
    [
      'the customer alone, if it is a campaign’s',
      { isMarketing: true },
      { copied: participants },
      { to: anna, cc: '', bcc: '' },
    ],
    [
      'those who were told, whoever takes part by now',
      {},
      { copied: participants, recipients: { to: [mailbox(bob)], cc: [], bcc: [mailbox(anna)] } },
      { to: bob, cc: '', bcc: anna },
    ],
  ])('%s', (_, reply, changes, expected) => {
    expect(recipientsOf(reply, changes)).toEqual(expected);
  });

  it('no address of ours: a customer who claims our own mailbox cannot be answered', () => {
    const claims = { customerIdentities: [mailbox(inbox.address)] as const };
    expect(problemOf({}, claims)).toMatchObject({ code: 'invalid_recipient' });
    expect(problemOf({ to: [bob], cc: [] }, claims)).toBeUndefined();
  });

  it('with the names by which they are known', () => {
    const reply = { messageId: 'm', replyId: 'r', content, cc: [bob, carol] };
    const [mail] = render(reply, { ...target, copied: [person(bob, 'Bob\r\nBcc: x')] }, inbox);
    expect(mail).toMatchObject({
      to: [{ address: anna, name: 'Anna Kunde' }],
      cc: [{ address: bob, name: 'Bob Bcc: x' }, { address: carol }],
    });
  });

  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => `p${index}@customer.example`);

  it('fifty people at most, in all fields together', () => {
    expect(problemOf({ to: many(48), cc: [bob], bcc: [carol] })).toBeUndefined();
    expect(problemOf({ to: many(48), cc: [bob, 'P1@customer.example'], bcc: [carol] })).toBe(
      undefined,
    );
    expect(problemOf({ to: many(49), cc: [bob], bcc: [carol] })).toEqual({
      code: 'limit_exceeded',
      title: '51 recipients in to, cc and bcc together; allowed: 50',
    });
    expect(problemOf({}, { copied: many(50).map((each) => person(each)) })).toMatchObject({
      code: 'limit_exceeded',
    });
  });

  it.each([
    ['cc', 'jürgen@customer.example'],
    ['to', 'Bob <bob@customer.example>'],
    ['bcc', '"a b"@customer.example'],
    ['to', 'bob@customer.example\r\nBcc: eve@evil.example'],
    ['cc', 'bob@customer.example, eve@evil.example'],
    ['to', 'bob'],
    ['cc', 'bob@[127.0.0.1]'],
  ])('no address in %s that SES cannot write to: %j', (field, address) => {
    expect(problemOf({ [field]: [address] })).toEqual({
      code: 'invalid_recipient',
      title: `${field}: "${address}" cannot be written to; allowed: one plain address with an ASCII local part`,
    });
  });

  it('nobody who takes part and cannot be written to: it says so', () => {
    const strange = { copied: [person('jürgen@customer.example')] };
    expect(problemOf({}, strange)).toEqual({
      code: 'invalid_recipient',
      title:
        '"jürgen@customer.example" takes part (cc: [] leaves them out); allowed: one plain address with an ASCII local part',
    });
    expect(problemOf({ cc: [] }, strange)).toBeUndefined();
  });

  it.each(['help@acme.example', 'HELP+label@acme.example'])('never ourselves: %s', (own) => {
    expect(problemOf({ cc: [own] })).toEqual({
      code: 'invalid_recipient',
      title: `cc: "${own}" is the mailbox that this mail is sent from; leave it out`,
    });
  });

  it('one person, if it is a campaign’s: each has a link of their own', () => {
    const refused = { code: 'invalid_reply', title: expect.stringMatching(/^2 recipients/) };
    for (const more of [{ to: [bob, carol] }, { cc: [bob] }, { bcc: [bob] }]) {
      expect(problemOf({ ...more, isMarketing: true })).toEqual(refused);
      expect(problemOf(more)).toBeUndefined();
    }
    expect(problemOf({ to: [bob], isMarketing: true })).toBeUndefined();
  });
});

const image = { url: 's3://archive/uploads/l.png', contentType: 'image/png', contentId: 'logo@a' };
const bill = { url: 's3://archive/uploads/7', contentType: 'application/pdf' };
const withHtml = (html: string, ...attachments: object[]) =>
  ({ type: 'text', text: 'Hello', html, attachments }) as unknown as ReplyContent;

describe('the files of a reply', () => {
  it.each<[string, ReplyContent]>([
    ['beside a text', { type: 'text', text: 'Hello', attachments: [bill] }],
    ['alone', { type: 'media', ...bill }],
    ['with a caption', { type: 'media', ...bill, caption: 'Your bill' }],
    ['shown in the HTML', withHtml('<img src="cid:logo@a">', image, bill)],
    ['shown by an escaped address', withHtml(`<img src='cid:logo%40a'>`, image)],
    ['shown without quotes', withHtml('<img src=cid:logo@a>', image)],
    ['shown by a style', withHtml('<p style="background:url(&quot;cid:logo@a&quot;)">', image)],
    ['beside an HTML that only speaks of cid:x', withHtml('<p>Write cid:x</p>', bill)],
    [
      'of a type with a charset',
      { type: 'media', ...bill, contentType: 'text/csv; charset=utf-8' },
    ],
  ])('are taken %s', (_, files) => {
    const result = checked({ content: files });
    expect(result).not.toHaveProperty('problem');
    const { maxFilesBytes } = declaration.channels.email;
    const looked = 'files' in result ? result.files : [];
    expect(looked[0]).toMatchObject({ maxSizeBytes: maxFilesBytes });
  });

  it.each<[string, ReplyContent, string]>([
    ['hidden', withHtml('<p>x</p>', image), 'does not show "cid:logo@a"'],
    [
      'without HTML',
      { type: 'text', text: 'x', attachments: [image] },
      'does not show "cid:logo@a"',
    ],
    ['missing', withHtml('<img src="cid:x">', bill), '"cid:x" is the contentId of no file'],
    ['twice', withHtml('<img src="cid:logo@a">', image, image), '"logo@a" is given twice'],
    [
      'no image',
      withHtml('<img src="cid:logo@a">', { ...image, contentType: 'text/html' }),
      'allowed: with images only',
    ],
    [
      'at the provider',
      { type: 'media', contentType: 'a/b', providerMediaId: '1' },
      'keeps no files',
    ],
    [
      'on the web',
      { type: 'media', contentType: 'a/b', url: 'https://a.example/b' },
      'allowed is s3:',
    ],
    ['a voice message', { type: 'media', ...bill, voice: true }, 'content.voice: '],
    ...['multipart/mixed', 'message/rfc822', 'pdf', 'a/b\r\nX: y', 'a/b; name="x"'].map(
      (contentType): [string, ReplyContent, string] => [
        contentType,
        { type: 'media', ...bill, contentType },
        'content.contentType: ',
      ],
    ),
  ])('are refused by name: %s', (_, files, words) => {
    expect(problemOf({ content: files })).toEqual({
      code: 'invalid_reply',
      title: expect.stringContaining(words),
    });
  });

  it.each(['setup.exe', 'a.pdf.JS', 'x.lnk.', 'run.bat ', 'macro.vbs'])(
    'are refused where SES refuses their type: %s',
    (fileName) => {
      for (const refused of [
        { type: 'media', ...bill, fileName },
        { type: 'text', text: 'x', attachments: [bill, { ...bill, fileName }] },
        { type: 'media', ...bill, url: `s3://archive/uploads/${fileName}` },
      ] as ReplyContent[]) {
        expect(problemOf({ content: refused })).toMatchObject({
          code: 'media_rejected',
          title: expect.stringContaining('which SES refuses'),
        });
      }
    },
  );

  it('are named as their objects where they have no name', () => {
    const named = { content: { type: 'media', ...bill } } as const;
    const [mail] = render({ messageId: 'm', replyId: 'r', ...named }, target, inbox);
    expect(mail?.files).toMatchObject([{ fileName: '7' }]);
  });
});
