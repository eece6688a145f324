import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type Mailbox,
  openMailbox,
  type ReceivedMail,
  type SentMail,
} from '#test/support/mail/mailbox';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';

let stack: LocalStack;
let mailbox: Mailbox;
let first: ReceivedMail;
let answer: SentMail;

beforeAll(async () => {
  stack = await startLocalStack();
  mailbox = openMailbox(stack);
  first = await mailbox.write({ text: 'My router is broken.' });
  answer = await mailbox.reply(first.conversation.id, 'Please restart it.');
});
afterAll(() => stack.stop());

/** From headers that name Fred to one reader or another, and why they name no sender. */
const from: readonly (readonly [string, ...string[]])[] = [
  ['several_from', 'From: Fred <fred@customer.example>, Eve <eve@evil.example>'],
  ['several_from', 'From: <fred@customer.example> <eve@evil.example>'],
  ['several_from', 'From: fred@customer.example', 'From: eve@evil.example'],
  ['several_from', 'Fr\u0000om: eve@evil.example', 'From: fred@customer.example'],
  ['group_from', 'From: Team: fred@customer.example;'],
  ['no_from'],
  ['malformed_from', 'From: =?utf-8?q?=3Cfred=40customer.example=3E?='],
  ['malformed_from', 'From: fred@customer.example (<eve@evil.example>)'],
  ['malformed_from', 'From: <@evil.example:fred@customer.example>'],
  ['malformed_from', 'From: "fred"@customer.example'],
  ['malformed_from', 'From: fred@customer.example\u0000'],
  ['malformed_from', 'From: fred@cu\uff53tomer.example'],
];

describe('a mail that names no one sender, with every check passed and our token', () => {
  it.each(from)('joins nothing and says %s: %j', async (reason, ...fromHeaders) => {
    const text = `from ${JSON.stringify(fromHeaders)}`;
    const { message, conversation } = await mailbox.write({
      fromHeaders,
      to: answer.replyTo,
      envelopeFrom: 'fred@customer.example',
      text,
    });
    expect(conversation.id).not.toBe(first.conversation.id);
    expect(conversation).toMatchObject({
      sequence: 1,
      relatedConversationId: first.conversation.id,
    });
    expect(message.contactId).not.toBe(first.message.contactId);
    expect(message.authenticity).toMatchObject({
      level: 'unverified',
      reasons: [reason],
      joinRefused: 'not_authenticated',
    });
  });

  it('nor does a look-alike of the domain, which is verified for itself', async () => {
    const { message, conversation } = await mailbox.write({
      from: 'fred@xn--ustomer-8ve.example',
      to: answer.replyTo,
      text: 'a domain with a Cyrillic letter',
    });
    expect(conversation.relatedConversationId).toBe(first.conversation.id);
    expect(message.contactId).not.toBe(first.message.contactId);
    expect(message.authenticity).toMatchObject({
      level: 'verified',
      joinRefused: 'not_participant',
    });
  });

  it('while Sender and Resent-From change nothing about who wrote', async () => {
    const others = ['Sender: eve@evil.example', 'Resent-From: eve@evil.example'];
    const own = await mailbox.write({
      headers: others,
      to: answer.replyTo,
      text: 'by a secretary',
    });
    expect(own.conversation.id).toBe(first.conversation.id);
    const strange = await mailbox.write({
      from: 'eve@evil.example',
      headers: ['Sender: fred@customer.example', 'Resent-From: fred@customer.example'],
      to: answer.replyTo,
      text: 'by Eve',
    });
    expect(strange.conversation.relatedConversationId).toBe(first.conversation.id);
  });
});
