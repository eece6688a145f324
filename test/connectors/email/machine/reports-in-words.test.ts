import { describe, expect, it } from 'vitest';
import { readReport, returned } from './reports.ts';

const anna = 'anna@customer.example';
const revoked = { category: 'deliverability', state: 'revoked', source: 'bounce' };

describe('a delivery report in words alone', () => {
  const carl = 'carl@customer.example';
  const both = returned([`To: ${anna}`, `Cc: ${carl}`]);

  it.each<[string, string]>([
    [
      'qmail',
      `<${carl}>:\r\n192.0.2.1 does not like recipient.\r\nRemote host said: 550 5.1.1 User unknown`,
    ],
    ['qmail, itself', `<${carl}>:\r\nSorry, no mailbox here by that name. (#5.1.1)`],
    [
      'Postfix',
      `<${carl}>: host mx.customer.example said:\r\n    550 5.1.1 <${carl}>: User unknown`,
    ],
    [
      'Exim',
      `  ${carl}\r\n    host mx.customer.example [192.0.2.1]:\r\n    550 5.1.1 User unknown`,
    ],
    ['a line', `${carl}: 550 5.1.1 User unknown`],
    ['sendmail', `550 5.1.1 <${carl}>... User unknown`],
  ])('is of the recipient that it names: %s', async (_, text) => {
    const report = { text: `Hi. It could not be delivered.\r\n\r\n${text}\r\n`, parts: [both] };
    expect(await readReport(report)).toMatchObject([
      { status: 'failed', recipient: carl, consent: revoked, consentOf: { address: carl } },
    ]);
  });

  it('names several, each with its own fate', async () => {
    const text = `<${anna}>:\r\n552 5.2.2 Over quota\r\n\r\n<${carl}>:\r\n550 5.1.1 User unknown`;
    const [first, second] = await readReport({ text, parts: [both] });
    expect(first).toMatchObject({ recipient: anna, errors: [{ providerCode: '5.2.2' }] });
    expect(first).not.toHaveProperty('consent');
    expect(second).toMatchObject({ recipient: carl, consent: revoked });
  });

  it('is of the only recipient of the mail that it returns, else it names none', async () => {
    const text = 'The user is unknown: 550 5.1.1 User unknown';
    expect(await readReport({ text, parts: [returned()] })).toMatchObject([
      { recipient: anna, consent: revoked },
    ]);
    const [event] = await readReport({ text, parts: [both] });
    expect(event).toMatchObject({ status: 'failed', mayBeOnly: true, consent: revoked });
    expect(event).not.toHaveProperty('recipient');
    expect(event).not.toHaveProperty('consentOf');
  });
});
