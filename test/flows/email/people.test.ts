import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mailbox, openMailbox } from '#test/support/mail/mailbox';
import { replyByHttp, textReply } from '#test/support/replies/replies';
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

interface Sent {
  readonly to: string;
  readonly text: string;
  readonly cc?: string;
  readonly request: { readonly headers: { readonly name: string; readonly value: string }[] };
}

/** Answers as the helpdesk does, and resolves with To and Cc of the mail that left. */
async function answer(conversationId: string, text: string, more: object = {}) {
  const command = { ...textReply(conversationId, text, text), ...more };
  const { status, body } = await replyByHttp(stack, conversationId, command);
  expect(body).toMatchObject(status === 202 ? {} : { status });
  expect(status).toBe(202);
  await stack.helpdesk.waitFor(
    ({ type, data }) => type.includes('.delivered.') && data.replyId === text,
  );
  const { email } = stack.description.providers;
  const all = (await (await fetch(`${email}/_sent`)).json()) as Sent[];
  const sent = all.find((each) => each.text === text);
  const header = (name: string) =>
    sent?.request.headers.find((each) => each.name.toLowerCase() === name)?.value ?? '';
  const addresses = (value: string) =>
    value
      .split(',')
      .map((each) => /[^\s<>]+@[^\s<>]+/.exec(each)?.[0] ?? '')
      .filter(Boolean);
  return { to: addresses(header('to')), cc: addresses(header('cc')) };
}

describe('a reply', () => {
  it('goes to all who take part, first to the author of what it answers', async () => {
    const first = await mailbox.write({
      ...{ from: 'Fred <fred@all.example>', messageId: '<all1@all.example>', text: 'All: first' },
      headers: ['Cc: Emily <emily@all.example>'],
    });
    const { id } = first.conversation;
    expect(await answer(id, 'Answer to Fred')).toEqual({
      to: ['fred@all.example'],
      cc: ['emily@all.example'],
    });
    await mailbox.write({
      ...{ from: 'Emily <emily@all.example>', text: 'All: second' },
      headers: ['In-Reply-To: <all1@all.example>'],
    });
    expect(await answer(id, 'Answer to Emily')).toEqual({
      to: ['emily@all.example'],
      cc: ['fred@all.example'],
    });
    const toFred = { inReplyToMessageId: first.message.id, cc: [] };
    expect(await answer(id, 'To Fred alone', toFred)).toEqual({ to: ['fred@all.example'], cc: [] });
  });

  it('brings the people in to whom the agent writes, and never shows who was in Bcc', async () => {
    const { conversation } = await mailbox.write({ from: 'greg@all.example', text: 'Greg asks' });
    const first = await answer(conversation.id, 'With copies', {
      ...{ cc: ['hanna@all.example'], bcc: ['ivan@all.example'] },
    });
    expect(first).toEqual({ to: ['greg@all.example'], cc: ['hanna@all.example'] });
    expect((await mailbox.conversation(conversation.id)).participants).toMatchObject([
      { identity: { address: 'hanna@all.example' } },
      { identity: { address: 'ivan@all.example' }, copied: false },
    ]);
    expect((await answer(conversation.id, 'Again')).cc).toEqual(['hanna@all.example']);
  });
});
