import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loopHeader, loopSeal, sealedName } from '#connectors/email/loop-header';
import { composeMail } from '#connectors/email/outbound/compose';
import { render } from '#connectors/email/outbound/render';
import type { ReplyTarget } from '#shared/connector/sender';
import { parameters } from '#test/properties/parameters';
import { inbox, readMessage } from './inbox.ts';

const composing = {
  messageId: 'msg_abcdefghijklmnopqrstuvwxyz_2',
  replyDomain: undefined,
  replyTokenKey: 'k'.repeat(32),
  region: 'eu-west-1',
};

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
        const raw = await composeMail(mail, composing);
        const seal = loopSeal(mail, composing.messageId, composing.replyTokenKey);
        expect(raw.toString('latin1')).toContain(`${loopHeader}: ${seal}`);
        expect((await readMessage(raw)).copyOf).toBe(sealedName(seal, mail));
      }),
      parameters(300),
    );
  });

  it('has another seal for other words, another message and another key', () => {
    const mail = mailOf('Please restart it.', 'Router');
    const sealOf = (other = mail, { messageId, replyTokenKey } = composing) =>
      loopSeal(other, messageId, replyTokenKey);
    const seals = [
      sealOf(),
      sealOf(mailOf('Please restart it!', 'Router')),
      sealOf(mailOf('Please restart it.', 'Modem')),
      sealOf(mail, { ...composing, messageId: 'msg_abcdefghijklmnopqrstuvwxyz_3' }),
      sealOf(mail, { ...composing, replyTokenKey: 'l'.repeat(32) }),
    ];
    expect(new Set(seals).size).toBe(seals.length);
  });
});
