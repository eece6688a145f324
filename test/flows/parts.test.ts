import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { sentTo, tellStatus, writeAs } from '#test/support/stack/providers';
import { post, whatsappWebhook } from '#test/support/webhooks/signed-webhooks';
import { whatsappBody, whatsappChange } from '#test/support/webhooks/webhook-bodies';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

/** 3,000 characters: two messages of SMS, and with twice as many two of WhatsApp. */
const long = 'Where my order is, I would like to know. '.repeat(75).slice(0, 3000);

async function conversationWith(connector: string, from: string): Promise<string> {
  const text = `hello by ${from}`;
  await writeAs(stack.description, connector, { from, text });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return event?.subject ?? '';
}

const kindOf = ({ type }: HeardEvent) => type.split('.').at(-2);
const about =
  (replyId: string, kind: string) =>
  (event: HeardEvent): boolean =>
    event.data.replyId === replyId && kindOf(event) === kind;

/** A reply of two messages, delivered; resolves with the provider's ids. */
async function deliveredInTwo(connector: string, customer: string, replyId: string, text: string) {
  const conversationId = await conversationWith(connector, customer);
  await replyByQueue(stack, textReply(conversationId, replyId, text));
  const [delivered] = await stack.helpdesk.waitFor(about(replyId, 'delivered'));
  const ids = (await sentTo(stack.description, connector, customer)).map((each) => each.messageId);
  expect(ids).toHaveLength(2);
  expect(delivered?.data.parts).toMatchObject(
    ids.map((providerMessageId) => ({ status: 'delivered', providerMessageId })),
  );
  return ids as [string, string];
}

describe.each([
  ['twilio', '+14155550170', '+14155550171', long, 'undelivered', 30005],
  ['whatsapp', '16505550170', '16505550171', long.repeat(2), 'failed', 131026],
] as const)('a reply in two messages through %s', (connector, one, other, text, failed, code) => {
  it('that fails in part after it was delivered is told, with each of its messages', async () => {
    const replyId = `${connector}-late`;
    const [first, second] = await deliveredInTwo(connector, one, replyId, text);
    await tellStatus(stack.description, connector, { messageId: first, status: failed, code });
    const [event] = await stack.helpdesk.waitFor(about(replyId, 'failed'));
    expect(event?.data).toMatchObject({
      errors: [{ code: 'sent_in_part' }],
      parts: [
        { part: 0, status: 'failed', providerMessageId: first },
        { part: 1, status: 'delivered', providerMessageId: second },
      ],
    });
    // One id with two outcomes is one message that failed; what is repeated is not told again.
    for (const status of ['delivered', failed]) {
      await tellStatus(stack.description, connector, { messageId: first, status, code });
    }
    await tellStatus(stack.description, connector, { messageId: second, status: failed, code });
    const events = await stack.helpdesk.waitFor(about(replyId, 'failed'), { count: 2 });
    expect(events.at(-1)?.data).toMatchObject({ errors: [{ code: 'recipient_unreachable' }] });
    expect(events).toHaveLength(2);
  });

  it('says after a reading that a message failed, and stays read', async () => {
    const replyId = `${connector}-read`;
    const [first, second] = await deliveredInTwo(connector, other, replyId, text);
    for (const messageId of [second, first]) {
      await tellStatus(stack.description, connector, { messageId, status: 'read' });
    }
    await stack.helpdesk.waitFor(about(replyId, 'read'));
    await tellStatus(stack.description, connector, { messageId: second, status: failed, code });
    const [, told] = await stack.helpdesk.waitFor(about(replyId, 'read'), { count: 2 });
    expect(told?.data).toMatchObject({
      ...{ status: 'read', errors: [{ code: 'recipient_unreachable' }] },
      parts: [
        { status: 'read', errors: [] },
        { status: 'read', errors: [{}] },
      ],
    });
  });
});

/** A status of a message in a group as Meta tells it of one of the members. */
async function tellOfMember(send: { readonly messageId: string } | undefined, told: object) {
  const item = {
    ...{ id: send?.messageId, timestamp: String(Math.floor(Date.now() / 1000)) },
    ...{ recipient_type: 'group', recipient_id: 'GRP', ...told },
  };
  const change = whatsappChange(stack.description, { statuses: [item] });
  const posted = await post(whatsappWebhook(stack.description, whatsappBody([change])));
  expect(posted.status).toBe(200);
}

