import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Adjust } from '#infra/local/functions';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';

const afterSeconds = 8;
const runEverySeconds = 4;

/** Messages are read from lists after seconds, not minutes; runs are many, so the budget is large. */
const soon: Adjust = (fn) => {
  const { ACCOUNTS, AFTER_SECONDS } = fn.environment;
  if (!ACCOUNTS || AFTER_SECONDS === undefined) return fn;
  const accounts = JSON.parse(ACCOUNTS).map((each: { connector: string; settings: object }) =>
    each.connector === 'twitter'
      ? { ...each, settings: { ...each.settings, catchUp: { dollarsPerDay: 20 } } }
      : each,
  );
  const environment = { ACCOUNTS: JSON.stringify(accounts), AFTER_SECONDS: String(afterSeconds) };
  return { ...fn, environment: { ...fn.environment, ...environment } };
};

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack(undefined, 'local', soon, runEverySeconds);
});
afterAll(() => stack.stop());

async function ask(path: string, body: object, method = 'POST') {
  const response = await fetch(`${stack.description.providers['twitter']}${path}`, {
    method,
    ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  expect(response.ok, text).toBe(true);
  return JSON.parse(text || '{}') as { providerMessageId?: string };
}

const write = async (from: string, text: string, more = {}) =>
  (await ask('/_inbound', { from, text, ...more })).providerMessageId ?? '';

const isText = (text: string) => (event: HeardEvent) => event.data.message?.text === text;
describe('an outage of the webhook', { timeout: 150_000 }, () => {
  it('is healed: mentions, answers and direct messages come once each, and in order', async () => {
    // A first run must be over: nothing from before it is read.
    await sleep((afterSeconds + 3 * runEverySeconds) * 1000);
    const root = await write('@ada', '@switchboard brought by the webhook');
    await stack.helpdesk.waitFor(isText('@switchboard brought by the webhook'));
    await ask('/_conditions', { webhook: 'outage' });
    await write('@fred', '@switchboard fred lost');
    for (const number of [1, 2, 3]) {
      await write('@ada', `@switchboard ada lost ${number}`, { inReplyTo: root });
      await write('@ben', `ben lost ${number}`);
      await write('@eve', `eve lost ${number}`);
    }
    await write('@ben', 'ben lost 4', { media: [{ kind: 'image' }] });
    await ask('/_conditions', {}, 'DELETE');
    await write('@eve', 'eve after the outage');
    const told = await stack.helpdesk.waitFor(isText('ben lost 4'), { seconds: 60 });
    await stack.helpdesk.waitFor(isText('@switchboard ada lost 3'), { seconds: 60 });
    await stack.helpdesk.waitFor(isText('eve lost 3'), { seconds: 60 });
    expect(told).toHaveLength(1);
    // Further runs bring nothing twice.
    await sleep(3 * runEverySeconds * 1000);
    const heard = stack.helpdesk.heard.map(({ event }) => event);
    const events = heard.filter(({ data }) => data.message?.text?.includes('lost'));
    const texts = (word: string) =>
      events.map(({ data }) => data.message?.text ?? '').filter((text) => text.includes(word));
    expect(texts('ada')).toEqual([1, 2, 3].map((number) => `@switchboard ada lost ${number}`));
    expect(texts('ben')).toEqual([1, 2, 3, 4].map((number) => `ben lost ${number}`));
    expect(texts('eve')).toEqual([1, 2, 3].map((number) => `eve lost ${number}`));
    expect(events.map(({ data }) => data.message?.metadata?.['caughtUp'])).toEqual(
      events.map(() => 'true'),
    );
    const alerts = heard.filter(({ type }) => type.includes('channel.alert'));
    expect(JSON.stringify(alerts)).toContain('messages_missed');
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});
