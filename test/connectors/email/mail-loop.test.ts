import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loopHeader, loopSeal, sealedName, type Words } from '#connectors/email/loop-header';
import { composeMail } from '#connectors/email/outbound/compose';
import { type MailRequest, render } from '#connectors/email/outbound/render';
import type { ReplyTarget } from '#shared/connector/sender';
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

const sealOf = (mail: MailRequest, { messageId, replyTokenKey } = composing) =>
  loopSeal(wordsOf(mail), messageId, replyTokenKey);

function mailOf(text: string, subject: string) {
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
  const reply = { messageId: composing.messageId, replyId: 'r', content: { type: 'text', text } };
  const [mail] = render(reply as Parameters<typeof render>[0], target, inbox);
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
