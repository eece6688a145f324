import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { entryCount, untilIdle } from '#test/support/aws/stored';
import { callingConnectors } from '#test/support/connectors/lists';
import { sendMail } from '#test/support/mail/mail';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { post, whatsappWebhook } from '#test/support/webhooks/signed-webhooks';
import { textWebhook } from '#test/support/webhooks/text-webhooks';
import { whatsappBody, whatsappChange, whatsappText } from '#test/support/webhooks/webhook-bodies';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

const received = () =>
  stack.helpdesk.heard
    .map(({ event }) => event)
    .filter(({ type }) => type === 'switchboard.message.received.v1');

const withText = (text: string) => received().filter(({ data }) => data.message?.text === text);

async function expectOnce(text: string): Promise<void> {
  await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  await untilIdle(stack);
  const events = withText(text);
  expect(events).toHaveLength(1);
  expect(await entryCount(stack, events[0]?.subject ?? '')).toBe(1);
}

describe.each(callingConnectors)('a webhook of %s that comes again', (connector) => {
  const webhookOf = (key: string, text: string) =>
    textWebhook(connector, stack.description, key, text);

  it('three times, one after the other, is one event and one entry', async () => {
    const text = `three times ${connector}`;
    const webhook = webhookOf('3', text);
    for (let time = 0; time < 3; time += 1) expect((await post(webhook)).status).toBe(200);
    await expectOnce(text);
    // Once more, when everything about it is long done.
    expect((await post(webhook)).status).toBe(200);
    await expectOnce(text);
  });

  it('twice at the same moment is one event and one entry', async () => {
    const text = `twice at once ${connector}`;
    const webhook = webhookOf('2', text);
    const answers = await Promise.all([post(webhook), post(webhook)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    await expectOnce(text);
  });
});

describe('a mail that comes again', () => {
  it('is one event and one entry, though SES counts it as another one', async () => {
    const date = new Date('2026-11-03T10:12:00Z');
    const letter = { from: 'ada@customer.example', text: 'a mail that came twice', date };
    const messageId = '<twice@customer.example>';
    const sent = [1, 2].map(() => sendMail(stack.description, { ...letter, messageId }));
    expect(await Promise.all(sent)).toEqual([250, 250]);
    await expectOnce(letter.text);
  });
});

describe('one webhook', () => {
  it('with 2 entries of 2 changes of 3 messages is twelve events', async () => {
    const text = (index: number) => `one of twelve ${index}`;
    const messages = Array.from({ length: 12 }, (_, index) =>
      // Seven customers, so that some write more than once.
      whatsappText(`1650555100${index % 7}`, `wamid.batch${index}`, text(index)),
    );
    const [a, b, c, d] = [0, 3, 6, 9].map((start) =>
      whatsappChange(stack.description, { messages: messages.slice(start, start + 3) }),
    );
    const body = whatsappBody([a, b], [c, d]);
    expect((await post(whatsappWebhook(stack.description, body))).status).toBe(200);
    await stack.helpdesk.waitFor(
      ({ data }) => data.message?.text?.startsWith('one of twelve') ?? false,
      {
        count: 12,
      },
    );
    await untilIdle(stack);
    const counts = messages.map((_, index) => withText(text(index)).length);
    expect(counts).toEqual(Array.from({ length: 12 }, () => 1));
  });

  it('with twelve messages of one customer keeps their order', async () => {
    const texts = Array.from({ length: 12 }, (_, index) => `ordered ${index}`);
    const messages = texts.map((text, index) =>
      whatsappText('16505552000', `wamid.order${index}`, text),
    );
    const body = whatsappBody([whatsappChange(stack.description, { messages })]);
    expect((await post(whatsappWebhook(stack.description, body))).status).toBe(200);
    const isOrdered = (text: string) => text.startsWith('ordered');
    await stack.helpdesk.waitFor(({ data }) => isOrdered(data.message?.text ?? ''), { count: 12 });
    const ordered = received().filter(({ data }) => isOrdered(data.message?.text ?? ''));
    expect(ordered.map(({ data }) => data.message?.text)).toEqual(texts);
    expect(ordered.map(({ sequence }) => Number(sequence))).toEqual(
      texts.map((_, index) => index + 1),
    );
    expect(new Set(ordered.map(({ subject }) => subject)).size).toBe(1);
  });
});

describe('the normalized queue', () => {
  it('keeps every promise of the contract', () => {
    expect(received()).toHaveLength(callingConnectors.length * 2 + 1 + 12 + 12);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
