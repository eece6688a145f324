import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { writeAs } from '#test/support/stack/providers';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

async function tell(path: string, body: object): Promise<void> {
  const url = `${stack.description.providers['whatsapp']}${path}`;
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(200);
}
afterEach(async () => {
  await tell('/_conditions', {});
  await tell('/_clock', { offsetSeconds: 0 });
});

const customers = ['491701000001', '491701000002', '491701000003', 'DE.440011'];
const write = (from: string, text: string) =>
  writeAs(stack.description, 'whatsapp', { from, text });
const received = (text: string) => (event: HeardEvent) =>
  event.data.message?.text === text && event.type.includes('message.received');
const ofReply = (replyId: string) => (event: HeardEvent) =>
  (event.data.message?.replyId ?? event.data.replyId) === replyId;
const nameOf = ({ type }: HeardEvent) => type.split('.').at(-2);

describe('Meta in bad conditions', () => {
  it('joins, repeats and reorders; each message is told once, each reply delivered once', async () => {
    await tell('/_conditions', {
      batch: 1000,
      repeat: true,
      reorder: true,
      delayMilliseconds: 400,
    });
    const texts = customers.flatMap((from) => [1, 2].map((count) => `storm ${from} ${count}`));
    const written = await Promise.all(texts.map((text) => write(text.split(' ')[1] ?? '', text)));
    expect(new Set(written.map(({ status }) => status))).toEqual(new Set([200]));
    const conversations = new Set<string | undefined>();
    for (const text of texts) {
      const events = await stack.helpdesk.waitFor(received(text), { seconds: 60 });
      expect(events).toHaveLength(1);
      conversations.add(events[0]?.subject);
    }
    expect(conversations.size).toBe(customers.length);
    for (const [index, conversationId] of [...conversations].entries()) {
      await replyByQueue(stack, textReply(conversationId ?? '', `storm-${index}`, 'Shelter here'));
    }
    for (const index of customers.keys()) {
      const isDelivered = (event: HeardEvent) =>
        ofReply(`storm-${index}`)(event) && nameOf(event) === 'delivered';
      expect(await stack.helpdesk.waitFor(isDelivered, { seconds: 60 })).toHaveLength(1);
    }
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  }, 120_000);
});

describe('Meta a day later', () => {
  it('refuses free-form text; the reply fails as `reply_window_closed`', async () => {
    await write('491701000009', 'who waits a day');
    const [event] = await stack.helpdesk.waitFor(received('who waits a day'));
    await tell('/_clock', { offsetSeconds: 25 * 3600 });
    await replyByQueue(stack, textReply(event?.subject ?? '', 'late', 'Too late?'));
    const [failed] = await stack.helpdesk.waitFor(
      (each) => ofReply('late')(each) && nameOf(each) === 'failed',
    );
    expect(failed?.data.errors).toMatchObject([
      { code: 'reply_window_closed', providerCode: '131047' },
    ]);
  });
});
