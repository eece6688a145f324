import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StackDescription } from '#infra/local/description';
import { untilIdle } from '#test/support/aws/stored';
import { replyByHttp, replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { sentWith, tellStatus, writeAs } from '#test/support/stack/providers';
import { post, whatsappWebhook } from '#test/support/webhooks/signed-webhooks';
import { whatsappBody, whatsappChange } from '#test/support/webhooks/webhook-bodies';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

const [ada, bob, eve] = ['4917010001', '4917010002', 'DE.10003'];

const write = (from: string, text: string, group?: string, name?: string) =>
  writeAs(stack.description, 'whatsapp', {
    from,
    text,
    ...(group ? { group } : {}),
    ...(name ? { name } : {}),
  });

const heard = async (text: string): Promise<HeardEvent> => {
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  if (!event) throw new Error(`nobody heard ${text}`);
  return event;
};

/** What a customer or a member wrote: where it was put, and under whose name. */
async function written(from: string, text: string, group?: string, name?: string) {
  expect((await write(from, text, group, name)).status).toBe(200);
  const { subject = '', data } = await heard(text);
  const { message } = data as unknown as { message?: Record<string, unknown> };
  return { conversationId: subject, message: message ?? {} };
}

async function ask({ providers }: StackDescription, path: string, body: object) {
  const url = `${providers['whatsapp']}${path}`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return (await response.json()) as { readonly group: string };
}

async function answered(conversationId: string, text: string) {
  await replyByQueue(stack, textReply(conversationId, text, text));
  await stack.helpdesk.waitFor(({ type, data }) => type.includes('sent') && data.replyId === text);
  return sentWith(stack.description, 'whatsapp', text);
}

const eventsOf = ({ heard: all }: LocalStack['helpdesk']) => all.map(({ event }) => event);
const openedIn = (helpdesk: LocalStack['helpdesk']) =>
  eventsOf(helpdesk).filter(({ type }) => type === 'switchboard.conversation.opened.v1');

describe('a group in which three people write', () => {
  it('is one conversation with its members as authors, and one reply reaches it once', async () => {
    const one = await written(ada, 'who comes along?', 'TRIP', 'Ada');
    const two = await written(bob, 'I do', 'TRIP', 'Bob');
    const three = await written(eve, 'me too', 'TRIP', 'Eve');
    const { conversationId } = one;
    expect([two.conversationId, three.conversationId]).toEqual([conversationId, conversationId]);
    const authors = [one, two, three].map(({ message }) => message['author']);
    expect(authors).toMatchObject([
      { role: 'customer', displayName: 'Ada', identity: { kind: 'phone', address: ada } },
      { role: 'customer', displayName: 'Bob', identity: { kind: 'phone', address: bob } },
      { role: 'customer', displayName: 'Eve', identity: { kind: 'bsuid', address: eve } },
    ]);
    const recipients = [one, two, three].map(({ message }) => message['recipients']);
    const group = { channel: 'whatsapp', kind: 'group', scope: '', address: 'TRIP' };
    expect(recipients).toEqual([[group], [group], [group]]);

    const sends = await answered(conversationId, 'See you all at noon');
    expect(sends).toHaveLength(1);
    expect(sends[0]?.request).toMatchObject({ recipient_type: 'group', to: 'TRIP' });
  });

  it('is not what a member’s own conversation is, nor are their replies and windows', async () => {
    const there = await written(ada, 'in the group again', 'TRIP', 'Ada');
    const alone = await written(ada, 'just between us', undefined, 'Ada');
    const after = await written(ada, 'and again to all', 'TRIP', 'Ada');
    expect(alone.conversationId).not.toBe(there.conversationId);
    expect(after.conversationId).toBe(there.conversationId);
    expect(alone.message['contactId']).not.toBe(there.message['contactId']);

    const [send, ...others] = await answered(alone.conversationId, 'Only for you');
    expect(others).toEqual([]);
    expect(send?.request).toMatchObject({ recipient_type: 'individual', to: `+${ada}` });
    expect(await sentWith(stack.description, 'whatsapp', 'See you all at noon')).toHaveLength(1);
  });

  it('refuses at once what WhatsApp takes into no group', async () => {
    const { conversationId } = await written(bob, 'one question', 'TRIP', 'Bob');
    const buttons = [{ id: '1', title: 'Yes' }];
    const content = { type: 'buttons', text: 'Coming?', buttons };
    const answer = await replyByHttp(stack, conversationId, { replyId: 'buttons', content });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify(answer.body)).toContain('cannot carry buttons into a group');
    expect(await sentWith(stack.description, 'whatsapp', 'Coming?')).toEqual([]);
  });
});

