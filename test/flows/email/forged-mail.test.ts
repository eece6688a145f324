import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '#test/support/aws/stored';
import {
  type Mailbox,
  openMailbox,
  type ReceivedMail,
  type SentMail,
} from '#test/support/mail/mailbox';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';

/** Fred's first mail, as all the world may know it. */
const firstId = '<first@customer.example>';
const mallory = 'Mallory <mallory@evil.example>';

let stack: LocalStack;
let mailbox: Mailbox;
let first: ReceivedMail;
let answer: SentMail;

beforeAll(async () => {
  stack = await startLocalStack();
  mailbox = openMailbox(stack);
  first = await mailbox.write({ messageId: firstId, text: 'My router is broken.' });
  answer = await mailbox.reply(first.conversation.id, 'Please restart it.');
});
afterAll(() => stack.stop());

/** Everything that names Fred's conversation, and whether only somebody who got our mail can know it. */
const names = {
  'the reply address': () => ({ to: answer.replyTo }),
  'our signed id in References': () => ({
    headers: [`References: ${answer.header('references').split(/\s+/)[0]}`],
  }),
  "SES's id in In-Reply-To": () => ({
    headers: [`In-Reply-To: <${answer.messageId}@eu-west-1.amazonses.com>`],
  }),
  "the customer's Message-ID in In-Reply-To": () => ({ headers: [`In-Reply-To: ${firstId}`] }),
  "the customer's Message-ID in References": () => ({ headers: [`References: ${firstId}`] }),
  "the customer's Message-ID as its own": () => ({ messageId: firstId }),
} as const;
type Name = keyof typeof names;
const all = Object.keys(names) as Name[];
const secrets = all.slice(0, 3);
const known = all.slice(3);

/** It stands apart from Fred's conversation, and the two are linked. */
function expectApart({ message, conversation }: ReceivedMail): void {
  expect(conversation.id).not.toBe(first.conversation.id);
  expect(conversation.sequence).toBe(1);
  expect(conversation.relatedConversationId).toBe(first.conversation.id);
  expect(message.conversationId).toBe(conversation.id);
}

describe("a mail that forges the customer's address", () => {
  it.each(all)('and fails DMARC joins nothing by %s', async (name) => {
    const forged = await mailbox.write({
      ...names[name](),
      check: 'failed',
      text: `forged by ${name}`,
    });
    expectApart(forged);
    expect(forged.message.authenticity).toMatchObject({
      level: 'failed',
      reasons: ['dmarc_fail'],
      joinRefused: 'not_authenticated',
    });
    // Its domain says that it did not send this: it is not this person's either.
    expect(forged.message.contactId).not.toBe(first.message.contactId);
  });

  it.each(
    known.flatMap((name) => (['nothing', 'someDomain'] as const).map((check) => ({ name, check }))),
  )('and is not authenticated ($check) joins nothing by $name', async ({ name, check }) => {
    const text = `not authenticated, ${check}, ${name}`;
    const forged = await mailbox.write({ ...names[name](), check, text });
    expectApart(forged);
    expect(forged.message.authenticity).toMatchObject({
      level: check === 'nothing' ? 'unverified' : 'aligned_unknown',
      reasons: ['dmarc_not_passed'],
      joinRefused: 'not_authenticated',
    });
  });
});

describe('a stranger whose own domain is authenticated', () => {
  it.each(all)('is no participant by %s', async (name) => {
    const text = `a stranger by ${name}`;
    const strange = await mailbox.write({ ...names[name](), from: mallory, text });
    expect(strange.conversation.id).not.toBe(first.conversation.id);
    expect(strange.message.contactId).not.toBe(first.message.contactId);
    expect(strange.message.authenticity?.level).toBe('verified');
    // Under the same Message-ID a stranger names nothing: it is his own.
    if (!('messageId' in names[name]())) {
      expectApart(strange);
      expect(strange.message.authenticity?.joinRefused).toBe('not_participant');
    }
  });
});

describe('the customer', () => {
  const conversationOf = async (mail: Parameters<Mailbox['write']>[0]) =>
    (await mailbox.write(mail)).conversation.id;

  it.each(all)('goes on when authenticated, by %s', async (name) => {
    const mail = { ...names[name](), text: `Fred by ${name}` };
    expect(await conversationOf(mail)).toBe(first.conversation.id);
  });

  it.each(secrets)('whose domain has no DMARC goes on by %s', async (name) => {
    const mail = { ...names[name](), check: 'nothing', text: `Fred unproven by ${name}` } as const;
    expect(await conversationOf(mail)).toBe(first.conversation.id);
  });

  it('has every mail once, however often an unauthenticated one is delivered', async () => {
    const mail = { check: 'nothing', messageId: '<again@nodmarc.example>', text: 'twice' } as const;
    const once = await mailbox.write({ ...mail, from: 'ann@nodmarc.example' });
    await mailbox.post({ ...mail, from: 'ann@nodmarc.example' });
    const other = { ...mail, from: 'ann@nodmarc.example', text: 'other words, same Message-ID' };
    const second = await mailbox.write(other);
    await untilIdle(stack);
    const heard = stack.helpdesk.heard.filter(({ event }) => event.data.message?.text === 'twice');
    expect(heard).toHaveLength(1);
    expect(second.conversation.id).not.toBe(once.conversation.id);
    expect(second.conversation.relatedConversationId).toBe(once.conversation.id);
  });
});

