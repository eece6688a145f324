import { describe, expect, it } from 'vitest';
import { parse } from '#connectors/email/parser';
import { inbox, received } from '#test/connectors/email/inbox';
import { delivery, readReport, reportOf, returned, wireId } from './reports.ts';

const anna = 'anna@customer.example';
const final = `Final-Recipient: rfc822; ${anna}`;

describe('an answer of a person with a report in it', () => {
  const reports: readonly (readonly [type: string, content: string])[] = [
    delivery([final, 'Action: failed', 'Status: 5.1.1']),
    [
      'message/disposition-notification',
      [final, `Original-Message-ID: ${wireId}`, 'Disposition: x/y; displayed'].join('\r\n'),
    ],
    ['message/feedback-report', 'Feedback-Type: abuse\r\nUser-Agent: x/1'],
  ];

  it.each(reports)('stays a message: %s', async (...part) => {
    const answer = {
      ...{ from: `Anna <${anna}>`, subject: 'Re: Router', source: anna },
      ...{ text: 'My old address bounced, see here. Please use this one.' },
      headers: [`In-Reply-To: ${wireId}`, `References: ${wireId}`],
    };
    for (const parts of [[part], [part, returned()]]) {
      const [event, ...others] = await readReport({ ...answer, parts });
      expect(others).toEqual([]);
      expect(event).toMatchObject({ kind: 'message', text: answer.text });
      expect(event).not.toHaveProperty('automated');
    }
  });

  it('is a report where a server sent it, whatever type it gave the whole', async () => {
    const [part] = reports;
    if (!part) throw new Error('no report');
    const mixed = { parts: [part, returned()] };
    const status = [{ kind: 'status', status: 'failed', recipient: anna }];
    expect(await readReport(mixed)).toMatchObject(status);
    expect(await readReport({ ...mixed, from: 'mta@mx.example', source: '' })).toMatchObject(
      status,
    );
  });

  it('and a mail of ours that a person returns changes no status', async () => {
    const [event] = await readReport({
      ...{ from: `Anna <${anna}>`, subject: 'Error sending your invoice', source: anna },
      ...{ text: 'Item 4.2.1 is wrong, your mail is attached.', parts: [returned()] },
    });
    expect(event).toMatchObject({ kind: 'message' });
  });
});

describe('a report that a person has let in', () => {
  const bounce = reportOf({ subject: 'Undelivered mail', parts: [delivery([final])] });
  const letIn = (raw: string) => {
    const notification = received();
    const payload = { kind: 'mail', inbox: inbox.address, notification };
    return parse({ payload, account: inbox, raw: Buffer.from(raw), released: true });
  };

  it('is a message where it is of another mail', async () => {
    expect(await letIn(bounce)).toMatchObject([
      { kind: 'message', automated: true, metadata: { mailClass: 'bounce' } },
    ]);
  });

  it('and changes our mail where it is of ours', async () => {
    const ours = reportOf({ parts: [delivery([final, 'Action: failed']), returned()] });
    expect(await letIn(ours)).toMatchObject([{ kind: 'status', status: 'failed' }]);
  });
});
