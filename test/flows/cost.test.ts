import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, start } from '#test/cli/run-switchboard';
import { untilIdle } from '#test/support/aws/stored';
import { replyByHttp, textReply } from '#test/support/replies/replies';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { writeAs } from '#test/support/stack/providers';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

async function conversationWith(connector: string, from: string, text: string): Promise<string> {
  await writeAs(stack.description, connector, { from, text });
  const [event] = await stack.helpdesk.waitFor(({ data }) => data.message?.text === text);
  return event?.subject ?? '';
}

async function sent(conversation: string, replyId: string, text: string) {
  const answer = await replyByHttp(stack, conversation, textReply(conversation, replyId, text));
  const [event] = await stack.helpdesk.waitFor(
    ({ type, data }) => type === 'switchboard.message.sent.v1' && data.replyId === replyId,
  );
  const [accepted] = await stack.helpdesk.waitFor(
    ({ type, data }) =>
      type === 'switchboard.message.accepted.v1' && data.message?.replyId === replyId,
  );
  return { answer, cost: event?.data.cost, metadata: accepted?.data.message?.metadata };
}

const warning =
  'X charges more for a post with a link: about 0.200 USD instead of 0.010 (prices of 2026-08-28)';
const estimate = { currency: 'USD', estimated: true, asOf: '2026-08-28' };

describe('what X charges', () => {
  it('is told with each message that was sent, and warned of where a link makes it dearer', async () => {
    const direct = await conversationWith('twitter', '1600000000000000011', 'hello');
    const mention = '@switchboard hello';
    const open = await conversationWith('twitter', '1600000000000000012', mention);
    expect(await sent(direct, 'dm', 'see https://acme.com')).toEqual({
      answer: { status: 202, body: { replyId: 'dm', conversationId: direct, status: 'queued' } },
      cost: { amount: '0.015', ...estimate, dayTotal: '0.030' },
      metadata: {},
    });
    expect((await sent(open, 'plain', 'we are on it')).cost).toMatchObject({
      ...{ amount: '0.010', dayTotal: '0.040' },
    });
    const linked = await sent(open, 'link', 'see https://acme.com');
    expect(linked.answer).toMatchObject({ status: 202, body: { warnings: [warning] } });
    expect(linked.cost).toMatchObject({ amount: '0.200', dayTotal: '0.240' });
    expect(linked.metadata).toEqual({ costWarning: warning });
  });

  it('is told by day, without messages of providers that charge otherwise', async () => {
    const sms = await conversationWith('twilio', '+14155550199', 'hello by SMS');
    expect((await sent(sms, 'sms', 'see https://acme.com')).cost).toBeUndefined();
    await untilIdle(stack);
    const { code, stdout } = await start(['cost', '--json'], folder()).ended;
    expect(code).toBe(0);
    expect(jsonLines(stdout)).toEqual([
      {
        ...{ connector: 'twitter', account: 'main', day: today(), amount: '0.240', ...estimate },
        uses: {
          ...{ 'dm.received': 1, 'post.mention.create': 1, 'send:dm': 1 },
          ...{ 'send:post_with_link': 1, 'send:summoned_reply': 1 },
        },
      },
    ]);
  });

  it('is told in words, and for accounts that are charged by the use only', async () => {
    const { stdout, stderr } = await start(['cost', '--account', 'twitter/main'], folder()).ended;
    expect(stdout).toMatch(new RegExp(`${today()} +twitter/main +send:dm +1 +0\\.015`));
    expect(stdout).toMatch(new RegExp(`${today()} +twitter/main +all +0\\.240`));
    expect(stderr).toContain('twitter/main: estimated by the prices of 2026-08-28');
    expect(await start(['cost', '--account', 'twilio/main'], folder()).ended).toMatchObject({
      ...{
        code: 2,
        stderr: expect.stringContaining('those that are charged by the use: twitter/main'),
      },
    });
  });
});

const folder = () => dirname(stack.description.logs);
const today = () => new Date().toISOString().slice(0, 10);
