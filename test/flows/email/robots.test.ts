import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '#test/support/aws/stored';
import { sendRawMail } from '#test/support/mail/mail';
import { replyByHttp } from '#test/support/replies/replies';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';

/** Two mailboxes of one installation. */
const help = 'help@support.localhost';
const sales = 'sales@support.localhost';
const robot = 'robot@elsewhere.example';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack(undefined, 'local-aws');
});
afterAll(() => stack.stop());

interface Sent {
  readonly to: string;
  readonly text: string;
  readonly messageId: string;
  readonly request: { readonly raw: string };
}

async function sentMails(): Promise<Sent[]> {
  const provider = stack.description.providers['email'] ?? '';
  return (await (await fetch(`${provider}/_sent`)).json()) as Sent[];
}

const answeredAlready = new Set<string>();
const codes: unknown[] = [];

/** Our bot answers every message that comes, whatever it is. */
async function answerAll(): Promise<void> {
  for (const { event } of stack.helpdesk.heard) {
    const { message } = event.data;
    if (event.type !== 'switchboard.message.received.v1' || !message) continue;
    if (answeredAlready.has(message.id)) continue;
    answeredAlready.add(message.id);
    const content = { type: 'text', text: `Thank you for ${message.id}` };
    const command = { replyId: randomUUID(), content, author: { role: 'bot' } };
    const { status, body } = await replyByHttp(stack, message.conversationId, command);
    codes.push(status === 202 ? 'accepted' : body['error']);
  }
}

const onTheWire = new Set<string>();

/** Brings each mail of ours to its mailbox, or lets the other side write. */
async function carry(writeBack: (mail: Sent) => string | undefined): Promise<number> {
  const fresh = (await sentMails()).filter(({ messageId }) => !onTheWire.has(messageId));
  for (const mail of fresh) {
    onTheWire.add(mail.messageId);
    const raw = writeBack(mail);
    const to = mail.to === robot ? help : mail.to;
    if (raw) await sendRawMail(stack.description, raw, { from: 'mta@elsewhere.example', to });
  }
  return fresh.length;
}

/** Goes on until nobody has anything more to say, and counts our mails. It would not end by itself. */
async function talk(first: string, to: string, writeBack: (mail: Sent) => string | undefined) {
  codes.length = 0;
  await sendRawMail(stack.description, first, { from: 'mta@elsewhere.example', to });
  let ours = 0;
  for (let turn = 0; turn < 6; turn += 1) {
    await untilIdle(stack);
    await answerAll();
    await untilIdle(stack);
    const carried = await carry(writeBack);
    ours += carried;
    if (carried === 0) break;
  }
  return ours;
}

const mail = (from: string, to: string, text: string) =>
  [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${text}`,
    'Date: Thu, 26 Nov 2026 23:00:00 +0000',
    `Message-ID: <${randomUUID()}@elsewhere.example>`,
    '',
    text,
  ].join('\r\n');

describe('two robots that answer each other', () => {
  it('stop after two mails, where both are ours', async () => {
    const ours = await talk(mail(sales, help, 'Hello from sales'), help, ({ request, messageId }) =>
      request.raw.replace(
        /^Message-ID:.*$/im,
        `Message-ID: <${messageId}@eu-west-1.amazonses.com>`,
      ),
    );
    expect(ours).toBeGreaterThan(0);
    expect(ours).toBeLessThanOrEqual(2);
    expect(codes.at(-1)).toBe('automatic_reply_refused');
  });

  it('stop after two mails, where the other one marks nothing and begins anew each time', async () => {
    let theirs = 0;
    const ours = await talk(mail(robot, help, 'Ticket 0'), help, ({ to }) => {
      if (to !== robot) return undefined;
      theirs += 1;
      return mail(robot, help, `Ticket ${theirs}`);
    });
    expect([ours, theirs]).toEqual([1, 1]);
    expect(codes).toEqual(['accepted', 'automatic_reply_refused']);
  });
});
