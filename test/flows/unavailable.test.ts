import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { untilIdle } from '#test/support/aws/stored';
import {
  type CallingConnector,
  callingConnectors,
  signsBodies,
} from '#test/support/connectors/lists';
import { replyByHttp, textReply } from '#test/support/replies/replies';
import { type LocalStack, startLocalStack } from '#test/support/stack/local-stack';
import { brokenPromises } from '#test/support/stack/promises';
import { sentWith } from '#test/support/stack/providers';
import { post, type SignedRequest } from '#test/support/webhooks/signed-webhooks';
import { callingProvider, textWebhook } from '#test/support/webhooks/text-webhooks';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startLocalStack();
});
afterAll(() => stack.stop());

/** While `work` runs the queue does not exist; afterwards it is there again, as it was, and empty. */
async function without(QueueUrl: string, work: () => Promise<void>): Promise<void> {
  const { sqs } = stack;
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  const settings = [
    'FifoQueue',
    'DeduplicationScope',
    'FifoThroughputLimit',
    'VisibilityTimeout',
    'RedrivePolicy',
  ];
  const kept = Object.entries(Attributes).filter(([name]) => settings.includes(name));
  await sqs.send(new DeleteQueueCommand({ QueueUrl }));
  const QueueName = new URL(QueueUrl).pathname.split('/').at(-1);
  try {
    await work();
  } finally {
    await sqs.send(new CreateQueueCommand({ QueueName, Attributes: Object.fromEntries(kept) }));
  }
}

const isHeard = (text: string) =>
  stack.helpdesk.waitFor(({ data }) => data.message?.text === text, { seconds: 25 });

/** Another body under the same signature. Where a fixed token says nothing of the body, another token. */
function forgeryOf(connector: CallingConnector, request: SignedRequest): SignedRequest {
  if (signsBodies(connector)) return { ...request, body: `${request.body} ` };
  const { header } = callingProvider(connector).signer;
  return { ...request, headers: { ...request.headers, [header]: 'another token' } };
}

describe('while the ingress queue is away', () => {
  it.each(callingConnectors)(
    'a webhook of %s is answered 503, and comes through later',
    async (connector) => {
      const text = `again, ${connector}`;
      const request = textWebhook(connector, stack.description, '1', text);
      await without(stack.description.queues.ingress, async () => {
        const response = await post(request);
        expect([response.status, await response.json()]).toEqual([503, { error: 'unavailable' }]);
        // A forger learns nothing of it.
        const forged = await post(forgeryOf(connector, request));
        expect([401, 403]).toContain(forged.status);
      });
      expect((await post(request)).status).toBe(200);
      expect(await isHeard(text)).toHaveLength(1);
    },
  );
});

describe('while the normalized queue is away', () => {
  it('a message is acknowledged, kept, and published once it is back', async () => {
    const text = 'nobody can hear me';
    await without(stack.description.queues.normalized, async () => {
      expect((await post(textWebhook('whatsapp', stack.description, '2', text))).status).toBe(200);
      await expect
        .poll(
          () =>
            untilIdle(stack, 0).then(
              () => 'idle',
              () => 'busy',
            ),
          { timeout: 5000 },
        )
        .toBe('busy');
    });
    expect(await isHeard(text)).toHaveLength(1);
    await untilIdle(stack);
    expect(brokenPromises(stack.helpdesk.heard)).toEqual([]);
  });
});

describe('while the replies queue is away', () => {
  it('a reply by HTTP is answered 503, and goes out once when it comes again', async () => {
    const [message] = await isHeard('again, whatsapp');
    const conversationId = message?.subject ?? '';
    const command = textReply(conversationId, 'away', 'Sorry for the wait');
    await without(stack.description.queues.replies, async () => {
      expect(await replyByHttp(stack, conversationId, command)).toEqual({
        status: 503,
        body: { error: 'unavailable' },
      });
    });
    expect((await replyByHttp(stack, conversationId, command)).status).toBe(202);
    const delivered = 'switchboard.message.delivered.v1';
    await stack.helpdesk.waitFor(({ type, data }) => type === delivered && data.replyId === 'away');
    expect(await sentWith(stack.description, 'whatsapp', 'Sorry for the wait')).toHaveLength(1);
  });
});
