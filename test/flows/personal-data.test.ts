import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replyByHttp, replyByQueue, textReply } from '#test/support/replies/replies';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { writeAs } from '#test/support/stack/providers';

let stack: LocalStack;
let publicX: string;
let privateX: string;
beforeAll(async () => {
  stack = await startLocalStack();
  publicX = await conversationWith('1600000000000000002', '@switchboard where is my order?');
  privateX = await conversationWith('1600000000000000003', 'where is my order?');
});
afterAll(() => stack.stop());

async function conversationWith(from: string, text: string): Promise<string> {
  await writeAs(stack.description, 'twitter', { from, text });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return event?.subject ?? '';
}

const text = 'We have written to jane.doe@example.com';
const findings = [{ kind: 'email_address', excerpt: 'j…@e….com', path: 'content.text' }];
const title =
  'everyone would read an email address (j…@e….com) in content.text: take it out, answer in private, or send it with override: ["personal_data"]';

describe('a public reply with an email address', () => {
  it('is answered 422 by HTTP with what was found, and its replyId is still free', async () => {
    expect(await replyByHttp(stack, publicX, textReply(publicX, 'http', text))).toEqual({
      status: 422,
      body: { error: 'personal_data', reasons: [title], findings },
    });
    const meant = { ...textReply(publicX, 'http', text), override: ['personal_data'] };
    expect(await replyByHttp(stack, publicX, meant)).toMatchObject({ status: 202 });
    const [accepted] = await stack.helpdesk.waitFor(
      ({ type, data }) =>
        type === 'switchboard.message.accepted.v1' && data.message?.replyId === 'http',
    );
    expect(accepted?.data.message).toMatchObject({
      text,
      metadata: { overridden: 'personal_data' },
    });
    await stack.helpdesk.waitFor(
      ({ type, data }) => type === 'switchboard.message.sent.v1' && data.replyId === 'http',
    );
  });

  it('is answered by message.failed on the queue, and never sent', async () => {
    await replyByQueue(stack, textReply(publicX, 'queue', text));
    const [failed] = await stack.helpdesk.waitFor(
      ({ type, data }) => type === 'switchboard.message.failed.v1' && data.replyId === 'queue',
    );
    expect(failed?.data.errors).toEqual([
      { code: 'personal_data', title, retryable: false, findings },
    ]);
    // The replyId stands for the reply that failed.
    await replyByQueue(stack, {
      ...textReply(publicX, 'queue', text),
      override: ['personal_data'],
    });
    await stack.helpdesk.waitFor(({ data }) => data.errors?.[0]?.code === 'reply_id_reused');
  });

  it('is refused by name with an override that there is not', async () => {
    const command = { ...textReply(publicX, 'typo', text), override: ['personal'] };
    expect(await replyByHttp(stack, publicX, command)).toEqual({
      status: 400,
      body: {
        error: 'invalid_reply',
        reasons: ['override[0]: "personal"; allowed: personal_data'],
      },
    });
  });
});

describe('a reply without personal data, or in private', () => {
  it.each([
    ['a harmless one with an override it does not need', () => publicX, 'We are on it.'],
    ['a private one with an address', () => privateX, text],
  ])('goes out as it is: %s', async (what, conversation, words) => {
    const id = conversation();
    const command = {
      ...textReply(id, what, words),
      ...(id === publicX ? { override: ['personal_data'] } : {}),
    };
    expect(await replyByHttp(stack, id, command)).toMatchObject({ status: 202 });
    const [accepted] = await stack.helpdesk.waitFor(
      ({ type, data }) =>
        type === 'switchboard.message.accepted.v1' && data.message?.replyId === what,
    );
    expect(accepted?.data.message?.metadata).toEqual({});
  });
});
