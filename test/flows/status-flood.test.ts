import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gate, startGate } from '#test/support/aws/gate';
import { bySize } from '#test/support/runner/size';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { post, whatsappWebhook } from '#test/support/webhooks/signed-webhooks';
import { whatsappBody, whatsappChange, whatsappText } from '#test/support/webhooks/webhook-bodies';

/** Ten of them are a message of the lane. */
const count = bySize({ small: 300, full: 1_000 });
const customer = '16505551234';
let stack: LocalStack;
let gate: Gate;
beforeAll(async () => {
  gate = await startGate((label) => label === 'normalize-statuses');
  stack = await startLocalStack(undefined, 'local', gate.adjust);
});
afterAll(async () => {
  await stack.stop();
  gate.stop();
});

async function waiting(): Promise<number> {
  const { Attributes = {} } = await stack.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: stack.description.queues.statuses,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

async function tell(lists: Readonly<Record<string, unknown>>): Promise<void> {
  const body = whatsappBody([whatsappChange(stack.description, lists)]);
  expect((await post(whatsappWebhook(stack.description, body))).status).toBe(200);
}

describe(`a webhook of ${count} statuses`, () => {
  it('holds no message up: one that comes behind it is published while not one of them is handled', async () => {
    const statuses = Array.from({ length: count }, (_, index) => ({
      ...{ id: `wamid.campaign${index}`, status: 'delivered', timestamp: '1795255200' },
      recipient_id: customer,
    }));
    await tell({ statuses });
    // In work, and standing still: the table does not answer them.
    await expect.poll(gate.calls, { timeout: 30_000 }).toBeGreaterThan(0);
    await tell({ messages: [whatsappText(customer, 'wamid.behind', 'I come behind them')] });
    await stack.helpdesk.waitFor(({ data }) => data.message?.text === 'I come behind them');
    expect(await waiting()).toBe(count / 10);

    gate.open();
    await expect.poll(waiting, { timeout: 60_000 }).toBe(0);
  }, 120_000);
});
