import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEntry, type Table } from '#shared/aws/store/table';
import { conversationKey } from '#shared/table/keys';
import { replyByQueue } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { sentTo, tellStatus, writeAs } from '#test/support/stack/providers';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

async function conversationWith(from: string): Promise<string> {
  const text = `hello by ${from}`;
  await writeAs(stack.description, 'twilio', { from, text });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return event?.subject ?? '';
}

const kindOf = ({ type }: HeardEvent) => type.split('.').at(-2);
const about =
  (replyId: string, kind: string) =>
  (event: HeardEvent): boolean =>
    (event.data.replyId ?? event.data.message?.replyId) === replyId && kindOf(event) === kind;

const sentRequests = async (customer: string) =>
  (await sentTo(stack.description, 'twilio', customer)).map(
    ({ request }) => request as Readonly<Record<string, string>>,
  );

/** The header with which Twilio's API knows the account. */
function authorization(): string {
  const account = stack.description.accounts.find(({ connector }) => connector === 'twilio');
  const { accountSid, authToken } = account?.secrets ?? {};
  return `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
}

/** As if the customer had written the day before yesterday. */
async function closeWindow(conversationId: string): Promise<void> {
  const update = new UpdateItemCommand({
    TableName: stack.description.table,
    Key: marshalled(conversationKey(conversationId)),
    UpdateExpression: 'SET replyWindow.closesAt = :past',
    ExpressionAttributeValues: { ':past': { S: new Date(Date.now() - 86_400_000).toISOString() } },
  });
  await stack.dynamodb.send(update);
}

const marshalled = (key: object) =>
  Object.fromEntries(Object.entries(key).map(([name, value]) => [name, { S: String(value) }]));

describe('a file of ours, sent as an MMS', () => {
  const picture = (key: string) => ({
    ...{ type: 'media', contentType: 'image/png', caption: 'Your receipt' },
    url: `s3://${stack.description.buckets.archive}/uploads/${key}`,
  });
  const store = (Key: string, Body: Buffer) =>
    stack.s3.send(
      new PutObjectCommand({
        Bucket: stack.description.buckets.archive,
        Key: `uploads/${Key}`,
        Body,
      }),
    );

  it('reaches Twilio by an address that anyone can read for an hour', async () => {
    const customer = '+14155550180';
    const conversationId = await conversationWith(customer);
    await store('receipt.png', Buffer.from('the picture'));
    await replyByQueue(stack, { conversationId, replyId: 'mms', content: picture('receipt.png') });
    await stack.helpdesk.waitFor(about('mms', 'delivered'));
    const [request] = await sentRequests(customer);
    expect(request).toMatchObject({ Body: 'Your receipt' });
    const response = await fetch(request?.['MediaUrl'] ?? '');
    expect(await response.text()).toBe('the picture');
    expect(new URL(request?.['MediaUrl'] ?? '').searchParams.get('X-Amz-Expires')).toBe('3600');
  });

  it('is refused at once when it is larger than an MMS may be, or not there', async () => {
    const customer = '+14155550181';
    const conversationId = await conversationWith(customer);
    await store('large.png', Buffer.alloc(5_000_001));
    for (const [key, code] of [
      ['large.png', 'media_too_large'],
      ['none.png', 'media_not_found'],
    ] as const) {
      await replyByQueue(stack, { conversationId, replyId: key, content: picture(key) });
      const [failed] = await stack.helpdesk.waitFor(about(key, 'failed'));
      expect(failed?.data.errors).toMatchObject([{ code }]);
    }
    expect(await sentRequests(customer)).toEqual([]);
  });
});

describe('a conversation on WhatsApp', () => {
  const customer = 'whatsapp:+14155550182';

  /** Content in Twilio's account, as its console would make it. */
  async function makeContent(body: string): Promise<string> {
    const { providers } = stack.description;
    const response = await fetch(`${providers['twilio']}/v1/Content`, {
      method: 'POST',
      headers: { authorization: authorization() },
      body: JSON.stringify({ language: 'en', types: { 'twilio/text': { body } } }),
    });
    return ((await response.json()) as { sid: string }).sid;
  }

  it('shows buttons, and goes on with a template after the window', async () => {
    const conversationId = await conversationWith(customer);
    const buttons = {
      type: 'buttons',
      text: 'Which day?',
      buttons: [{ id: 'mo', title: 'Monday' }],
    };
    await replyByQueue(stack, { conversationId, replyId: 'buttons', content: buttons });
    await stack.helpdesk.waitFor(about('buttons', 'delivered'));
    const name = await makeContent('Hello {{1}}, we have news');
    const template = { type: 'template', name, language: 'en', variables: { 1: 'Ada' } };
    await closeWindow(conversationId);
    const text = { conversationId, content: { type: 'text', text: 'We have news' } };
    await replyByQueue(stack, { ...text, replyId: 'late' });
    const [late] = await stack.helpdesk.waitFor(about('late', 'failed'));
    expect(late?.data.errors).toMatchObject([{ code: 'reply_window_closed' }]);
    await replyByQueue(stack, { ...text, replyId: 'fallback', fallbackTemplate: template });
    await stack.helpdesk.waitFor(about('fallback', 'delivered'));
    const sent = await sentTo(stack.description, 'twilio', customer);
    expect(sent.map((each) => each.text)).toEqual(['Which day?', 'Hello Ada, we have news']);
    expect(sent[1]?.request).toMatchObject({ ContentSid: name, ContentVariables: '{"1":"Ada"}' });
  });
});

