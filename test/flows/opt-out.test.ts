import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replyByHttp, replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { sentWith, writeAs } from '#test/support/stack/providers';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

/** The customer writes on a channel; resolves with the conversation. */
async function said(connector: string, from: string, text: string): Promise<string> {
  await writeAs(stack.description, connector, { from, text });
  const isIt = ({ data, type }: HeardEvent) =>
    type.includes('received') && data.message?.text === text;
  const [event] = (await stack.helpdesk.waitFor(isIt)).slice(-1);
  return event?.subject ?? '';
}

const consentsIn = (id: string, count: number) =>
  stack.helpdesk.waitFor(
    ({ type, subject }) => subject === id && type.includes('consent.changed'),
    { count },
  );

async function outcomeOf(replyId: string) {
  const [event] = await stack.helpdesk.waitFor(
    ({ data, type }) => data.replyId === replyId && /failed|sent|delivered/.test(type),
  );
  return event?.data.errors?.map(({ code }) => code) ?? [];
}

describe('STOP, silence, START', () => {
  it('by SMS: nothing leaves in between, by queue or by HTTP, and the customer is answered again after START', async () => {
    const from = '+14155550171';
    const id = await said('twilio', from, 'Is it in stock?');
    await replyByQueue(stack, textReply(id, 'before', 'It is.'));
    expect(await outcomeOf('before')).toEqual([]);

    expect(await said('twilio', from, 'Stop!')).toBe(id);
    const [stopped] = await consentsIn(id, 1);
    expect(stopped?.data).toMatchObject({ category: 'all_messages', state: 'revoked' });
    await replyByQueue(stack, textReply(id, 'silent', 'A word by queue'));
    expect(await outcomeOf('silent')).toEqual(['recipient_opted_out']);
    const { conversationId: _, ...byHttp } = textReply(id, 'silent-2', 'A word by HTTP');
    const refused = await replyByHttp(stack, id, byHttp);
    expect(refused).toMatchObject({ status: 409, body: { error: 'recipient_opted_out' } });

    expect(await said('twilio', from, 'START')).toBe(id);
    const words = await consentsIn(id, 2);
    expect(words.at(-1)?.data).toMatchObject({ state: 'granted' });
    await replyByQueue(stack, textReply(id, 'after', 'Here again.'));
    expect(await outcomeOf('after')).toEqual([]);
    const counts = ['A word by queue', 'A word by HTTP', 'Here again.'].map(
      async (text) => (await sentWith(stack.description, 'twilio', text)).length,
    );
    expect(await Promise.all(counts)).toEqual([0, 0, 1]);
  });

  it('stays with the customer who said it: another one of the same number of ours is answered', async () => {
    const id = await said('twilio', '+14155550172', 'STOP');
    await consentsIn(id, 1);
    const other = await said('twilio', '+14155550173', 'Hello there');
    await replyByQueue(stack, textReply(other, 'other', 'Hello to you'));
    expect(await outcomeOf('other')).toEqual([]);
  });
});
