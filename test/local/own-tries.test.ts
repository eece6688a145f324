import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startEventSource } from '#infra/local/sqs/event-source';
import { queueClient } from '#infra/local/sqs/queue-client';
import { withOwnTries } from '#shared/aws/queues/own-tries';
import type { Queue } from '#shared/aws/queues/queue';
import { queueConsumer } from '#shared/aws/queues/queue-consumer';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
let deadLetters: Queue;
let queue: Queue;
beforeAll(async () => {
  emulators = await startEmulators();
  deadLetters = await emulators.queue('dead.fifo');
  const { client, url } = deadLetters;
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  );
  const policy = { deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount: 20 };
  const { QueueUrl = '' } = await client.send(
    new CreateQueueCommand({
      QueueName: 'work.fifo',
      Attributes: { FifoQueue: 'true', RedrivePolicy: JSON.stringify(policy) },
    }),
  );
  queue = { client, url: QueueUrl };
});
afterAll(() => emulators.stop());

async function put(body: string, group: string): Promise<void> {
  await queue.client.send(
    new SendMessageCommand({
      ...{ QueueUrl: queue.url, MessageBody: body },
      ...{ MessageGroupId: group, MessageDeduplicationId: body },
    }),
  );
}

async function endpointOf({ client }: Queue): Promise<string> {
  const { protocol, hostname, port } = (await client.config.endpoint?.()) ?? { protocol: 'http:' };
  return `${protocol}//${hostname}:${port}`;
}

/** Works through the queue until so many messages are done. Resolves with every try, in order. */
async function workUntil(count: number): Promise<string[]> {
  const tried: string[] = [];
  let done = 0;
  const limit = { table: emulators.table, deadLetters, max: 2, now: () => new Date() };
  const consume = queueConsumer({
    ...{ ...queue, fifo: true },
    handle: withOwnTries(limit, async ({ body }) => {
      tried.push(body);
      if (body === 'poison') throw new Error('broken');
      done += 1;
    }),
  });
  const source = startEventSource({
    ...{ queueArn: 'arn:aws:sqs:eu-central-1:000000000000:work.fifo', batchSize: 10 },
    ...{ reportsFailures: true, concurrency: 1, warn: () => {} },
    queue: queueClient(await endpointOf(queue), queue.url),
    invoke: async (payload) => ({
      kind: 'returned',
      payload: JSON.stringify(await consume(JSON.parse(payload) as SQSEvent)),
    }),
  });
  await expect.poll(() => done, { timeout: 20_000 }).toBe(count);
  await source.stop();
  return tried;
}

describe('a poisoned message on a real queue', () => {
  it('has its tries, then lies on the dead letters, and its group goes on behind it', async () => {
    await put('poison', 'a');
    for (const body of ['a1', 'a2']) await put(body, 'a');
    await put('b1', 'b');
    const tried = await workUntil(3);
    expect(tried.filter((body) => body !== 'b1')).toEqual(['poison', 'poison', 'a1', 'a2']);
    const { Messages = [] } = await deadLetters.client.send(
      new ReceiveMessageCommand({
        QueueUrl: deadLetters.url,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    expect(Messages).toMatchObject([
      {
        ...{ Body: 'poison', Attributes: { MessageGroupId: 'a' } },
        MessageAttributes: { diedAs: { StringValue: expect.stringMatching(/^[\w-]{36}$/) } },
      },
    ]);
  }, 40_000);
});
