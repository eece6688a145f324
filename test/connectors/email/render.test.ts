import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { readFollows } from '#connectors/email/inbound/mail-thread';
import { composeMail } from '#connectors/email/outbound/compose';
import { render } from '#connectors/email/outbound/render';
import { replyToken, tokenAddress, tokenIn, tokenMessageId } from '#connectors/email/reply-token';
import type { OutboundReply, ReplyTarget } from '#shared/connector/outbound-reply';
import { parameters } from '#test/properties/parameters';
import { inbox } from './inbox.ts';

const sesId = '0102019a4d1e8f00-1c2d3e4f-5a6b-7c8d-9e0f-112233445566-000000';
const reply: OutboundReply = {
  messageId: 'msg_abc_2',
  replyId: 'r1',
  content: { type: 'text', text: 'Please <restart> it.\n\nBen' },
};
const target: ReplyTarget = {
  channel: 'email',
  visibility: 'private',
  conversationId: 'cnv_abcdefghijklmnopqrstuvwxyz',
  businessIdentity: { channel: 'email', kind: 'mailbox', scope: '', address: inbox.address },
  customerIdentities: [
    { channel: 'email', kind: 'mailbox', scope: '', address: 'anna@customer.example' },
  ],
  customerName: 'Anna Kunde',
  subject: 'Router broken',
  inReplyToProviderMessageId: 'm3@customer.example',
  providerMessageIds: ['m1@customer.example', sesId, 'm3@customer.example'],
};
const composing = {
  messageId: reply.messageId,
  replyDomain: undefined,
  replyTokenKey: 'k'.repeat(32),
  region: 'eu-west-1',
  seal: 'a'.repeat(26),
  publicUrl: 'https://api.example/webhooks/email/main',
  bytes: [],
};

async function composed(
  changes: Partial<ReplyTarget> = {},
  text = 'Hello',
  account: Parameters<typeof render>[2] = inbox,
) {
  const [request] = render(
    { ...reply, content: { type: 'text', text } },
    { ...target, ...changes },
    account,
  );
  if (!request) throw new Error('render gave no mail');
  const raw = await composeMail(request, composing);
  return { raw: raw.toString('latin1'), mail: await PostalMime.parse(raw) };
}

describe('a reply as a mail', () => {
  it('is threaded below what it answers', async () => {
    const { mail } = await composed();
    expect(mail.inReplyTo).toBe('<m3@customer.example>');
    const token = replyToken(target.conversationId, inbox.address, composing.replyTokenKey);
    expect(mail.references?.split(/\s+/)).toEqual([
      `<r.${token}@acme.example>`,
      '<m1@customer.example>',
      `<${sesId}@eu-west-1.amazonses.com>`,
      '<m3@customer.example>',
    ]);
    expect(mail.replyTo?.[0]?.address).toBe(`help+r.${token}@acme.example`);
  });

  it('carries text and its escaped HTML twin', async () => {
    const { mail } = await composed({}, 'Please <restart> it.\n\nBen & Co');
    expect(mail.text?.trim()).toBe('Please <restart> it.\n\nBen & Co');
    expect(mail.html).toContain('Please &lt;restart&gt; it.<br>');
    expect(mail.from).toMatchObject({ name: 'Acme Help', address: 'help@acme.example' });
    expect(mail.to).toMatchObject([{ name: 'Anna Kunde', address: 'anna@customer.example' }]);
  });

  it.each([
    ['Router broken', 'Re: Router broken'],
    ['Re: Router broken', 'Re: Router broken'],
    ['AW: Router', 'AW: Router'],
    ['RE[2]: Router', 'RE[2]: Router'],
    [undefined, 'Re: (no subject)'],
  ])('to the subject %s has the subject %s', (subject, expected) => {
    const { subject: _, ...rest } = target;
    const [request] = render(reply, subject === undefined ? rest : { ...rest, subject }, inbox);
    expect(request?.subject).toBe(expected);
  });

  it('keeps the first and the newest thirty references of a long thread', () => {
    const ids = Array.from({ length: 80 }, (_, index) => `id${index}@x.example`);
    const [request] = render(
      reply,
      { ...target, providerMessageIds: ids, inReplyToProviderMessageId: 'id79@x.example' },
      inbox,
    );
    expect(request?.references).toHaveLength(30);
    expect(request?.references[0]).toBe('id0@x.example');
    expect(request?.references.at(-1)).toBe('id79@x.example');
  });

  it('puts no hash of a mail without Message-ID into its references', async () => {
    const { raw } = await composed({
      providerMessageIds: ['sha256:abc'],
      inReplyToProviderMessageId: 'sha256:abc',
    });
    expect(raw).not.toMatch(/sha256|^In-Reply-To/im);
  });

  it('refuses what email does not carry', () => {
    const template = {
      ...reply,
      content: { type: 'template' as const, name: 'x', language: 'en', components: [] },
    };
    expect(() => render(template, target, inbox)).toThrow(
      'email carries text and media, not template',
    );
  });
});

