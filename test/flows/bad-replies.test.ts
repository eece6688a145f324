import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HeardEvent } from '#test/support/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/local-stack';
import { brokenPromises } from '#test/support/promises';
import { writeAs } from '#test/support/providers';
import { replyByHttp, replyByQueue, textReply } from '#test/support/replies';
import { queueDepths, untilIdle } from '#test/support/stored';

let stack: LocalStack;
let conversationId: string;
let emailConversationId: string;
beforeAll(async () => {
  stack = await startLocalStack();
  conversationId = await conversationWith('whatsapp', '16505551234');
  emailConversationId = await conversationWith('email', 'ada@customer.example');
});
afterAll(() => stack.stop());

async function conversationWith(connector: string, from: string): Promise<string> {
  const text = `hello by ${connector}`;
  await writeAs(stack.description, connector, { from, text });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return event?.subject ?? '';
}

const failures = (from: number) =>
  stack.helpdesk.heard
    .slice(from)
    .map(({ event }) => event)
    .filter(({ type }) => type === 'switchboard.message.failed.v1');

/** The `message.failed` that answers what `ask` does. */
async function failureOf(ask: () => Promise<unknown>): Promise<HeardEvent | undefined> {
  const from = stack.helpdesk.heard.length;
  await ask();
  await expect.poll(() => failures(from).length, { timeout: 20_000 }).toBeGreaterThan(0);
  await untilIdle(stack);
  const [failure, ...more] = failures(from);
  expect(more).toEqual([]);
  return failure;
}

const text = { type: 'text', text: 'hello' };
const media = { type: 'media', url: 'https://files.example/a.gif', contentType: 'image/gif' };
const fourButtons = {
  ...{ type: 'buttons', text: 'Well?' },
  buttons: ['a', 'b', 'c', 'd'].map((id) => ({ id, title: id })),
};
const template = { type: 'template', name: 'hello', language: 'en' };
const nowhere = 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa';

/** What is wrong, the code it is answered with, the HTTP status, and the command. */
const mistakes: readonly (readonly [string, string, number, () => Record<string, unknown>])[] = [
  [
    'for a conversation that does not exist',
    'unknown_conversation',
    404,
    () => ({ replyId: 'r1', conversationId: nowhere, content: text }),
  ],
  ['without a replyId', 'invalid_reply', 400, () => ({ conversationId, content: text })],
  [
    'with an empty replyId',
    'invalid_reply',
    400,
    () => ({ replyId: '', conversationId, content: text }),
  ],
  ['without content', 'invalid_reply', 400, () => ({ replyId: 'r2', conversationId })],
  [
    'with an empty text',
    'invalid_reply',
    400,
    () => ({ replyId: 'r3', conversationId, content: { type: 'text', text: '' } }),
  ],
  [
    'with content nobody has heard of',
    'invalid_reply',
    400,
    () => ({ replyId: 'r4', conversationId, content: { type: 'hologram' } }),
  ],
  [
    'with a file of a kind that WhatsApp does not take',
    'content_not_supported',
    422,
    () => ({ replyId: 'r5', conversationId, content: media }),
  ],
  [
    'with more buttons than WhatsApp has room for',
    'limit_exceeded',
    422,
    () => ({ replyId: 'r8', conversationId, content: fourButtons }),
  ],
  [
    'with a template, which mail does not have',
    'content_not_supported',
    422,
    () => ({ replyId: 'r6', conversationId: emailConversationId, content: template }),
  ],
  [
    'with a text longer than the channel takes',
    'text_too_long',
    422,
    () => ({
      replyId: 'r7',
      conversationId,
      content: { type: 'text', text: 'x'.repeat(40_961) },
    }),
  ],
];

