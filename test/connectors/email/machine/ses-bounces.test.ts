import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/email/parser';
import { inbox } from '#test/connectors/email/inbox';

const anna = 'anna@customer.example';

/** What a bounce that SES tells of takes from the recipient. */
async function consentOf(bounceSubType: string, recipient: object = {}, bounceType = 'Permanent') {
  const event = {
    eventType: 'Bounce',
    mail: { messageId: 'ses-1', timestamp: '2026-11-03T09:12:02.123Z', destination: [anna] },
    bounce: {
      ...{ bounceType, bounceSubType, timestamp: '2026-11-03T09:12:05.000Z' },
      bouncedRecipients: [{ emailAddress: `Anna <${anna}>`, ...recipient }],
    },
  };
  const [status] = await parse({ payload: { kind: 'event', event }, account: inbox });
  expect(status).toMatchObject({ kind: 'status', status: 'failed' });
  return status?.kind === 'status' ? [status.consent, status.consentOf?.address] : [];
}

const words = (status: string, diagnosticCode: string) => ({ status, diagnosticCode });
const revoked = { category: 'deliverability', state: 'revoked', source: 'bounce' };
const nothing = [undefined, undefined];

describe('a bounce that SES tells of', () => {
  it.each<[string, object]>([
    ['General', words('5.1.1', 'smtp; 550 5.1.1 user unknown')],
    ['General', {}],
    ['NoEmail', words('5.1.1', 'smtp; 550 no such user')],
    ['Suppressed', words('5.1.1', 'Amazon SES has suppressed sending to this address')],
    ['OnAccountSuppressionList', words('5.7.1', 'It is on the suppression list, blocked')],
  ])('for good takes the address: %s %o', async (subType, recipient) => {
    const evidence = expect.stringMatching(/./);
    expect(await consentOf(subType, recipient)).toEqual([{ ...revoked, evidence }, anna]);
  });

  it.each<[string, object]>([
    ['General', words('5.2.2', 'smtp; 552 5.2.2 mailbox full')],
    ['General', words('5.3.4', 'smtp; 552 5.3.4 too big')],
    ['General', words('5.6.1', 'smtp; 554 5.6.1 media not supported')],
    ['General', words('5.7.1', 'smtp; 550 5.7.1 refused')],
    ['General', words('5.1.1', 'smtp; 550 5.7.1 IP address blacklisted')],
    ['General', words('5.1.1', 'smtp; 552 5.2.2 over quota')],
    ['ContentRejected', {}],
  ])(
    'for good takes nothing where the address is not at fault: %s %o',
    async (subType, recipient) => {
      expect(await consentOf(subType, recipient)).toEqual(nothing);
    },
  );

  it('for now takes nothing', async () => {
    const full = words('4.2.2', 'smtp; 452 4.2.2 mailbox full');
    expect(await consentOf('MailboxFull', full, 'Transient')).toEqual(nothing);
  });

  it('because the recipient unsubscribed ends advertising, and nothing else', async () => {
    expect(await consentOf('UnsubscribedRecipient')).toEqual([
      {
        ...{ category: 'marketing_messages', state: 'revoked', source: 'unsubscribe' },
        evidence: 'UnsubscribedRecipient',
      },
      anna,
    ]);
  });
});
