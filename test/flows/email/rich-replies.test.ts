import { randomBytes, randomUUID } from 'node:crypto';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256Of } from '#shared/ids';
import type { Message } from '#shared/model/message';
import { untilIdle } from '#test/support/aws/stored';
import { sendRawMail } from '#test/support/mail/mail';
import { type Mailbox, openMailbox, type ReceivedMail } from '#test/support/mail/mailbox';
import { replyByHttp } from '#test/support/replies/replies';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';

let stack: LocalStack;
let mailbox: Mailbox;
let first: ReceivedMail;
let second: ReceivedMail;

beforeAll(async () => {
  stack = await startLocalStack();
  mailbox = openMailbox(stack);
  first = await mailbox.write({ messageId: '<one@mta.example>', text: 'It is broken.' });
  const headers = ['In-Reply-To: <one@mta.example>', 'References: <one@mta.example>'];
  second = await mailbox.write({ messageId: '<two@mta.example>', headers, text: 'Any news?' });
});
afterAll(() => stack.stop());

async function upload(bytes: Uint8Array): Promise<string> {
  const Bucket = stack.description.buckets.archive;
  const Key = `uploads/${randomUUID()}`;
  await stack.s3.send(new PutObjectCommand({ Bucket, Key, Body: bytes }));
  return `s3://${Bucket}/${Key}`;
}

interface Sent {
  readonly messageId: string;
  readonly request: {
    readonly raw: string;
    readonly recipients: readonly string[];
    readonly subject: string;
  };
}

const sentMails = async () =>
  (await (await fetch(`${stack.description.providers['email']}/_sent`)).json()) as Sent[];

/** Answers the first mail, and resolves with what SES was given and what the helpdesk was told. */
async function reply(content: object, more: object = {}) {
  const replyId = randomUUID();
  const before = new Set((await sentMails()).map(({ messageId }) => messageId));
  const command = { replyId, content, ...more };
  const { status, body } = await replyByHttp(stack, first.conversation.id, command);
  expect(body).not.toHaveProperty('error');
  expect(status).toBe(202);
  const isOf = (type: string) => (event: { type: string; data: { replyId?: string } }) =>
    event.type.includes(`.${type}.`) && event.data.replyId === replyId;
  // A campaign's message waits for the sweep, which runs every minute.
  await stack.helpdesk.waitFor(isOf('delivered'), { seconds: 90 });
  const accepted = stack.helpdesk.heard.find(
    ({ event }) => event.type.includes('.accepted.') && event.data.message?.replyId === replyId,
  );
  const sent = (await sentMails()).filter(({ messageId }) => !before.has(messageId));
  expect(sent).toHaveLength(1);
  const { raw = '', recipients = [] } = sent[0]?.request ?? {};
  const mail = await PostalMime.parse(Buffer.from(raw, 'latin1'));
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value;
  return { raw, recipients, mail, header, told: accepted?.event.data.message as Message };
}

async function refused(content: object, more: object = {}) {
  const command = { replyId: randomUUID(), content, ...more };
  return replyByHttp(stack, first.conversation.id, command);
}

const text = { type: 'text', text: 'Please restart it.' } as const;
const addresses = (identities: readonly { readonly address: string }[] = []) =>
  identities.map(({ address }) => address);

