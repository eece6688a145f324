import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '#test/support/aws/stored';
import { arrived, type Connector, openTalk, type Talk, write } from '#test/support/replies/order';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { maxTooEarlySeconds } from '#test/support/stack/pace';
import { paced } from '#test/support/stack/paced';
import { brokenPromises } from '#test/support/stack/promises';
import { makeFault, type ProviderSend } from '#test/support/stack/providers';
import { pausedUntilMs, waitingInDue } from '#test/support/stack/waiting';

const pacing = { perSecond: 1, burst: 1 };
/** So many slots of the paced account, of the replies below far fewer than there are. */
const nearSeconds = 5;
const timerSeconds = 1;

let stack: LocalStack;
let paused: readonly Talk[];
let busy: readonly Talk[];
let later: readonly Talk[];
let campaign: readonly Talk[];
let other: Talk;
let pauseEndMs: number;
beforeAll(async () => {
  stack = await startLocalStack(
    undefined,
    'local',
    paced('twilio', { pacing }, nearSeconds),
    timerSeconds,
  );
  const open = (connector: Connector, count: number) =>
    Promise.all(Array.from({ length: count }, () => openTalk(stack, connector)));
  paused = await open('whatsapp', 2);
  busy = await open('twilio', 16);
  later = await open('twilio', 8);
  campaign = await open('twilio', 3);
  other = await openTalk(stack, 'email');
  // First of all, because the pause of a minute is the longest wait.
  await makeFault(stack.description, 'whatsapp', '190');
  await write(stack, paused[0] as Talk, 'queue', { count: 1 });
  await stack.helpdesk.waitFor(isAlert('credentials_rejected'));
  pauseEndMs = await pausedUntilMs(stack, 'whatsapp');
}, 120_000);
afterAll(() => stack.stop());

const isAlert =
  (code: string) =>
  ({ type, data }: HeardEvent) =>
    type === 'switchboard.channel.alert.v1' && data.code === code;

const writeAll = (talks: readonly Talk[], count: number) =>
  Promise.all(talks.map((talk) => write(stack, talk, 'queue', { count })));

async function sentBy(connector: Connector): Promise<readonly (ProviderSend & { at: string })[]> {
  const url = `${stack.description.providers[connector]}/_sent`;
  return (await (await fetch(url)).json()) as (ProviderSend & { at: string })[];
}

async function expectInOrder(talks: readonly Talk[]): Promise<void> {
  for (const talk of talks) expect(await arrived(stack, talk)).toEqual(talk.taken);
}

const campaignText = ({ customer }: Talk) => `news for ${customer}`;

describe('replies of an account that its provider has paused', () => {
  it('wait in `due`, and none is tried', async () => {
    await writeAll(paused, 4);
    await expect
      .poll(() => waitingInDue(stack, 'whatsapp/main', 'slot'), { timeout: 20_000 })
      .toBe(9);
    expect(await sentBy('whatsapp')).toEqual([]);
  }, 40_000);
});

describe('more replies at once than an account may send', () => {
  let startedMs = 0;
  let sends: readonly (ProviderSend & { at: string })[] = [];

  it('leave once and in order, those with far slots from `due`', async () => {
    startedMs = Date.now();
    await writeAll(busy, 1);
    await writeAll(busy.slice(-4), 1);
    await expect
      .poll(() => waitingInDue(stack, 'twilio/main', 'slot'), { timeout: 20_000, interval: 50 })
      .toBeGreaterThan(3);
    for (const talk of campaign) {
      const command = textReply(talk.conversationId, campaignText(talk), campaignText(talk));
      await replyByQueue(stack, { ...command, purpose: 'marketing' });
    }
    await expect
      .poll(() => waitingInDue(stack, 'twilio/main', 'campaign'), { timeout: 20_000, interval: 50 })
      .toBeGreaterThan(0);
    await writeAll(later, 1);
    await write(stack, other, 'queue', { count: 3 });
    await expect.poll(async () => (await sentBy('twilio')).length, { timeout: 120_000 }).toBe(31);
    sends = await sentBy('twilio');
    await expectInOrder([...busy, ...later]);
  }, 200_000);

  it('leave as their pace allows', () => {
    const calls = sends.map(({ at }) => ({ handedInMs: startedMs, atMs: Date.parse(at) }));
    expect(calls).toHaveLength(31);
    expect(maxTooEarlySeconds(calls, pacing)).toBeLessThanOrEqual(0.1);
  });

  it('hold up no other account: its replies have left while most of them still wait', async () => {
    const others = await sentBy('email');
    expect(others).toHaveLength(3);
    const last = others.at(-1)?.at ?? '';
    expect(sends.filter(({ at }) => at > last).length).toBeGreaterThan(8);
  });

  it('go before a campaign that was handed in before some of them', () => {
    const texts = sends.map(({ text }) => text);
    const places = campaign.map((talk) => texts.indexOf(campaignText(talk)));
    // Where the sweep comes late, a slot or two are free.
    expect(Math.min(...places)).toBeGreaterThanOrEqual(24);
    expect(new Set(texts).size).toBe(31);
  });
});

describe('after the pause', () => {
  it('the replies that waited leave, once and in order, and not before', async () => {
    await stack.helpdesk.waitFor(isAlert('account_resumed'), { seconds: 120 });
    await expect.poll(async () => (await sentBy('whatsapp')).length, { timeout: 60_000 }).toBe(9);
    await expectInOrder(paused);
    const first = (await sentBy('whatsapp'))[0]?.at ?? '';
    expect(Date.parse(first)).toBeGreaterThanOrEqual(pauseEndMs);
  }, 200_000);

  it('nothing is left, and every promise to the consumer is kept', async () => {
    await untilIdle(stack, 60);
    expect(await waitingInDue(stack, 'twilio/main', 'slot')).toBe(0);
    expect(await waitingInDue(stack, 'twilio/main', 'campaign')).toBe(0);
    expect(await waitingInDue(stack, 'whatsapp/main', 'slot')).toBe(0);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  }, 90_000);
});
