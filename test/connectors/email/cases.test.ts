import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mailbox } from '#connectors/email/mailbox';
import { render } from '#connectors/email/outbound/render';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { inbox, readMessage } from './inbox.ts';

/** Small mails on which an earlier version went wrong; they are not part of this repository. */
const folder = join(process.cwd(), '..', 'shared', 'cases', 'email');
const gray = { status: 'GRAY' };
const unchecked = { dmarcVerdict: gray, spfVerdict: { status: 'FAIL' }, dkimVerdict: gray };

const expectations: Readonly<Record<string, (message: ChannelMessage) => void>> = {
  'forged-own-from-reply-to.eml': ({ authenticity, senderStanding, customer }) => {
    expect(authenticity?.level).toBe('unverified');
    expect(senderStanding).not.toBe('authenticated');
    expect(customer.identities[0].address).toBe('fred@customer.example');
  },
  'form-reply-to.eml': ({ customer, authenticity, sentFrom }) => {
    expect(customer).toMatchObject({ identities: [{ address: 'hannes@kunde.example' }] });
    expect(authenticity).toMatchObject({ level: 'unverified', reasons: ['reply_to'] });
    expect(sentFrom?.identity.address).toBe('no-reply@forms.example');
  },
  'inline-text-attachment.eml': ({ attachments, text, quotedText = '' }) => {
    expect(attachments).toMatchObject([{ fileName: 'error.log' }]);
    const log = Buffer.from(attachments[0]?.bytes ?? [])
      .toString()
      .trim();
    expect(log).not.toBe('');
    expect(text + quotedText).not.toContain(log);
  },
  'latin1-headers-and-body-unlabelled.eml': ({ customer, subject = '', text }) => {
    expect([customer.displayName, subject, text]).toEqual([
      'Jörg Müller',
      'Grüße',
      expect.stringContaining('Grüße aus Köln'),
    ]);
    const [mail] = answerTo(customer.identities[0].address, customer.displayName ?? '', subject);
    expect(mail).toMatchObject({ to: [{ name: 'Jörg Müller' }], subject: 'Re: Grüße' });
  },
  'ooo-subject-only.eml': ({ automated, metadata }) => {
    expect([automated, metadata?.mailClass]).toEqual([true, 'auto_reply']);
  },
  'us-ascii-label-utf8-subject.eml': ({ subject, text }) => {
    expect(subject + text).toContain('Grüße aus Köln');
  },
};

function answerTo(address: string, customerName: string, subject: string) {
  const reply = {
    messageId: 'msg_1',
    replyId: '1',
    content: { type: 'text', text: 'Hi' },
  } as const;
  const target = {
    ...({ channel: 'email', visibility: 'private', conversationId: 'cnv_1' } as const),
    ...{
      businessIdentity: mailbox(inbox.address),
      customerIdentities: [mailbox(address)] as const,
    },
    ...{ customerName, subject, providerMessageIds: [] },
  };
  return render(reply, target, inbox);
}

const present = Object.keys(expectations).filter((name) => existsSync(join(folder, name)));

describe('small mails that once went wrong', () => {
  it('are there, or are not: then the fixtures hold what they showed', () => {
    console.log(`${present.length} of ${Object.keys(expectations).length} cases run`);
  });

  it.each(present)('%s', async (name) => {
    const checks = name.startsWith('forged') ? unchecked : {};
    expectations[name]?.(await readMessage(readFileSync(join(folder, name)), checks));
  });
});
