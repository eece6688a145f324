import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callJson } from '#infra/local/emulators/aws-call';
import type { Emulator } from '#infra/local/emulators/dynoxide';
import { startFauxqs } from '#infra/local/emulators/fauxqs';
import type { Outcome } from '#infra/local/lambda/outcome';
import { type Reaper, startReaper } from '#infra/local/process/reaper';
import { doneMessages } from '#infra/local/sqs/batch-result';
import { type RunningEventSource, startEventSource } from '#infra/local/sqs/event-source';
import { type QueueClient, type QueueMessage, queueClient } from '#infra/local/sqs/queue-client';

let folder: string;
let reaper: Reaper;
let emulator: Emulator;
let queues = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'event-source-'));
  reaper = startReaper();
  emulator = await startFauxqs(reaper, folder, 'eu-central-1');
});

afterAll(async () => {
  await emulator.stop();
  await reaper.stop();
  rmSync(folder, { recursive: true });
});

const sqs = (action: string, body: object) =>
  callJson(emulator.endpoint, `AmazonSQS.${action}`, body) as Promise<Record<string, string>>;

interface Scene {
  readonly url: string;
  readonly deadUrl: string;
  readonly send: (body: string, group?: string) => Promise<unknown>;
  /** Bodies in the order the function saw them. */
  readonly seen: string[];
  readonly source: RunningEventSource;
}

type Handle = (event: SQSEvent, seen: string[]) => unknown;

/** A queue of its own, with dead letters after three tries, and a function that does what the test says. */
async function scene(handle: Handle, { visibility = 1, concurrency = 5 } = {}): Promise<Scene> {
  queues += 1;
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
  const dead = await sqs('CreateQueue', { QueueName: `dead${queues}.fifo`, Attributes });
  const created = await sqs('CreateQueue', {
    QueueName: `work${queues}.fifo`,
    Attributes: {
      ...Attributes,
      VisibilityTimeout: String(visibility),
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: `arn:aws:sqs:eu-central-1:000000000000:dead${queues}.fifo`,
        maxReceiveCount: 3,
      }),
    },
  });
  const url = created['QueueUrl'] ?? '';
  const seen: string[] = [];
  const source = startEventSource({
    queueArn: `arn:aws:sqs:eu-central-1:000000000000:work${queues}.fifo`,
    queue: queueClient(emulator.endpoint, url),
    batchSize: 10,
    reportsFailures: true,
    concurrency,
    invoke: async (payload): Promise<Outcome> => {
      const event = JSON.parse(payload) as SQSEvent;
      seen.push(...event.Records.map(({ body }) => body));
      try {
        const result = await handle(event, seen);
        return { kind: 'returned', payload: JSON.stringify(result ?? null) };
      } catch (fault) {
        return { kind: 'failed', error: { errorType: 'Error', errorMessage: String(fault) } };
      }
    },
    warn: () => undefined,
  });
  const send = (MessageBody: string, MessageGroupId = 'g') =>
    sqs('SendMessage', { QueueUrl: url, MessageBody, MessageGroupId });
  return { url, deadUrl: dead['QueueUrl'] ?? '', send, seen, source };
}

const failing = (body: string) => (event: SQSEvent) => ({
  batchItemFailures: event.Records.filter((record) => record.body === body).map((record) => ({
    itemIdentifier: record.messageId,
  })),
});

const waitFor = { timeout: 10_000, interval: 20 };

async function left(url: string): Promise<number> {
  const { Attributes } = (await sqs('GetQueueAttributes', {
    QueueUrl: url,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  })) as unknown as { Attributes: Record<string, string> };
  return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
}

