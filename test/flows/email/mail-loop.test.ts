import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '#test/support/aws/stored';
import { sendRawMail } from '#test/support/mail/mail';
import { type Mailbox, openMailbox, type SentMail } from '#test/support/mail/mailbox';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { loggedWords } from '#test/support/stack/logs';

const words = 'Please restart it, and tell us what the lamps do: "red" or <green>?\nThank you';

let stack: LocalStack;
let mailbox: Mailbox;
let sent: SentMail;
let other: SentMail;

beforeAll(async () => {
  stack = await startLocalStack();
  mailbox = openMailbox(stack);
  const first = await mailbox.write({ subject: 'Röuter broken', text: 'It is broken.' });
  sent = await mailbox.reply(first.conversation.id, words);
  other = await mailbox.reply(first.conversation.id, 'Another answer.');
});
afterAll(() => stack.stop());

const seal = (mail: SentMail) => mail.header('x-switchboard-loop');

/** Under a Message-ID of its own, so that no variant is a duplicate of another. */
function withId(raw: string, name: string): string {
  const id = Buffer.from(name).toString('hex');
  return raw.replace(/^Message-ID:.*$/m, `Message-ID: <${id}@forwarder.example>`);
}

/** Brings it to our mailbox, and says how many messages came of it. */
async function messagesOf(raw: string): Promise<number> {
  const received = () =>
    stack.helpdesk.heard.filter(({ event }) => event.type === 'switchboard.message.received.v1');
  const before = received().length;
  const envelope = { from: 'fred@customer.example', to: mailbox.address };
  expect(await sendRawMail(stack.description, Buffer.from(raw, 'latin1'), envelope)).toBe(250);
  await untilIdle(stack);
  return received().length - before;
}

/** The parts of our mail, to be put together otherwise. */
function textMail(text: string, changes: Readonly<Record<string, string>> = {}): string {
  const headers = {
    From: `Support <${mailbox.address}>`,
    To: 'fred@customer.example',
    Subject: sent.header('subject'),
    'Message-ID': '<x@forwarder.example>',
    'X-Switchboard-Loop': seal(sent),
    'Content-Type': 'text/plain; charset=utf-8',
    ...changes,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [...lines, '', text].join('\r\n');
}

describe('a mail of ours that comes back', () => {
  it.each<[string, () => string]>([
    ['as it left', () => sent.raw],
    ['with the headers of those who passed it on', () => `Received: by mx.example\r\n${sent.raw}`],
    ['under another Message-ID', () => withId(sent.raw, 'another id')],
    ['as text alone, with other line ends', () => textMail(words.replace('\n', '  \r\n'))],
    [
      'encoded otherwise',
      () =>
        textMail(Buffer.from(words).toString('base64'), { 'Content-Transfer-Encoding': 'base64' }),
    ],
  ])('%s is ignored', async (_, raw) => {
    expect(await messagesOf(raw())).toBe(0);
  });

  it('is told in the log', () => {
    const reason = 'own_message_came_back';
    expect(loggedWords(stack.description, [reason])).toEqual([reason]);
  });

  it('is known by a seal of its own', () => {
    expect(seal(sent)).toMatch(/^[a-z2-7]{26}$/);
    expect(seal(other)).not.toBe(seal(sent));
  });
});

describe('a mail with our loop header that is not our mail is a message', () => {
  it.each<[string, () => string]>([
    ['with other words', () => textMail('Please call me.')],
    ['with a word more', () => textMail(`${words} Really.`)],
    ['with our words as a quotation', () => textMail(`No.\r\n> ${words}`)],
    ['with another subject', () => textMail(words, { Subject: 'Call me at 555-0100' })],
    [
      'with the seal of another mail of ours',
      () => textMail(words, { 'X-Switchboard-Loop': seal(other) }),
    ],
    ['with a wrong seal', () => textMail(words, { 'X-Switchboard-Loop': 'a'.repeat(26) })],
    ['unsigned, as it once was', () => textMail(words, { 'X-Switchboard-Loop': mailbox.address })],
    ['without a seal', () => textMail(words, { 'X-Switchboard-Loop': '' })],
    ['with other HTML beside our words', () => sent.raw.replace('</div>', '<b>Call me</b></div>')],
    [
      'with a file',
      () =>
        sent.raw
          .replace('multipart/alternative', 'multipart/mixed')
          .replace(
            'Content-Type: text/html',
            'Content-Disposition: attachment; filename=a.html\r\nContent-Type: text/html',
          ),
    ],
  ])('%s', async (name, raw) => {
    const text = raw();
    expect(text).not.toBe(sent.raw);
    expect(await messagesOf(withId(text, name))).toBe(1);
  });

  it("also a customer's own, who is verified and goes on where he was", async () => {
    const mail = {
      headers: [`X-Switchboard-Loop: ${seal(sent)}`],
      to: sent.replyTo,
      text: 'A mail program that keeps unknown headers wrote this.',
    };
    const { message, conversation } = await mailbox.write(mail);
    expect(message.authenticity).toMatchObject({ level: 'verified' });
    expect(conversation.sequence).toBeGreaterThan(2);
  });
});
