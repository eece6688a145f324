import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '#test/support/aws/stored';
import { openMailbox } from '#test/support/mail/mailbox';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { makeFault, sentWith, writeAs } from '#test/support/stack/providers';
import {
  accountOf,
  post,
  twilioWebhook,
  whatsappWebhook,
} from '#test/support/webhooks/signed-webhooks';
import { whatsappBody, whatsappChange, whatsappText } from '#test/support/webhooks/webhook-bodies';

const customer = '16505551234';
let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

async function conversationWith(connector: string, from: string): Promise<string> {
  const text = `hello by ${from}`;
  await writeAs(stack.description, connector, { from, text });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return event?.subject ?? '';
}

async function tell(lists: Readonly<Record<string, unknown>>): Promise<void> {
  const body = whatsappBody([whatsappChange(stack.description, lists)]);
  expect((await post(whatsappWebhook(stack.description, body))).status).toBe(200);
}

const status = (id: string, name: string, more: object = {}) => ({
  id,
  status: name,
  timestamp: String(Math.floor(Date.now() / 1000)),
  recipient_id: customer,
  ...more,
});

const kindsOf = (events: readonly HeardEvent[]) => events.map(({ type }) => type.split('.').at(-2));
const eventsAbout = (replyId: string) =>
  stack.helpdesk.heard
    .map(({ event }) => event)
    .filter(({ data }) => (data.replyId ?? data.message?.replyId) === replyId);

describe('of a reply of which nobody knows whether it was sent', () => {
  it('`delivered` before `sent` settles it: sent, then delivered', async () => {
    const conversationId = await conversationWith('whatsapp', customer);
    await makeFault(stack.description, 'whatsapp', '500');
    await replyByQueue(stack, textReply(conversationId, 'overtaken', 'Are you there?'));
    const ofReply = ({ data }: HeardEvent) =>
      (data.message?.replyId ?? data.replyId) === 'overtaken';
    const [accepted] = await stack.helpdesk.waitFor(ofReply);
    const ours = { biz_opaque_callback_data: `${accepted?.data.message?.id}.0.1` };
    await new Promise((resolve) => setTimeout(resolve, 500));

    await tell({ statuses: [status('wamid.ours', 'delivered', ours)] });
    await stack.helpdesk.waitFor(ofReply, { count: 3 });
    await tell({ statuses: [status('wamid.ours', 'sent', ours)] });
    await tell({ statuses: [status('wamid.ours', 'read'), status('wamid.ours', 'delivered')] });
    const events = await stack.helpdesk.waitFor(ofReply, { count: 4 });
    expect(kindsOf(events)).toEqual(['accepted', 'sent', 'delivered', 'read']);
    expect(events.map(({ revision }) => revision)).toEqual([undefined, '1', '2', '3']);
    for (const { data } of events.slice(1)) {
      expect(data.message?.providerMessageId).toBe('wamid.ours');
    }
  });
});

describe('of a reply that is delivered', () => {
  it('a late `sent` and a repeated `delivered` change nothing, and a `failed` is told', async () => {
    const conversationId = await conversationWith('twilio', '+14155550123');
    await replyByQueue(stack, textReply(conversationId, 'late', 'Here I am'));
    await stack.helpdesk.waitFor(
      ({ data, type }) => data.replyId === 'late' && type.includes('delivered'),
    );
    const [send] = await sentWith(stack.description, 'twilio', 'Here I am');
    const { AccountSid, StatusCallback } = send?.request ?? {};
    for (const name of ['sent', 'delivered', 'failed']) {
      const callback = {
        AccountSid: String(AccountSid),
        ApiVersion: '2010-04-01',
        MessageSid: send?.messageId ?? '',
        SmsSid: send?.messageId ?? '',
        MessageStatus: name,
        SmsStatus: name,
        From: accountOf(stack.description, 'twilio').address,
        To: '+14155550123',
        ...(name === 'failed' ? { ErrorCode: '30003' } : {}),
      };
      const request = twilioWebhook(stack.description, callback, String(StatusCallback));
      expect((await post(request)).status).toBe(200);
    }
    await stack.helpdesk.waitFor(
      ({ data, type }) => data.replyId === 'late' && /failed/.test(type),
    );
    expect(kindsOf(eventsAbout('late'))).toEqual(['accepted', 'sent', 'delivered', 'failed']);
  });
});

describe('of a message that has not come yet', () => {
  it('a reaction waits for it, and follows it', async () => {
    const reaction = { message_id: 'wamid.later', emoji: '👍' };
    const at = whatsappText(customer, 'wamid.reaction', '');
    await tell({ messages: [{ ...at, type: 'reaction', text: undefined, reaction }] });
    const isReaction = ({ type }: HeardEvent) => type === 'switchboard.reaction.added.v1';
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(stack.helpdesk.heard.filter(({ event }) => isReaction(event))).toEqual([]);

    await tell({ messages: [whatsappText(customer, 'wamid.later', 'I was late')] });
    const [added] = await stack.helpdesk.waitFor(isReaction);
    const [message] = await stack.helpdesk.waitFor(
      ({ data }) => data.message?.text === 'I was late',
    );
    expect(added).toMatchObject({
      sequence: message?.sequence,
      revision: '1',
      data: { emoji: '👍' },
    });
  });

  it('a status of a message nobody here has sent is acknowledged and tells nobody anything', async () => {
    const before = stack.helpdesk.heard.length;
    await tell({ statuses: [status('wamid.stranger', 'delivered')] });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(stack.helpdesk.heard.length).toBe(before);
  });
});

describe('in the end', () => {
  it('the normalized queue has kept every promise of the contract', () => {
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});

describe('a mail to somebody who is out of office', () => {
  it('was delivered, and stays so when the automatic answer comes back as a bounce', async () => {
    const mailbox = openMailbox(stack);
    const from = 'ooto@simulator.amazonses.com';
    const { conversation } = await mailbox.write({ from, text: 'My router is broken.' });
    await mailbox.reply(conversation.id, 'Please restart it.');
    const [alert] = await stack.helpdesk.waitFor(({ data }) => data.code === 'unexplained_bounce');
    await untilIdle(stack);
    const events = stack.helpdesk.heard
      .map(({ event }) => event)
      .filter(({ subject, data }) => subject === conversation.id && data.message?.id !== undefined);
    const [reply] = events.filter(({ type }) => type.includes('.accepted.'));
    expect(kindsOf(events)).toEqual(['received', 'accepted', 'sent', 'delivered']);
    expect(alert?.data).toMatchObject({ details: { messageId: reply?.data.message?.id } });
  });
});