describe('buttons by SMS', () => {
  it('go out as numbered text where the reply allows it, and the event says so', async () => {
    const customer = '+14155550183';
    const conversationId = await conversationWith(customer);
    const content = {
      ...{ type: 'buttons', text: 'Which day?' },
      buttons: [
        { id: 'mo', title: 'Monday' },
        { id: 'tu', title: 'Tuesday' },
      ],
    };
    await replyByQueue(stack, { conversationId, replyId: 'no', content });
    const [refused] = await stack.helpdesk.waitFor(about('no', 'failed'));
    expect(refused?.data.errors).toMatchObject([{ code: 'content_not_supported' }]);
    await replyByQueue(stack, { conversationId, replyId: 'numbered', content, asText: true });
    const [accepted] = await stack.helpdesk.waitFor(about('numbered', 'accepted'));
    const text = 'Which day?\n\n1. Monday\n2. Tuesday';
    expect(accepted?.data.message).toMatchObject({ text, metadata: { sentAs: 'numbered_text' } });
    await stack.helpdesk.waitFor(about('numbered', 'delivered'));
    expect(await sentTo(stack.description, 'twilio', customer)).toMatchObject([{ text }]);
  });
});

/** 3,000 characters: two messages. */
const long = 'Where my order is, I would like to know. '.repeat(75).slice(0, 3000);

/** Every order of two outcomes, one for each message, with the word that is said of the whole in the end. */
const fates = [
  ['delivered', 'delivered', 'delivered'],
  ['delivered', 'undelivered', 'failed'],
  ['undelivered', 'delivered', 'failed'],
  ['undelivered', 'undelivered', 'failed'],
] as const;

describe('an answer of 3,000 characters', () => {
  it.each(
    fates.flatMap(([one, two, word], index) =>
      [false, true].map(
        (reversed) =>
          [one, two, reversed, word, `+1415555020${2 * index + Number(reversed)}`] as const,
      ),
    ),
  )(
    'whose messages are %s and %s, the second told first: %s, is %s',
    async (...[one, two, reversed, word, customer]) => {
      const silent = { statuses: 'none' };
      await fetch(`${stack.description.providers['twilio']}/_conditions`, {
        method: 'POST',
        body: JSON.stringify(silent),
      });
      const conversationId = await conversationWith(customer);
      await replyByQueue(stack, {
        conversationId,
        replyId: customer,
        content: { type: 'text', text: long },
      });
      const [accepted] = await stack.helpdesk.waitFor(about(customer, 'accepted'));
      expect(accepted?.data.message).toMatchObject({
        metadata: { segments: '21', encoding: 'GSM-7' },
      });
      await stack.helpdesk.waitFor(about(customer, 'sent'));
      const [first, second] = await sentTo(stack.description, 'twilio', customer);
      const told = [
        [first, 'sent'],
        [second, 'sent'],
        [first, one],
        [second, two],
        [first, 'sent'],
      ] as const;
      for (const [send, status] of reversed ? told.toReversed() : told) {
        const messageId = send?.messageId ?? '';
        await tellStatus(stack.description, 'twilio', {
          messageId,
          status,
          ...(status === 'undelivered' ? { code: 30005 } : {}),
        });
      }
      const statusOf = { delivered: 'delivered', undelivered: 'failed' } as const;
      const table: Table = {
        client: DynamoDBDocumentClient.from(stack.dynamodb),
        name: stack.description.table,
      };
      const now = async () => {
        const entry = await readEntry(table, conversationId, 2);
        return [entry?.status, ...(entry?.parts ?? []).map(({ status }) => status)];
      };
      await expect.poll(now, { timeout: 20_000 }).toEqual([word, statusOf[one], statusOf[two]]);
      await stack.helpdesk.waitFor(about(customer, word));
    },
  );
});

describe('in the end', () => {
  it('the normalized queue has kept every promise of the contract', () => {
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