describe('a reply by mail', () => {
  it('carries HTML, a picture in it and a file, and its event tells of them', async () => {
    const [png, pdf] = [randomBytes(5000), randomBytes(70_000)];
    const html = '<p>Please <b>restart</b> it. <img src="cid:logo"></p>';
    const attachments = [
      { url: await upload(png), contentType: 'image/png', contentId: 'logo' },
      { url: await upload(pdf), contentType: 'application/pdf', fileName: 'Größe №7.pdf' },
    ];
    const { mail, told, raw } = await reply({ ...text, html, attachments });
    expect(mail.text?.trim()).toBe(text.text);
    expect(mail.html?.trim()).toBe(html);
    const files = mail.attachments.map(({ contentId, filename, content }) => [
      contentId,
      filename,
      sha256Of(new Uint8Array(content as ArrayBuffer)),
    ]);
    expect(files).toEqual([
      ['<logo>', expect.any(String), sha256Of(png)],
      [undefined, 'Größe №7.pdf', sha256Of(pdf)],
    ]);
    expect(told).toMatchObject({
      content: text,
      text: text.text,
      attachments: [
        { id: `${told.id}_0`, kind: 'image', uri: attachments[0]?.url, contentId: 'logo' },
        { id: `${told.id}_1`, kind: 'document', uri: attachments[1]?.url, state: 'stored' },
      ],
    });
    expect(JSON.stringify(told)).not.toContain('<b>');
    await comesBack(raw);
  });

  it('is a file with its caption', async () => {
    const pdf = randomBytes(1000);
    const media = { type: 'media', url: await upload(pdf), contentType: 'application/pdf' };
    const { mail } = await reply({ ...media, caption: 'Your bill', fileName: 'bill.pdf' });
    expect(mail.text?.trim()).toBe('Your bill');
    expect(mail.attachments).toMatchObject([{ filename: 'bill.pdf', disposition: 'attachment' }]);
  });

  it('goes to those it names, who are told in its event, and hides those in Bcc', async () => {
    const people = {
      to: ['bob@customer.example'],
      cc: ['carol@partner.example', 'Fred@customer.example', 'bob@customer.example'],
      bcc: ['eve@audit.example'],
    };
    const { mail, recipients, told, raw } = await reply(text, people);
    expect(addresses(mail.to as never)).toEqual(['bob@customer.example']);
    const copied = ['carol@partner.example', 'fred@customer.example'];
    expect(addresses(mail.cc as never)).toEqual(copied);
    expect(recipients).toEqual(['bob@customer.example', ...copied, 'eve@audit.example']);
    expect(raw).not.toContain('eve@');
    expect(addresses(told.recipients)).toEqual(['bob@customer.example', ...copied]);
    expect(addresses(told.cc)).toEqual(copied);
    expect(addresses(told.bcc)).toEqual(['eve@audit.example']);
  });

  it('goes to the customer alone unless it says otherwise, and its event has no cc', async () => {
    // Those to whom the replies before this one went take part by now.
    const { recipients, told } = await reply(text, { cc: [] });
    expect(recipients).toEqual(['fred@customer.example']);
    expect(addresses(told.recipients)).toEqual(['fred@customer.example']);
    expect(told).not.toHaveProperty('cc');
    expect(told).not.toHaveProperty('bcc');
  });

  it('has a subject of its own and stays in its thread', async () => {
    const { mail, told, header } = await reply(text, { subject: 'Ein anderes Thema: Größe' });
    expect(mail.subject).toBe('Ein anderes Thema: Größe');
    expect(told.subject).toBe('Ein anderes Thema: Größe');
    expect(header('references')).toContain('<one@mta.example>');
    expect(header('reply-to')).toContain('+r.');
    const { mail: next, told: untold } = await reply(text);
    expect(next.subject).toBe('Re: Router');
    expect(untold).not.toHaveProperty('subject');
  });

  it('answers the message that it names', async () => {
    const named = { inReplyToMessageId: first.message.id };
    expect((await reply(text, named)).header('in-reply-to')).toBe('<one@mta.example>');
    const other = { inReplyToMessageId: second.message.id };
    expect((await reply(text, other)).header('in-reply-to')).toBe('<two@mta.example>');
  });

  it('of a bot says so, and a person’s does not', async () => {
    const { header } = await reply(text, { author: { role: 'bot' } });
    expect(header('auto-submitted')).toBe('auto-replied');
    expect((await reply(text)).header('auto-submitted')).toBeUndefined();
  });

  it('of a campaign can be unsubscribed from', { timeout: 120_000 }, async () => {
    const { header, told } = await reply(text, { purpose: 'marketing' });
    const link = new URL((header('list-unsubscribe') ?? '').slice(1, -1));
    expect(link.pathname).toMatch(/\/unsubscribe\/email\/[\w-]+\/[\w.-]+$/);
    const [, payload = ''] = /\/([\w-]+)\.[\w-]+$/.exec(link.pathname) ?? [];
    const named = JSON.parse(Buffer.from(payload, 'base64url').toString());
    expect(named).toEqual([told.id, 'fred@customer.example']);
  });

  it('has up to 28 MB of files', async () => {
    const half = await upload(new Uint8Array(14_000_000).fill(7));
    const more = await upload(new Uint8Array(14_000_001).fill(7));
    const file = { url: half, contentType: 'application/zip', fileName: 'a.zip' };
    const { raw } = await reply({ ...text, attachments: [file, file] });
    expect(raw.length).toBeGreaterThan(38_000_000);
    const { status, body } = await refused({
      ...text,
      attachments: [file, { ...file, url: more }],
    });
    expect(status).toBe(422);
    expect(JSON.stringify(body)).toContain(
      'the files have 28000001 bytes together; allowed are 28000000',
    );
  });
});