describe('a WhatsApp group', () => {
  it('has one part for a member who is named by number and by user id, once both are named', async () => {
    const customer = '16505550174';
    const conversationId = await conversationWith('whatsapp', customer);
    await replyByQueue(stack, textReply(conversationId, 'two-names', 'Hello you two'));
    await stack.helpdesk.waitFor(about('two-names', 'delivered'));
    const [send] = await sentTo(stack.description, 'whatsapp', customer);
    const number = { recipient_participant_id: '4915100000003' };
    const userId = { recipient_participant_user_id: 'DE.3' };
    const errors = [{ code: 131026, title: 'Undeliverable' }];
    await tellOfMember(send, { ...number, status: 'delivered' });
    await tellOfMember(send, { ...userId, status: 'failed', errors });
    const [apart] = await stack.helpdesk.waitFor(about('two-names', 'failed'));
    // Nothing in these two ties the one name to the other.
    expect(apart?.data).toMatchObject({
      errors: [{ code: 'sent_in_part' }],
      parts: [
        { recipient: '4915100000003', status: 'delivered' },
        { recipient: 'DE.3', status: 'failed' },
      ],
    });
    await tellOfMember(send, { ...number, ...userId, status: 'delivered' });
    const [, together] = await stack.helpdesk.waitFor(about('two-names', 'failed'), { count: 2 });
    expect(together?.data).toMatchObject({
      errors: [{ code: 'recipient_unreachable' }],
      parts: [{ recipient: 'DE.3', status: 'failed' }],
    });
  });

  it('has its members as parts; one that fails after another’s delivery is not lost', async () => {
    const customer = '16505550172';
    const conversationId = await conversationWith('whatsapp', customer);
    await replyByQueue(stack, textReply(conversationId, 'to-the-group', 'Hello all'));
    await stack.helpdesk.waitFor(about('to-the-group', 'delivered'));
    const [send] = await sentTo(stack.description, 'whatsapp', customer);
    const tell = (recipient_participant_id: string, status: string, errors: object = {}) =>
      tellOfMember(send, { recipient_participant_id, status, ...errors });
    await tell('4915100000001', 'delivered');
    await tell('4915100000002', 'failed', { errors: [{ code: 131026, title: 'Undeliverable' }] });
    const [event] = await stack.helpdesk.waitFor(about('to-the-group', 'failed'));
    expect(event?.data).toMatchObject({
      errors: [{ code: 'sent_in_part' }],
      parts: [
        { recipient: '4915100000001', status: 'delivered' },
        { recipient: '4915100000002', status: 'failed' },
      ],
    });
  });
});

describe('trouble of the account that a status tells of', () => {
  it.each([
    ['twilio', '+14155550173', 'undelivered', 30034, 'channel_misconfigured'],
    ['whatsapp', '16505550173', 'failed', 131042, 'account_restricted'],
  ])('is one alert of %s', async (connector, customer, status, code, expected) => {
    const conversationId = await conversationWith(connector, customer);
    await replyByQueue(stack, textReply(conversationId, `${connector}-trouble`, 'Hello'));
    await stack.helpdesk.waitFor(about(`${connector}-trouble`, 'delivered'));
    const [send] = await sentTo(stack.description, connector, customer);
    const messageId = send?.messageId ?? '';
    await tellStatus(stack.description, connector, { messageId, status, code });
    await tellStatus(stack.description, connector, { messageId, status: 'read' });
    await tellStatus(stack.description, connector, { messageId, status, code });
    const isAlert = ({ type, data }: HeardEvent) =>
      type === 'switchboard.channel.alert.v1' && data.code === expected;
    await stack.helpdesk.waitFor(isAlert);
    await stack.helpdesk.waitFor(about(`${connector}-trouble`, 'read'));
    expect(stack.helpdesk.heard.filter(({ event }) => isAlert(event))).toHaveLength(1);
  });
});

describe('in the end', () => {
  it('the normalized queue has kept every promise of the contract', () => {
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