describe('an event source mapping on a FIFO queue', () => {
  it('hands over records as Lambda does', async () => {
    const events: SQSEvent[] = [];
    const { send, url, source } = await scene((event) => events.push(event));
    await send('{"a":1}');
    await expect.poll(() => left(url), waitFor).toBe(0);
    await source.stop();
    expect(events[0]?.Records[0]).toMatchObject({
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: '{"a":1}',
      attributes: {
        ApproximateReceiveCount: '1',
        MessageGroupId: 'g',
        SentTimestamp: expect.stringMatching(/^\d+$/),
      },
      messageAttributes: {},
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventSource: 'aws:sqs',
      eventSourceARN: expect.stringContaining(':work'),
      awsRegion: 'eu-central-1',
    });
  });

  it('keeps the order of a group, and works on other groups meanwhile', async () => {
    const gate = Promise.withResolvers<void>();
    const { send, seen, url, source } = await scene(async ({ Records }) => {
      if (Records.some(({ body }) => body === 'a1')) await gate.promise;
    });
    for (const body of ['a1', 'a2', 'a3']) await send(body, 'a');
    await expect.poll(() => seen, waitFor).toContain('a1');
    for (const body of ['b1', 'b2']) await send(body, 'b');
    await expect.poll(() => seen, waitFor).toEqual(['a1', 'b1', 'b2']);
    gate.resolve();
    await expect.poll(() => left(url), waitFor).toBe(0);
    await source.stop();
    expect(seen).toEqual(['a1', 'b1', 'b2', 'a2', 'a3']);
  });

  it('lets no later message of a group overtake one that failed', async () => {
    let tries = 0;
    const { send, seen, url, source } = await scene((event) => {
      if (event.Records.some(({ body }) => body === 'first')) tries += 1;
      return tries < 2 ? failing('first')(event) : undefined;
    });
    for (const body of ['first', 'second']) await send(body);
    await expect.poll(() => left(url), waitFor).toBe(0);
    await source.stop();
    expect(seen).toEqual(['first', 'first', 'second']);
  });

  it('moves a message to the dead letters after its last try, and goes on with the group', async () => {
    const { send, seen, url, deadUrl, source } = await scene(failing('poison'));
    for (const body of ['poison', 'after']) await send(body);
    await expect.poll(() => left(url), waitFor).toBe(0);
    await source.stop();
    expect(seen).toEqual(['poison', 'poison', 'poison', 'after']);
    expect(await left(deadUrl)).toBe(1);
  });

  it('never has more batches in work than it may', async () => {
    let working = 0;
    let max = 0;
    const { send, url, source } = await scene(
      async () => {
        working += 1;
        max = Math.max(max, working);
        await new Promise((resolve) => setTimeout(resolve, 30));
        working -= 1;
      },
      { concurrency: 2, visibility: 30 },
    );
    for (let group = 0; group < 12; group += 1) await send(`m${group}`, `g${group}`);
    await expect.poll(() => left(url), waitFor).toBe(0);
    await source.stop();
    expect(max).toBeLessThanOrEqual(2);
  });

  it('takes nothing more once stopped, and finishes what is in work', async () => {
    const gate = Promise.withResolvers<void>();
    const { send, seen, url, source } = await scene(() => gate.promise, { visibility: 30 });
    await send('in work');
    await expect.poll(() => seen, waitFor).toEqual(['in work']);
    const stopped = source.stop();
    await send('too late', 'other');
    gate.resolve();
    await stopped;
    expect(seen).toEqual(['in work']);
    expect(await left(url)).toBe(1);
  });
});

describe('an event source mapping with large batches on a standard queue', () => {
  it('collects a batch until its window ends, and needs fewer than 1.5 requests a message in all', async () => {
    const created = await sqs('CreateQueue', { QueueName: 'large-batches' });
    const url = created['QueueUrl'] ?? '';
    for (let start = 0; start < 120; start += 10) {
      const Entries = Array.from({ length: 10 }, (_, index) => ({
        ...{ Id: String(index), MessageBody: String(start + index), MessageGroupId: 'account' },
      }));
      await sqs('SendMessageBatch', { QueueUrl: url, Entries });
    }
    const batches: number[] = [];
    const { queue, requests } = counted(queueClient(emulator.endpoint, url));
    const source = startEventSource({
      ...{ queueArn: 'arn:aws:sqs:eu-central-1:000000000000:large-batches', queue },
      ...{ batchSize: 100, windowSeconds: 1, reportsFailures: true, concurrency: 5 },
      invoke: async (payload): Promise<Outcome> => {
        batches.push((JSON.parse(payload) as SQSEvent).Records.length);
        return { kind: 'returned', payload: 'null' };
      },
      warn: () => undefined,
    });
    await expect.poll(() => left(url), waitFor).toBe(0);
    await source.stop();
    expect(batches).toEqual([100, 20]);
    // With one request for each message that was sent alone, as a provider tells of one status in one webhook.
    expect((120 + requests()) / 120).toBeLessThanOrEqual(1.5);
  });
});

/** Counts the requests that found something, and those that deleted ten. What finds nothing is the price of waiting. */
function counted(queue: QueueClient): { queue: QueueClient; requests: () => number } {
  let requests = 0;
  return {
    requests: () => requests,
    queue: {
      ...queue,
      receive: async (...given) => {
        const messages = await queue.receive(...given);
        requests += messages.length > 0 ? 1 : 0;
        return messages;
      },
      remove: async (messages) => {
        requests += Math.ceil(messages.length / 10);
        await queue.remove(messages);
      },
    },
  };
}

describe('which messages of a batch are done', () => {
  const messages = ['1', '2', '3'].map((MessageId) => ({ MessageId }) as QueueMessage);
  const done = (result: unknown, reports = true) =>
    doneMessages(messages, { kind: 'returned', payload: JSON.stringify(result) }, reports).map(
      ({ MessageId }) => MessageId,
    );
  const failures = (...ids: unknown[]) => ({
    batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
  });

  it.each([
    ['nothing is returned', null],
    ['an empty object is returned', {}],
    ['the list of failures is empty', failures()],
    ['the list of failures is null', { batchItemFailures: null }],
  ])('are all of them when %s', (_, result) => {
    expect(done(result)).toEqual(['1', '2', '3']);
  });

  it('are those that are not named as failed', () => {
    expect(done(failures('2'))).toEqual(['1', '3']);
  });

  it.each([
    ['an identifier is empty', failures('')],
    ['an identifier is null', failures(null)],
    ['an identifier is of no message', failures('2', '9')],
    ['an identifier has another name', { batchItemFailures: [{ id: '2' }] }],
    ['the answer is no object', 'ok'],
  ])('are none when %s', (_, result) => {
    expect(done(result)).toEqual([]);
  });

  it('are none when the function failed', () => {
    const error = { errorType: 'Error', errorMessage: '' };
    expect(doneMessages(messages, { kind: 'failed', error }, true)).toEqual([]);
  });

  it('are all of them whatever is returned, when failures are not reported', () => {
    expect(done(failures('2'), false)).toEqual(['1', '2', '3']);
  });
});