describe('a forged mail that comes before the true one', () => {
  const messageId = '<early@customer.example>';
  let forged: ReceivedMail;
  let honest: ReceivedMail;

  it('is not joined by it, though both have one Message-ID', async () => {
    forged = await mailbox.write({ check: 'failed', messageId, text: 'forged and early' });
    honest = await mailbox.write({ messageId, text: 'the true one' });
    expect(honest.conversation.id).not.toBe(forged.conversation.id);
    expect(honest.message.authenticity).toMatchObject({ level: 'verified' });
    const next = await mailbox.write({ headers: [`In-Reply-To: ${messageId}`], text: 'and on' });
    expect(next.conversation.id).toBe(honest.conversation.id);
  });

  it('with the very same words does not make the true one a duplicate', async () => {
    const mail = { messageId: '<words@customer.example>', text: 'word for word' };
    await mailbox.write({ ...mail, check: 'failed' });
    await mailbox.post(mail);
    const heard = await stack.helpdesk.waitFor(({ data }) => data.message?.text === mail.text, {
      count: 2,
    });
    const levels = heard.map(({ data }) => (data.message as ReceivedMail['message']).authenticity);
    expect(levels).toMatchObject([{ level: 'failed' }, { level: 'verified' }]);
    expect(new Set(heard.map(({ subject }) => subject)).size).toBe(2);
  });

  it('is answered to the true owner of the address, who may go on from there', async () => {
    const reply = await mailbox.reply(forged.conversation.id, 'Did you write this?');
    expect(reply.to).toBe('fred@customer.example');
    const no = await mailbox.write({ to: reply.replyTo, text: 'No, I did not.' });
    expect(no.conversation.id).toBe(forged.conversation.id);
    expect(no.message.authenticity).toMatchObject({ level: 'verified' });
    const again = { to: reply.replyTo, from: mallory, text: 'Yes, I did.' };
    expect((await mailbox.write(again)).conversation.id).not.toBe(forged.conversation.id);
  });
});

describe('a mail in our own name', () => {
  const form = (replyTo: string) => [`Reply-To: ${replyTo}`];
  const from = () => `Support <${mailbox.address}>`;

  it.each(all)('with the customer as Reply-To joins nothing by %s', async (name) => {
    const more = names[name]();
    const headers = [...form('fred@customer.example'), ...('headers' in more ? more.headers : [])];
    const text = `a form by ${name}`;
    const forged = await mailbox.write({ ...more, headers, from: from(), text });
    expectApart(forged);
    expect(forged.message.contactId).not.toBe(first.message.contactId);
    expect(forged.message.authenticity).toMatchObject({
      level: 'unverified',
      reasons: ['own_mailbox'],
      joinRefused: 'not_authenticated',
    });
    expect(forged.conversation.customerIdentities).toMatchObject([
      { address: 'fred@customer.example' },
    ]);
  });

  it('is answered to its Reply-To, and whoever has that mailbox goes on', async () => {
    const asked = await mailbox.write({
      from: from(),
      headers: form('Hannes <hannes@kunde.example>'),
      text: 'Ich brauche Hilfe',
    });
    const reply = await mailbox.reply(asked.conversation.id, 'Gern.');
    expect(reply.to).toBe('hannes@kunde.example');
    const next = { from: 'hannes@kunde.example', to: reply.replyTo, text: 'Danke' };
    expect((await mailbox.write(next)).conversation.id).toBe(asked.conversation.id);
  });

  it('brings two people who use one form as two contacts, and neither as who owns the mailbox', async () => {
    const used = await Promise.all(
      ['one@kunde.example', 'two@kunde.example'].map((address) =>
        mailbox.write({ from: from(), headers: form(address), text: `form of ${address}` }),
      ),
    );
    const own = await mailbox.write({ from: 'one@kunde.example', text: 'one writes himself' });
    const contacts = [...used, own].map(({ message }) => message.contactId);
    expect(new Set(contacts).size).toBe(3);
    expect(own.conversation.relatedConversationId).toBeUndefined();
  });

  it('without Reply-To is nobody who could be verified', async () => {
    const { message } = await mailbox.write({ from: from(), text: 'from ourselves' });
    expect(message.authenticity).toMatchObject({ level: 'unverified', reasons: ['own_mailbox'] });
  });
});

describe('a bounce that anybody can write', () => {
  it('changes nothing about our reply, and is no message', async () => {
    await untilIdle(stack);
    const before = stack.helpdesk.heard.length;
    const report = [
      'Final-Recipient: rfc822; fred@customer.example',
      'Action: failed',
      'Status: 5.1.1',
      'X-Original-Message-ID: <guessed@eu-west-1.amazonses.com>',
    ];
    const part = (type: string, lines: readonly string[]) =>
      ['--B', `Content-Type: ${type}`, '', ...lines].join('\r\n');
    await mailbox.post({
      from: 'MAILER-DAEMON@evil.example',
      // What a stranger can know: the ids of the customer's own mails.
      headers: [`In-Reply-To: ${firstId}`],
      to: answer.replyTo,
      contentType: 'multipart/report; report-type=delivery-status; boundary=B',
      text: `${part('text/plain', ['It failed.'])}\r\n${part('message/delivery-status', report)}\r\n--B--`,
    });
    await untilIdle(stack);
    expect(stack.helpdesk.heard.slice(before)).toEqual([]);
    const statuses = stack.helpdesk.heard.filter(
      ({ event }) => event.type.includes('.failed.') || event.type.includes('.uncertain.'),
    );
    expect(statuses).toEqual([]);
  });

  it('nor does an automatic answer in the name of the customer', async () => {
    const headers = [
      'Auto-Submitted: auto-replied',
      `In-Reply-To: <${answer.messageId}@eu-west-1.amazonses.com>`,
    ];
    const mail = { headers, to: answer.replyTo, check: 'failed', text: 'I am away.' } as const;
    const away = await mailbox.write(mail);
    expectApart(away);
    expect(away.message).toMatchObject({ automated: true, authenticity: { level: 'failed' } });
  });
});