describe.each(mistakes)('a reply %s', (_, code, status, command) => {
  it(`is answered by message.failed with ${code}`, async () => {
    const given = command();
    const failure = await failureOf(() => replyByQueue(stack, given));
    expect(failure).toMatchObject({
      subject: given['conversationId'],
      data: {
        status: 'failed',
        errors: [{ code, retryable: false, title: expect.any(String) }],
        ...(given['replyId'] ? { replyId: given['replyId'] } : {}),
      },
    });
  });

  it(`is answered ${status} by HTTP too`, async () => {
    const given = command();
    const again = given['replyId'] ? { ...given, replyId: `http-${given['replyId']}` } : given;
    let answer: Awaited<ReturnType<typeof replyByHttp>> | undefined;
    const failure = await failureOf(async () => {
      answer = await replyByHttp(stack, String(given['conversationId']), again);
    });
    expect(answer).toMatchObject({ status, body: { error: code } });
    expect(failure).toMatchObject({ data: { errors: [{ code }] } });
    // Whoever asks again, now that everything is recorded, is told the same.
    const repeated = await replyByHttp(stack, String(given['conversationId']), again);
    expect(repeated).toEqual(answer);
    await untilIdle(stack);
  });
});

describe('nonsense on the replies queue', () => {
  it.each([
    ['no JSON', 'not JSON at all'],
    ['a number', '17'],
    ['null', 'null'],
    ['a list', '[1, 2]'],
    ['strange types', '{"replyId": 5, "conversationId": {"a": 1}, "content": "text"}'],
    ['a lone surrogate', '{"replyId": "\\ud800", "content": {"type": "text", "text": "\\udc00"}}'],
  ])('such as %s is answered by message.failed', async (_, body) => {
    const failure = await failureOf(() => replyByQueue(stack, body));
    expect(failure).toMatchObject({
      data: { status: 'failed', errors: [{ code: 'invalid_reply' }] },
    });
  });

  it('by HTTP is answered 400', async () => {
    for (const body of ['{', '[]', '"text"', '']) {
      expect(await replyByHttp(stack, conversationId, body)).toMatchObject({
        status: 400,
        body: { error: 'invalid_reply' },
      });
    }
    await untilIdle(stack);
  });

  it('by HTTP is answered 413 when it is too large', async () => {
    const command = textReply(conversationId, 'huge', 'x'.repeat(500_000));
    expect(await replyByHttp(stack, conversationId, command)).toMatchObject({
      status: 413,
      body: { error: 'body_too_large' },
    });
    // Fewer bytes, and more of them once every letter is escaped for the queue.
    const escaped = { ...command, content: { type: 'text', text: 'я'.repeat(220_000) } };
    expect(await replyByHttp(stack, conversationId, escaped)).toMatchObject({ status: 413 });
  });

  it.each([
    ['table', { metadata: { note: 'é'.repeat(210_000) } }],
    ['normalized queue', { content: { type: 'text', text: '漢'.repeat(100_000) } }],
  ])('that is too large for the %s is answered by message.failed', async (where, change) => {
    const replyId = `heavy for the ${where}`;
    const command = { ...textReply(emailConversationId, replyId, 'hello'), ...change };
    const failure = await failureOf(() => replyByQueue(stack, command));
    expect(failure).toMatchObject({ data: { replyId, errors: [{ code: 'invalid_reply' }] } });
  });

  it('of the longest text that is allowed goes out', async () => {
    const text = '漢'.repeat(74_000);
    await replyByQueue(stack, textReply(emailConversationId, 'longest', text));
    const delivered = ({ type, data }: HeardEvent) =>
      data.replyId === 'longest' && type === 'switchboard.message.delivered.v1';
    expect(await stack.helpdesk.waitFor(delivered)).toHaveLength(1);
  });
});

describe('after all that', () => {
  it('the consumer still works', async () => {
    await replyByQueue(stack, textReply(conversationId, 'fine', 'And a good one'));
    const delivered = ({ type, data }: HeardEvent) =>
      data.replyId === 'fine' && type === 'switchboard.message.delivered.v1';
    expect(await stack.helpdesk.waitFor(delivered)).toHaveLength(1);
  });

  it('nothing is among the dead letters, and every promise is kept', async () => {
    const depths = Object.entries(await queueDepths(stack));
    expect(depths.filter(([name, depth]) => name.endsWith('dead letters') && depth > 0)).toEqual(
      [],
    );
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
