import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '#test/support/aws/stored';
import { arrived, openTalk, type Talk, write } from '#test/support/replies/order';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { maxTooEarlySeconds } from '#test/support/stack/pace';
import { paced } from '#test/support/stack/paced';
import { brokenPromises } from '#test/support/stack/promises';
import { makeFault, type ProviderSend, writeAs } from '#test/support/stack/providers';
import { endPause, pausedUntilMs, waitingInDue } from '#test/support/stack/waiting';

/** X's 15 in 15 minutes, in seconds: five at once, then two in five seconds. The last of 40 waits for 87 seconds. */
const pacing = { perSecond: 0.4, burst: 5 };
const publicPacing = { perSecond: 5, burst: 20 };
const nearSeconds = 5;
const timerSeconds = 1;

let stack: LocalStack;
let direct: readonly Talk[];
beforeAll(async () => {
  const slowX = paced('twitter', { pacing, publicPacing }, nearSeconds);
  stack = await startLocalStack(undefined, 'local', slowX, timerSeconds);
  direct = await Promise.all(Array.from({ length: 8 }, () => openTalk(stack, 'twitter')));
}, 120_000);
afterAll(() => stack.stop());

type Sent = ProviderSend & { readonly at: string };

async function sentByX(): Promise<readonly Sent[]> {
  const url = `${stack.description.providers['twitter']}/_sent`;
  return (await (await fetch(url)).json()) as Sent[];
}

const isPost = ({ text }: Pick<Sent, 'text'>) => text.includes('post');
const isAlert =
  (code: string) =>
  ({ type, data }: HeardEvent) =>
    type === 'switchboard.channel.alert.v1' && data.code === code;

/** A customer mentions the account; resolves with the public conversation. */
async function mention(number: number): Promise<string> {
  const text = `@switchboard mention ${number}`;
  await writeAs(stack.description, 'twitter', { from: `customer_${number}`, text });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return event?.subject ?? '';
}

/** An answer to each of so many mentions, in conversations of their own. */
async function answerPosts(first: number, count: number): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => first + index);
  const conversations = await Promise.all(numbers.map(mention));
  for (const [index, conversationId] of conversations.entries()) {
    const text = `the answer to post ${numbers[index]}`;
    await replyByQueue(stack, textReply(conversationId, text, text));
  }
}

/** The events about replies of a type, with the reply's text by its id. */
const eventsOf = (name: string) =>
  stack.helpdesk.heard
    .map(({ event }) => event)
    .filter(({ type }) => type === `switchboard.message.${name}.v1`);
const replyIdOf = ({ data }: HeardEvent) =>
  String(Reflect.get(data, 'replyId') ?? data.message?.replyId);

describe('40 direct messages at once against the limit of X', () => {
  const dms = 40;
  let startedMs = 0;

  it('are all sent, in order, while posts go on', async () => {
    startedMs = Date.now();
    await Promise.all(direct.map((talk) => write(stack, talk, 'queue', { count: dms / 8 })));
    await expect
      .poll(() => waitingInDue(stack, 'twitter/main', 'slot'), { timeout: 20_000 })
      .toBeGreaterThan(20);
    await answerPosts(0, 12);
    await expect
      .poll(async () => (await sentByX()).filter(isPost).length, { timeout: 20_000 })
      .toBe(12);
    expect(await waitingInDue(stack, 'twitter/main', 'slot')).toBeGreaterThan(5);
    await expect
      .poll(async () => (await sentByX()).length, { timeout: 150_000, interval: 500 })
      .toBe(dms + 12);
    for (const talk of direct) expect(await arrived(stack, talk)).toEqual(talk.taken);
  }, 240_000);

  it('keep the pace of direct messages, and lose and double nothing', async () => {
    const calls = (await sentByX())
      .filter((sent) => !isPost(sent))
      .map(({ at }) => ({ handedInMs: startedMs, atMs: Date.parse(at) }));
    expect(calls).toHaveLength(dms);
    expect(maxTooEarlySeconds(calls, pacing)).toBeLessThanOrEqual(0.1);
  });

  it('are told as delayed, those that wait for longer than a minute, and before they are sent', async () => {
    await stack.helpdesk.waitFor(({ type }) => type === 'switchboard.message.sent.v1', {
      ...{ count: dms + 12, seconds: 30 },
    });
    const delayed = eventsOf('delayed');
    const waits = new Map(delayed.map((event) => [replyIdOf(event), event]));
    expect(delayed.length).toBeGreaterThan(0);
    expect(waits.size).toBe(delayed.length);
    const sent = eventsOf('sent');
    for (const [replyId, event] of waits) {
      const later = sent.find((each) => replyIdOf(each) === replyId);
      expect(Number(later?.revision)).toBeGreaterThan(Number(event.revision));
      expect(['rate_limit', 'earlier_reply']).toContain(Reflect.get(event.data, 'reason'));
      const expectedMs = Date.parse(String(Reflect.get(event.data, 'expectedAt')));
      expect(
        expectedMs - Date.parse(String(Reflect.get(event.data, 'occurredAt'))),
      ).toBeGreaterThanOrEqual(60_000);
    }
    expect([...waits.keys()].filter((id) => id.includes('post'))).toEqual([]);
  }, 60_000);
});

describe('X without credits (402)', () => {
  it('pauses the account for both kinds, and says so', async () => {
    await makeFault(stack.description, 'twitter', '402');
    const [talk] = direct as [Talk];
    const before = (await sentByX()).length;
    await write(stack, talk, 'queue', { count: 1 });
    await stack.helpdesk.waitFor(isAlert('credits_depleted'), { seconds: 30 });
    expect(await pausedUntilMs(stack, 'twitter')).toBeGreaterThan(Date.now() + 3_000_000);
    await write(stack, talk, 'queue', { count: 2 });
    await answerPosts(100, 3);
    await expect
      .poll(() => waitingInDue(stack, 'twitter/main', 'slot'), { timeout: 20_000 })
      .toBe(3);
    await expect
      .poll(() => waitingInDue(stack, 'twitter/main/public', 'slot'), { timeout: 20_000 })
      .toBe(3);
    const paused = await stack.helpdesk.waitFor(
      ({ type, data }) =>
        type === 'switchboard.message.delayed.v1' &&
        Reflect.get(data, 'reason') === 'account_paused',
      { count: 4, seconds: 30 },
    );
    for (const { data } of paused) expect(data).not.toHaveProperty('expectedAt');
    expect((await sentByX()).length).toBe(before);
  }, 90_000);

  it('sends again when there are credits: nothing is lost, doubled or out of order', async () => {
    await endPause(stack, 'twitter');
    await stack.helpdesk.waitFor(isAlert('account_resumed'), { seconds: 60 });
    await expect.poll(async () => (await sentByX()).length, { timeout: 60_000 }).toBe(40 + 12 + 6);
    for (const talk of direct) expect(await arrived(stack, talk)).toEqual(talk.taken);
    const texts = (await sentByX()).map(({ text }) => text);
    expect(new Set(texts).size).toBe(texts.length);
    await untilIdle(stack, 60);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  }, 180_000);
});
