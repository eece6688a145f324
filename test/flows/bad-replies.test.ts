import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everythingWritten, queueDepths, untilIdle } from '#test/support/aws/stored';
import { replyByHttp, replyByQueue, signalByHttp, textReply } from '#test/support/replies/replies';
import type { Heard, HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { writeAs } from '#test/support/stack/providers';
import { type Known, mistakes } from './mistakes.ts';

let stack: LocalStack;
let known: Known;
beforeAll(async () => {
  stack = await startLocalStack();
  known = {
    whatsapp: await conversationWith('whatsapp', '16505551234'),
    sms: await conversationWith('twilio', '+14155550123'),
    senderName: await conversationWith('twilio', 'DHL'),
    shortCode: await conversationWith('twilio', '24273'),
    email: await conversationWith('email', 'ada@customer.example'),
    privateX: await conversationWith('twitter', '1600000000000000001'),
    publicX: await conversationWith('twitter', '1600000000000000002', '@switchboard '),
  };
});
afterAll(() => stack.stop());

async function conversationWith(connector: string, from: string, before = ''): Promise<string> {
  const text = `${before}hello by ${connector} from ${from}`;
  await writeAs(stack.description, connector, { from, text });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return event?.subject ?? '';
}

/** Everything that was heard of what `ask` did, until nothing moves any more. */
async function heardOf(ask: () => Promise<unknown>, least = 0): Promise<readonly Heard[]> {
  const from = stack.helpdesk.heard.length;
  await ask();
  const heard = () => stack.helpdesk.heard.slice(from);
  await expect.poll(() => heard().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(least);
  await untilIdle(stack);
  return heard();
}

/** The one `message.failed` that answers a command on the replies queue. */
async function failureOf(command: unknown): Promise<Heard | undefined> {
  const [failure, ...more] = await heardOf(() => replyByQueue(stack, command), 1);
  expect(more).toEqual([]);
  expect(failure?.event.type).toBe('switchboard.message.failed.v1');
  return failure;
}

type Answer = Awaited<ReturnType<typeof replyByHttp>>;

/** Asks by HTTP, and makes sure that the answer is all that comes of it. */
async function refusedByHttp(ask: () => Promise<Answer>): Promise<Answer> {
  await untilIdle(stack);
  const before = await everythingWritten(stack);
  let answer: Answer | undefined;
  expect(
    await heardOf(async () => {
      answer = await ask();
    }),
  ).toEqual([]);
  expect(await everythingWritten(stack)).toEqual(before);
  if (!answer) throw new Error('no answer');
  return answer;
}

let commanded = 0;

describe.each(mistakes)('a reply $what', ({ code, status, reason, where, command }) => {
  const whole = () => {
    commanded += 1;
    return { replyId: `r${commanded}`, conversationId: known[where], ...command(known) };
  };

  it(`is answered ${status} ${code} by HTTP, and nothing else happens`, async () => {
    const answer = await refusedByHttp(() => replyByHttp(stack, known[where], whole()));
    const reasons = expect.arrayContaining([expect.stringContaining(reason)]);
    // A direct message takes what is too long for a post; this customer has written none yet.
    const isAdvised = where === 'publicX' && code === 'text_too_long';
    const advice = { advice: { action: 'reply_in_private', channel: 'twitter' } };
    const body = { error: code, reasons, ...(isAdvised ? advice : {}) };
    expect(answer).toEqual({ status, body });
  });

  it('is answered by message.failed on the queue, with its replyId', async () => {
    const given = whole();
    const failure = await failureOf(given);
    expect(failure?.event).toMatchObject({
      subject: known[where],
      data: {
        ...{ replyId: given.replyId, status: 'failed' },
        errors: [{ code, retryable: false, title: expect.stringContaining(reason) }],
      },
    });
    expect(failure?.groupId).toBe(known[where]);
  });
});

describe('a reply to another conversation', () => {
  it('than the path names is answered 400, and goes to neither', async () => {
    const command = textReply(known.email, 'astray', 'For Ada only');
    expect(await refusedByHttp(() => replyByHttp(stack, known.whatsapp, command))).toEqual({
      status: 400,
      body: {
        error: 'invalid_reply',
        reasons: [
          `conversationId: "${known.email}" in the body; the path says "${known.whatsapp}"`,
        ],
      },
    });
  });

  it('than there is has an answer in a group of its own', async () => {
    const nowhere = 'cnv_aaaaaaaaaaaaaaaaaaaaaaaaaa';
    const command = textReply(nowhere, 'nowhere', 'hello');
    expect(await refusedByHttp(() => replyByHttp(stack, nowhere, command))).toEqual({
      status: 404,
      body: { error: 'unknown_conversation', reasons: [`no conversation ${nowhere}`] },
    });
    const failure = await failureOf(command);
    expect(failure?.event).toMatchObject({
      ...{ subject: nowhere, data: { replyId: 'nowhere' } },
    });
    expect(failure?.groupId).toMatch(/^refused_/);
  });
});

describe('what is no command at all', () => {
  it.each([
    ['{"replyId": ', 'the body is not JSON'],
    ['replyId=r1&content=hello', 'the body is a form; send JSON'],
    ['[]', 'the body is an array; allowed: an object'],
    ['"text"', 'the body is a string; allowed: an object'],
    ['17', 'the body is a number; allowed: an object'],
    ['null', 'the body is null; allowed: an object'],
  ])('is told what it is, by either way: %s', async (body, words) => {
    const reason = expect.stringContaining(words);
    expect(await refusedByHttp(() => replyByHttp(stack, known.whatsapp, body))).toEqual({
      status: 400,
      body: { error: 'invalid_reply', reasons: [reason] },
    });
    const failure = await failureOf(body);
    expect(failure?.event.data.errors).toMatchObject([{ code: 'invalid_reply', title: reason }]);
    expect(failure?.event.data.replyId).toBeUndefined();
    expect(failure?.groupId).toMatch(/^refused_/);
  });

  it('by HTTP: empty, or a sign that is a form', async () => {
    const empty = await refusedByHttp(() => replyByHttp(stack, known.whatsapp, ''));
    expect(empty.body['reasons']).toEqual(['the body is empty; send a JSON object']);
    const form = await refusedByHttp(() => signalByHttp(stack, known.whatsapp, 'signal=typing'));
    expect(form).toMatchObject({ status: 400, body: { error: 'invalid_signal' } });
  });

  it('is JSON whatever its content type says', async () => {
    const command = textReply(known.whatsapp, 'curl', 'As curl says it');
    const type = 'application/x-www-form-urlencoded';
    expect((await replyByHttp(stack, known.whatsapp, command, type)).status).toBe(202);
    const delivered = ({ type: name, data }: HeardEvent) =>
      data.replyId === 'curl' && name === 'switchboard.message.delivered.v1';
    expect(await stack.helpdesk.waitFor(delivered)).toHaveLength(1);
  });

  it('is answered 413 when it is too large', async () => {
    const command = textReply(known.whatsapp, 'huge', 'x'.repeat(520_000));
    const answer = await refusedByHttp(() => replyByHttp(stack, known.whatsapp, command));
    expect(answer).toMatchObject({ status: 413, body: { error: 'body_too_large' } });
    const failure = await failureOf(command);
    expect(failure?.event.data).toMatchObject({
      replyId: 'huge',
      errors: [{ code: 'body_too_large' }],
    });
  });
});

describe('a sign of reading or typing', () => {
  it.each<[string, keyof Known, object, number, string]>([
    ['on a channel that has none', 'sms', { signal: 'typing' }, 422, 'content_not_supported'],
    ['in a mail', 'email', { signal: 'read' }, 422, 'content_not_supported'],
    [
      'about a message that is not there',
      'whatsapp',
      { signal: 'read', messageId: 'msg_1' },
      400,
      'invalid_signal',
    ],
    ['that nobody knows', 'whatsapp', { signal: 'wave' }, 400, 'invalid_signal'],
  ])('%s is answered by either way', async (_, where, sign, status, code) => {
    const conversationId = known[where];
    expect(await refusedByHttp(() => signalByHttp(stack, conversationId, sign))).toMatchObject({
      ...{ status, body: { error: code, reasons: [expect.any(String)] } },
    });
    const failure = await failureOf({ conversationId, ...sign });
    expect(failure?.event.data.errors).toMatchObject([{ code }]);
    expect(failure?.groupId).toBe(conversationId);
  });
});

describe('after all that', () => {
  it('the longest text that is allowed goes out', async () => {
    const text = '漢'.repeat(74_000);
    await replyByQueue(stack, textReply(known.email, 'longest', text));
    const delivered = ({ type, data }: HeardEvent) =>
      data.replyId === 'longest' && type === 'switchboard.message.delivered.v1';
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
