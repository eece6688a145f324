import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '#test/support/aws/stored';
import { sendRawMail } from '#test/support/mail/mail';
import { type Mailbox, openMailbox, type SentMail } from '#test/support/mail/mailbox';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { loggedWords } from '#test/support/stack/logs';

let stack: LocalStack;
let mailbox: Mailbox;
let conversationId: string;
beforeAll(async () => {
  stack = await startLocalStack();
  mailbox = openMailbox(stack);
  conversationId = (await mailbox.write({ text: 'My router is broken.' })).conversation.id;
});
afterAll(() => stack.stop());

const fred = 'fred@customer.example';
const wireId = ({ messageId }: SentMail) => `<${messageId}@eu-west-1.amazonses.com>`;

/** A report as a server writes it, with a null sender. */
async function report(
  type: string,
  fields: readonly string[],
  head: readonly string[],
  from = 'MAILER-DAEMON@mx.customer.example',
): Promise<void> {
  const raw = [
    `From: ${from}`,
    `To: ${mailbox.address}`,
    'Subject: Report',
    'Date: Thu, 26 Nov 2026 23:00:00 +0000',
    `Message-ID: <${type.replace('/', '-')}.${fields.join().length}.${Math.random()}@mx.customer.example>`,
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; boundary="D"',
    ...['', '--D', 'Content-Type: text/plain', '', 'A report.'],
    ...['--D', `Content-Type: ${type}`, '', ...fields],
    ...['--D', 'Content-Type: text/rfc822-headers', '', ...head],
    ...['--D--', ''],
  ].join('\r\n');
  expect(await sendRawMail(stack.description, raw, { from: '', to: mailbox.address })).toBe(250);
}

const delivery = (action: string, status: string) => [
  'Reporting-MTA: dns; mx.customer.example',
  '',
  `Final-Recipient: rfc822; ${fred}`,
  `Action: ${action}`,
  `Status: ${status}`,
];

async function told(replyId: string, type: string) {
  const [event] = await stack.helpdesk.waitFor(
    (each) => each.type.includes(type) && each.data.replyId === replyId,
  );
  return event;
}

/** Answers, and finds the id of the reply. */
async function answered(text: string): Promise<{ mail: SentMail; replyId: string }> {
  const mail = await mailbox.reply(conversationId, text);
  const event = stack.helpdesk.heard.find(
    ({ event: { data } }) => data.message?.text === text,
  )?.event;
  return { mail, replyId: event?.data.message?.replyId ?? '' };
}

describe('a report about a mail of ours', () => {
  it('of a receipt makes it read', async () => {
    const { mail, replyId } = await answered('Please restart it.');
    const fields = [
      `Final-Recipient: rfc822; ${fred}`,
      `Original-Message-ID: ${wireId(mail)}`,
      'Disposition: manual-action/MDN-sent-manually; displayed',
    ];
    // In the name of another recipient it changes nothing.
    await report('message/disposition-notification', fields, [], 'eve@evil.example');
    await untilIdle(stack);
    expect(stack.helpdesk.heard.filter(({ event }) => event.type.includes('.read.'))).toEqual([]);
    await report('message/disposition-notification', fields, [], fred);
    expect(await told(replyId, '.read.')).toBeDefined();
  });

  it('of a failure makes it failed', async () => {
    const { mail, replyId } = await answered('Did it work?');
    await report('message/delivery-status', delivery('failed', '5.2.2'), [
      `Message-ID: ${wireId(mail)}`,
    ]);
    const event = await told(replyId, '.failed.');
    expect(event?.data.errors).toMatchObject([{ code: 'undeliverable', providerCode: '5.2.2' }]);
  });

  it('of a complaint stands in its conversation', async () => {
    const { mail } = await answered('Are you there?');
    const fields = ['Feedback-Type: abuse', `Original-Rcpt-To: ${fred}`];
    await report('message/feedback-report', fields, [`Message-ID: ${wireId(mail)}`]);
    const [event] = await stack.helpdesk.waitFor(
      ({ data }) => data.message?.text === 'The recipient reported our mail as unwanted.',
    );
    expect(event?.data.message?.conversationId).toBe(conversationId);
  });
});

describe('a report about another mail', () => {
  it('opens no conversation and changes nothing, and is told in the log', async () => {
    await untilIdle(stack);
    const before = stack.helpdesk.heard.length;
    await report('message/delivery-status', delivery('failed', '5.1.1'), [
      'Message-ID: <a@b.example>',
    ]);
    const unknown =
      '<0102019a4d1e8f00-1c2d3e4f-5a6b-7c8d-9e0f-112233445566-000000@eu-west-1.amazonses.com>';
    await report(
      'message/feedback-report',
      ['Feedback-Type: abuse', `Original-Rcpt-To: ${fred}`],
      [`Message-ID: ${unknown}`],
    );
    await untilIdle(stack);
    const after = stack.helpdesk.heard.slice(before).map(({ event }) => event.type);
    expect(after.filter((type) => /received|opened|failed/.test(type))).toEqual([]);
    const reasons = ['bounce_of_another_mail', 'report_of_another_message'];
    expect(loggedWords(stack.description, reasons)).toEqual(reasons);
  });
});
