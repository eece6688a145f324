import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '#test/support/aws/stored';
import { replyByHttp, replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { sentWith } from '#test/support/stack/providers';
import { post, whatsappWebhook } from '#test/support/webhooks/signed-webhooks';
import { whatsappBody, whatsappChange } from '#test/support/webhooks/webhook-bodies';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

let seconds = Math.floor(Date.now() / 1000) - 600;
let messages = 0;

/** What every message has; Meta's clock is a second further each time. */
function item(fields: object) {
  seconds += 1;
  messages += 1;
  return { id: `wamid.identity${messages}`, timestamp: String(seconds), ...fields };
}

const says = (text: string, from: object) => item({ ...from, type: 'text', text: { body: text } });

async function tell(lists: Readonly<Record<string, unknown>>, field = 'messages'): Promise<void> {
  const change = { ...whatsappChange(stack.description, lists), field };
  const body = whatsappBody([change]);
  expect((await post(whatsappWebhook(stack.description, body))).status).toBe(200);
}

/** A message comes, is heard, and is answered; where it was put, and where the answer went. */
async function exchange(text: string, from: object) {
  await tell({ messages: [says(text, from)] });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  const conversationId = event?.subject ?? '';
  return { conversationId, ...(await answer(conversationId, `answer to ${text}`)) };
}

async function answer(conversationId: string, text: string) {
  await replyByQueue(stack, textReply(conversationId, text, text));
  await stack.helpdesk.waitFor(({ type, data }) => type.includes('sent') && data.replyId === text);
  const [send] = await sentWith(stack.description, 'whatsapp', text);
  const { to, recipient } = send?.request ?? {};
  return { to, recipient };
}

const told = (type: string) => (event: HeardEvent) => event.type === `switchboard.${type}.v1`;
const dataOf = (event: HeardEvent | undefined): unknown => event?.data;

describe('a customer who gets a user name, then another user id, then another number', () => {
  const [phone, newPhone] = ['16505550100', '12195550100'];
  const [first, second, third] = ['US.100', 'US.200', 'US.300'];

  it('keeps one conversation, answered at the newest address after each step', async () => {
    const byPhone = { from: phone };
    const one = await exchange('by phone', byPhone);
    expect(one).toMatchObject({ to: `+${phone}`, recipient: undefined });
    const { conversationId } = one;

    const withName = { ...byPhone, from_user_id: first };
    const two = await exchange('by phone and user id', withName);
    expect(two).toEqual({ conversationId, to: `+${phone}`, recipient: undefined });

    const three = await exchange('by user id', { from_user_id: first });
    expect(three).toEqual({ conversationId, to: undefined, recipient: first });

    const rotation = { type: 'user_changed_user_id', user_id: second, previous_user_id: first };
    await tell({ messages: [item({ type: 'system', system: rotation })] });
    await stack.helpdesk.waitFor(told('contact.updated'));
    expect(await answer(conversationId, 'after the rotation')).toEqual({
      to: undefined,
      recipient: second,
    });
    const four = await exchange('by the second user id', { from_user_id: second });
    expect(four).toEqual({ conversationId, to: undefined, recipient: second });

    const move = { type: 'user_changed_number', wa_id: newPhone, user_id: third };
    const moved = item({
      from: phone,
      type: 'system',
      system: { ...move, previous_user_id: second },
    });
    await tell({ messages: [moved] });
    await tell({ messages: [moved] });
    const updates = await stack.helpdesk.waitFor(told('contact.updated'), { count: 2 });
    expect(await answer(conversationId, 'after the move')).toEqual({
      to: `+${newPhone}`,
      recipient: undefined,
    });
    const five = await exchange('by the new number', { from: newPhone, from_user_id: third });
    expect(five).toEqual({ conversationId, to: `+${newPhone}`, recipient: undefined });
    expect(dataOf(updates[1])).toMatchObject({
      reason: 'address_changed',
      identities: [{ address: newPhone }, { address: third }],
      previousIdentities: [{ address: second }, { address: phone }],
    });
    await untilIdle(stack);
    const all = stack.helpdesk.heard.map(({ event }) => event);
    expect(all.filter(told('contact.updated'))).toHaveLength(2);
    expect(all.filter(told('conversation.opened'))).toHaveLength(1);
  });

  it('goes on in it also when the first message of the new id overtakes the change', async () => {
    const [before, after] = [{ from_user_id: 'US.400' }, { from_user_id: 'US.500' }];
    const { conversationId } = await exchange('before', before);
    const begun = await exchange('overtaking', after);
    expect(begun.conversationId).not.toBe(conversationId);
    const system = { type: 'user_changed_user_id', user_id: 'US.500', previous_user_id: 'US.400' };
    await tell({ messages: [item({ type: 'system', system })] });
    const [update] = await stack.helpdesk.waitFor(
      (event) => told('contact.updated')(event) && event.subject === conversationId,
    );
    expect(dataOf(update)).toMatchObject({ relatedConversationId: begun.conversationId });
    const next = await exchange('after it', after);
    expect(next).toEqual({ conversationId, to: undefined, recipient: 'US.500' });
  });
});

describe('a customer who stops marketing', () => {
  it('is not sent a template that is marketing, by either way, and anything else is', async () => {
    const from = { from: '16505550101', from_user_id: 'US.600' };
    const { conversationId } = await exchange('hello', from);
    const stop = {
      wa_id: '16505550101',
      user_id: 'US.600',
      category: 'marketing_messages',
      value: 'stop',
      timestamp: seconds + 1,
    };
    await tell({ user_preferences: [stop] }, 'user_preferences');
    const [consent] = await stack.helpdesk.waitFor(told('consent.changed'));
    expect(dataOf(consent)).toMatchObject({ category: 'marketing_messages', state: 'revoked' });

    const content = { type: 'template', name: 'offer', language: 'en', category: 'marketing' };
    const refused = await replyByHttp(stack, conversationId, { replyId: 'offer', content });
    expect(refused).toMatchObject({ status: 409, body: { error: 'recipient_opted_out' } });
    await replyByQueue(stack, { replyId: 'offer', conversationId, content });
    const [failed] = await stack.helpdesk.waitFor(
      ({ type, data }) => type.includes('failed') && data.replyId === 'offer',
    );
    expect(failed?.data.errors?.[0]?.code).toBe('recipient_opted_out');
    const service = { replyId: 'service', content: { ...content, category: 'utility' } };
    expect((await replyByHttp(stack, conversationId, service)).status).toBe(202);
    await stack.helpdesk.waitFor(
      ({ type, data }) => type.includes('sent') && data.replyId === 'service',
    );
  });
});

describe('imported history', () => {
  it('is no news to anybody', async () => {
    await untilIdle(stack);
    const before = stack.helpdesk.heard.length;
    const old = says('written long ago', { from: '16505550102' });
    const threads = [{ id: '16505550102', messages: [old] }];
    await tell({ history: [{ metadata: { phase: 0 }, threads }] }, 'history');
    await tell({ messages: [old] }, 'history');
    await untilIdle(stack);
    expect(stack.helpdesk.heard.length).toBe(before);
  });
});

describe('in the end', () => {
  it('the normalized queue has kept every promise of the contract', () => {
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