describe('a reply by mail is refused', () => {
  it.each<[string, object, object, number, string]>([
    ['a file that is not there', { attachments: ['uploads/none'] }, {}, 422, 'there is no s3://'],
    ['a file elsewhere', { attachments: ['raw/secret'] }, {}, 400, 'content.attachments[0]: url'],
    ['a picture without a file', { html: '<img src="cid:x">' }, {}, 400, 'cid:x'],
    ['a field of no reply', { htlm: '<p>' }, {}, 400, 'content.htlm: unknown'],
    ['ourselves', {}, { cc: ['OWN'] }, 422, 'is the mailbox that this mail is sent from'],
    ['a header', {}, { subject: 'a\r\nBcc: x@y.example' }, 400, 'subject: '],
    ['a header in an address', {}, { cc: ['a@b.example\nBcc: c@d.example'] }, 400, 'cc'],
    ['51 people', {}, { cc: Array.from({ length: 50 }, (_, i) => `p${i}@a.example`) }, 422, '51 '],
    ['a campaign to two', {}, { purpose: 'marketing', cc: ['a@b.example'] }, 400, '2 recipients'],
    ['too much HTML', { html: 'x'.repeat(300_000) }, {}, 400, 'content.html'],
  ])('with %s', async (_, content, more, status, words) => {
    const { archive } = stack.description.buckets;
    const filled = JSON.parse(
      JSON.stringify({ content: { ...text, ...content }, more }).replaceAll('OWN', mailbox.address),
      (name, value) =>
        name === 'attachments'
          ? value.map((key: string) => ({ url: `s3://${archive}/${key}`, contentType: 'a/b' }))
          : value,
    ) as { content: object; more: object };
    const answer = await refused(filled.content, filled.more);
    expect(JSON.stringify(answer.body)).toContain(words);
    expect(answer.status).toBe(status);
  });

  it('under a replyId that stands for other recipients', async () => {
    const replyId = randomUUID();
    const send = (more: object) =>
      replyByHttp(stack, first.conversation.id, { replyId, content: text, ...more });
    expect((await send({ cc: ['bob@customer.example'] })).status).toBe(202);
    await stack.helpdesk.waitFor(({ data }) => data.replyId === replyId);
    expect((await send({ cc: ['carol@partner.example'] })).status).toBe(409);
    expect((await send({ cc: ['bob@customer.example'] })).status).toBe(202);
  });
});

/** Brings a mail of ours back to our mailbox, as it left and with a letter of its HTML changed. */
async function comesBack(raw: string): Promise<void> {
  const received = () =>
    stack.helpdesk.heard.filter(({ event }) => event.type.includes('.message.received.')).length;
  const before = received();
  const deliver = (mail: string) =>
    sendRawMail(stack.description, Buffer.from(mail, 'latin1'), {
      from: 'fred@customer.example',
      to: mailbox.address,
    });
  expect(await deliver(raw)).toBe(250);
  await untilIdle(stack);
  expect(received()).toBe(before);
  const changed = raw
    .replace('<b>restart</b>', '<b>destroy</b>')
    .replace(/^Message-ID:.*$/m, 'Message-ID: <changed@forwarder.example>');
  expect(await deliver(changed)).toBe(250);
  await untilIdle(stack);
  expect(received()).toBe(before + 1);
}
