import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stage } from '#infra/cdk/config/local';
import { maxBeyondPace } from '#test/store/pace';
import { replyByQueue, textReply } from '#test/support/replies/replies';
import type { HeardEvent } from '#test/support/stack/helpdesk';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { type ProviderSend, writeAs } from '#test/support/stack/providers';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

const nameOf = ({ type }: HeardEvent) => type.split('.').at(-2);

describe('X on a laptop', () => {
  it('paces replies in seconds, not in the minutes of its own limit', async () => {
    const count = 18;
    const texts = Array.from({ length: count }, (_, index) => `customer ${index} waits`);
    await Promise.all(
      texts.map((text, index) =>
        writeAs(stack.description, 'twitter', { from: `customer_${index}`, text }),
      ),
    );
    const received = await stack.helpdesk.waitFor((event) => nameOf(event) === 'received', {
      ...{ count, seconds: 60 },
    });
    for (const [index, { subject = '' }] of received.entries()) {
      await replyByQueue(stack, textReply(subject, `paced-${index}`, 'Here we are'));
    }
    // At X's own pace the last three would take three minutes.
    await stack.helpdesk.waitFor((event) => nameOf(event) === 'sent', { count, seconds: 60 });
    const url = `${stack.description.providers['twitter']}/_sent`;
    const sent = (await (await fetch(url)).json()) as (ProviderSend & { readonly at: string })[];
    const { pacing } = stage.accounts.find(({ connector }) => connector === 'twitter') ?? {};
    if (pacing === undefined) throw new Error('the stage names no pace of its own');
    const seconds = sent.map(({ at }) => Date.parse(at) / 1000);
    expect(seconds).toHaveLength(count);
    // Turns are taken a little before the sends they allow.
    expect(maxBeyondPace(seconds, pacing)).toBeLessThanOrEqual(2);
  }, 180_000);
});