describe('a reply to a group of three', () => {
  it('is delivered when it is to each of them, and one who fails later is told', async () => {
    const members = ['4917010021', '4917010022', '4917010023'];
    let conversationId = '';
    for (const from of members) {
      ({ conversationId } = await written(from, `here is ${from}`, 'THREE'));
    }
    const [send] = await answered(conversationId, 'To the three of you');
    const isAbout = (kind: string) => (event: HeardEvent) =>
      event.data.replyId === 'To the three of you' && event.type.includes(kind);
    await stack.helpdesk.waitFor(isAbout('delivered'));
    const messageId = send?.messageId ?? '';
    const recipient = members[1] ?? '';
    const told = { messageId, status: 'failed', code: 131026, recipient };
    expect(await tellStatus(stack.description, 'whatsapp', told)).toBe(200);
    const [failed] = await stack.helpdesk.waitFor(isAbout('failed'));
    const parts = failed?.data.parts ?? [];
    expect(parts.map(({ status }) => status).toSorted()).toEqual([
      'delivered',
      'delivered',
      'failed',
    ]);
    expect(failed?.data.errors).toMatchObject([{ code: 'sent_in_part' }]);
  });
});

describe('signs of reading and typing', () => {
  it('are refused in a group: WhatsApp shows none there', async () => {
    const { conversationId } = await written(bob, 'do you see this?', 'TRIP', 'Bob');
    await replyByQueue(stack, { conversationId, signal: 'typing' });
    const [failed] = await stack.helpdesk.waitFor(
      ({ data }) => data.errors?.[0]?.code === 'content_not_supported',
    );
    expect(failed?.data.errors).toMatchObject([
      { title: expect.stringContaining('whatsapp cannot show it here') },
    ]);
    const signs = await fetch(`${stack.description.providers['whatsapp']}/_signals`);
    expect(await signs.json()).toEqual([]);
  });
});

describe('what members do besides writing', () => {
  const told = (lists: object) =>
    post(
      whatsappWebhook(
        stack.description,
        whatsappBody([whatsappChange(stack.description, lists as Record<string, unknown>)]),
      ),
    );
  let messages = 0;
  const item = (fields: object) => {
    messages += 1;
    const timestamp = String(Math.floor(Date.now() / 1000));
    return { id: `wamid.group${messages}`, timestamp, group_id: 'CLUB', ...fields };
  };

  it('is told of the group’s messages, under their names; what names others changes nothing', async () => {
    const { providerMessageId: first } = await write(ada, 'the first of the club', 'CLUB', 'Ada');
    const { subject } = await heard('the first of the club');
    const { providerMessageId: secret } = await write(eve, 'a private word');
    const alone = await heard('a private word');
    const like = (message_id: string) => ({
      type: 'reaction',
      reaction: { message_id, emoji: '👍' },
    });
    const contacts = [{ wa_id: bob, profile: { name: 'Bob' } }];
    const revoke = { type: 'revoke', revoke: { original_message_id: secret } };
    const items = [like(secret), revoke, like(first)].map((each) => item({ from: bob, ...each }));
    expect((await told({ contacts, messages: items })).status).toBe(200);
    const [reaction] = await stack.helpdesk.waitFor(({ type }) => type.includes('reaction.added'));
    expect(reaction).toMatchObject({
      subject,
      data: { author: { displayName: 'Bob', identity: { address: bob } } },
    });
    await untilIdle(stack);
    const about = eventsOf(stack.helpdesk).filter((event) => event.subject === alone.subject);
    expect(about.filter(({ type }) => /reaction|deleted/.test(type))).toEqual([]);
  });

  it('as a new number of theirs splits neither the group nor their own conversation', async () => {
    const [old, now] = ['4917010010', '4917010011'];
    const there = await written(old, 'old number in the club', 'CLUB');
    const alone = await written(old, 'old number alone');
    const system = { type: 'user_changed_number', wa_id: now };
    const { group_id: _, ...notice } = item({ from: old, type: 'system', system });
    expect((await told({ messages: [notice] })).status).toBe(200);
    await stack.helpdesk.waitFor(({ type }) => type.includes('contact.updated'));
    const later = await written(now, 'new number in the club', 'CLUB');
    const aloneLater = await written(now, 'new number alone');
    expect(later.conversationId).toBe(there.conversationId);
    expect(aloneLater.conversationId).toBe(alone.conversationId);
    expect(later.message['author']).toMatchObject({ identity: { address: now } });
  });
});

describe('a group that is made, renamed and left', () => {
  it('is a conversation from its beginning, in which that is told, and which can be answered', async () => {
    const before = openedIn(stack.helpdesk).length;
    const { description } = stack;
    const { group } = await ask(description, '/_group', { subject: 'Oslo', add: [ada, bob] });
    const made = await heard('[group_create: Oslo]');
    expect(made.data).toMatchObject({ message: { author: { role: 'system' } } });
    await heard(`[group_participants_add: ${ada}, ${bob}]`);
    await ask(description, '/_group', { group, subject: 'Bergen', remove: [bob] });
    const renamed = await heard('[group_settings_update: Bergen]');
    const left = await heard(`[group_participants_remove: ${bob}]`);
    expect([renamed.subject, left.subject]).toEqual([made.subject, made.subject]);
    expect(openedIn(stack.helpdesk).slice(before)).toMatchObject([
      { data: { conversation: { customerName: 'Oslo', customerIdentities: [{ kind: 'group' }] } } },
    ]);
    const { conversationId } = await written(ada, 'where to?', group);
    expect(conversationId).toBe(made.subject);
    const [send] = await answered(conversationId, 'To Bergen now');
    expect(send?.request).toMatchObject({ recipient_type: 'group', to: group });
  });
});

describe('everything that was heard', () => {
  it('keeps the promises', async () => {
    await untilIdle(stack);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