describe('hostile values', () => {
  const evil = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 80 }),
    fc.constantFrom(
      'x\r\nBcc: victim@x.example',
      'x\nBcc: victim@x.example',
      'x\r\n\r\n<script>',
      '"\r\nX: y',
      'a\u2028Bcc: b',
      '\u0000\u202e',
    ),
  );
  const known = new Set(
    'from to reply-to subject message-id in-reply-to references date mime-version content-type content-transfer-encoding x-switchboard-loop'.split(
      ' ',
    ),
  );

  it('in any field put no header, no bare line end and no long line into a mail', async () => {
    await fc.assert(
      fc.asyncProperty(evil, evil, evil, evil, evil, async (subject, name, id, text, fromName) => {
        const { raw, mail } = await composed(
          {
            subject,
            customerName: name,
            inReplyToProviderMessageId: id,
            providerMessageIds: [id, `${id}@x.example`],
          },
          text,
          { ...inbox, fromName },
        );
        expect(mail.headers.filter(({ key }) => !known.has(key))).toEqual([]);
        expect(new Set(mail.headers.map(({ key }) => key)).size).toBe(mail.headers.length);
        expect(mail.to?.map(({ address }) => address)).toEqual(['anna@customer.example']);
        expect(raw).not.toMatch(/(?<!\r)\n|\r(?!\n)/);
        expect(Math.max(...raw.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
      }),
      parameters(200),
    );
  });

  it('would be noticed if they did', async () => {
    const mail = await PostalMime.parse(
      'From: a@b.example\r\nSubject: x\r\nBcc: victim@x.example\r\n\r\n',
    );
    expect(mail.headers.filter(({ key }) => !known.has(key))).toHaveLength(1);
  });
});

describe('the reply token', () => {
  const token = replyToken('cnv_1', 'help@acme.example', 'k'.repeat(16));

  it('comes back out of the address and the reference it was put into, in any case of letters', () => {
    const address = tokenAddress('help@acme.example', undefined, token);
    expect(tokenIn(address.toUpperCase())).toBe(token);
    expect(tokenIn(tokenMessageId(token, 'help@acme.example'))).toBe(token);
  });

  it('differs by conversation, mailbox and key', () => {
    const others = [
      replyToken('cnv_2', 'help@acme.example', 'k'.repeat(16)),
      replyToken('cnv_1', 'sales@acme.example', 'k'.repeat(16)),
      replyToken('cnv_1', 'help@acme.example', 'l'.repeat(16)),
    ];
    expect(new Set([token, ...others]).size).toBe(4);
  });

  it('is not read out of an ordinary label', () => {
    expect(
      ['help+r@acme.example', 'help+r.a.b@acme.example', 'help@acme.example'].map(tokenIn),
    ).toEqual([undefined, undefined, undefined]);
  });

  it('is left out where the local part would pass 64 letters', () => {
    const long = `${'a'.repeat(40)}@acme.example`;
    expect(tokenAddress(long, 'in.acme.example', token)).toBe(`${'a'.repeat(40)}@in.acme.example`);
  });

  it('in the envelope names the conversation although no header does', async () => {
    const { mail: sent } = await composed();
    const address = sent.replyTo?.[0]?.address ?? '';
    const answer = await PostalMime.parse(
      'From: anna@customer.example\r\nTo: x@y.example\r\n\r\nHi',
    );
    const receipt = { recipients: [address], action: { type: 'S3' } };
    const expected = replyToken(target.conversationId, inbox.address, composing.replyTokenKey);
    expect(readFollows(answer, new Map(), receipt)).toEqual([
      { providerMessageId: `ref:${expected}`, proof: 'secret' },
    ]);
  });
});
