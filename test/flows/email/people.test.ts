import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mailbox, openMailbox } from '#test/support/mail/mailbox';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';

let stack: LocalStack;
let mailbox: Mailbox;

beforeAll(async () => {
  stack = await startLocalStack();
  mailbox = openMailbox(stack);
});
afterAll(() => stack.stop());

const form = (replyTo: string, text: string, headers: readonly string[] = []) =>
  mailbox.write({
    from: 'Contact form <no-reply@shop.example>',
    headers: [`Reply-To: ${replyTo}`, ...headers],
    text,
  });

describe('a contact form', () => {
  it('is answered to the person who used it, who answers in the same conversation', async () => {
    const filled = await form('Emily <emily@forms.example>', 'Where is my parcel?');
    expect(filled.message.author.identity?.address).toBe('emily@forms.example');
    const sent = await mailbox.reply(filled.conversation.id, 'On its way, Emily.');
    expect(sent.to).toBe('emily@forms.example');
    const back = await mailbox.write({
      ...{ from: 'Emily <emily@forms.example>', to: sent.replyTo, text: 'Thank you both!' },
    });
    expect(back.conversation.id).toBe(filled.conversation.id);
    expect(back.message.authenticity?.level).toBe('verified');
  });

  it('makes a contact of each person who uses it, and of none the owner of an address', async () => {
    const owner = await mailbox.write({ from: 'dora@forms.example', text: 'Dora herself' });
    const [one, other] = [
      await form('carl@forms.example', 'Carl by form'),
      await form('dora@forms.example', 'Dora by form'),
    ];
    const contacts = [owner, one, other].map(({ message }) => message.contactId);
    expect(new Set(contacts).size).toBe(3);
    expect(other.message.authenticity).toMatchObject({
      level: 'unverified',
      reasons: ['reply_to'],
    });
  });
});

describe('a person in Cc', () => {
  it('answers in the conversation, and the customer stays its customer', async () => {
    const first = await mailbox.write({
      ...{ from: 'Fred <fred@cc.example>', messageId: '<cc1@cc.example>', text: 'From Fred' },
      headers: ['Cc: Emily <emily@cc.example>'],
    });
    expect(first.conversation.participants).toMatchObject([{ displayName: 'Emily' }]);
    const second = await mailbox.write({
      ...{ from: 'Emily <emily@cc.example>', text: 'From Emily, to all' },
      headers: ['In-Reply-To: <cc1@cc.example>'],
    });
    expect(second.conversation).toMatchObject({
      id: first.conversation.id,
      customerIdentities: [{ address: 'fred@cc.example' }],
      customerName: 'Fred',
    });
    expect(second.message.author).toMatchObject({ displayName: 'Emily' });
  });

  it('of a mail that nothing vouches for gets no say', async () => {
    const first = await mailbox.write({
      ...{ from: 'eve@evil.example', messageId: '<cc9@cc.example>', text: 'Unproven, with copies' },
      ...{ check: 'nothing', headers: ['Cc: victim@cc.example'] },
    });
    expect(first.conversation.participants).toBeUndefined();
  });
});
