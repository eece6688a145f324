import { mkdtempSync, rmSync } from 'node:fs';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Emulator } from '#infra/local/emulators/dynoxide';
import { startFauxqs } from '#infra/local/emulators/fauxqs';
import { type Reaper, startReaper } from '#infra/local/process/reaper';

let folder: string;
let reaper: Reaper;
let emulator: Emulator;
let client: SQSClient;
let queues = 0;

async function start(): Promise<void> {
  emulator = await startFauxqs(reaper, folder, 'eu-central-1');
  client = new SQSClient({
    endpoint: emulator.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
}

async function newQueue(): Promise<string> {
  queues += 1;
  const created = await client.send(
    new CreateQueueCommand({
      QueueName: `q${queues}.fifo`,
      Attributes: { FifoQueue: 'true', VisibilityTimeout: '60', ContentBasedDeduplication: 'true' },
    }),
  );
  return created.QueueUrl ?? '';
}

const send = (QueueUrl: string, MessageBody: string) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageGroupId: 'g' }));

async function receive(QueueUrl: string, WaitTimeSeconds = 0) {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    WaitTimeSeconds,
    MessageSystemAttributeNames: ['ApproximateReceiveCount'],
  });
  return (await client.send(command)).Messages?.[0];
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'queues-'));
  reaper = startReaper();
  await start();
});

afterAll(async () => {
  client.destroy();
  await emulator.stop();
  await reaper.stop();
  rmSync(folder, { recursive: true });
});

describe('the local SQS, asked by the SDK', () => {
  it('hands out queue URLs that resolve on every machine', async () => {
    const url = await newQueue();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/000000000000\/q\d+\.fifo$/);
    const name = url.split('/').at(-1);
    const found = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    expect(found.QueueUrl).toBe(url);
  });

  it('takes every character that SQS takes, and refuses the others', async () => {
    const url = await newQueue();
    await send(url, 'grüße 👋🏽 漢');
    expect((await receive(url))?.Body).toBe('grüße 👋🏽 漢');
    await expect(send(url, 'bell \u0007')).rejects.toThrow();
  });

  it('gives a message again whose visibility was set to 0', async () => {
    const url = await newQueue();
    await send(url, 'again');
    const first = await receive(url);
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: url,
        ReceiptHandle: first?.ReceiptHandle,
        VisibilityTimeout: 0,
      }),
    );
    const second = await receive(url);
    expect(second).toMatchObject({ Body: 'again', Attributes: { ApproximateReceiveCount: '2' } });
  });

  it('keeps a message for the next caller when the one who waited has hung up', async () => {
    const url = await newQueue();
    const hangUp = new AbortController();
    const waiting = client.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 20 }), {
      abortSignal: hangUp.signal,
    });
    // A second call on the same server, answered after the first has begun to wait.
    await newQueue();
    hangUp.abort();
    await expect(waiting).rejects.toThrow();
    await send(url, 'for the next');
    const message = await receive(url, 20);
    expect(message).toMatchObject({
      Body: 'for the next',
      Attributes: { ApproximateReceiveCount: '1' },
    });
  });

  it('loses no acknowledged message, and no order, when it is killed', async () => {
    const url = await newQueue();
    const bodies = Array.from({ length: 30 }, (_, index) => `message ${index}`);
    for (const body of bodies) await send(url, body);
    process.kill(emulator.pid ?? 0, 'SIGKILL');
    await emulator.exited;
    await start();
    const name = url.split('/').at(-1);
    const { QueueUrl = '' } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    expect(QueueUrl.startsWith(emulator.endpoint)).toBe(true);
    const received: (string | undefined)[] = [];
    for (let message = await receive(QueueUrl); message; message = await receive(QueueUrl)) {
      received.push(message.Body);
      const { ReceiptHandle } = message;
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
    expect(received).toEqual(bodies);
  });

  it('cannot be reached from outside', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ family, internal }) => family === 'IPv4' && !internal);
    const { port } = new URL(emulator.endpoint);
    for (const { address } of [...outside, { address: '127.0.0.2' }]) {
      await expect(fetch(`http://${address}:${port}/health`)).rejects.toThrow();
    }
    expect((await fetch(`${emulator.endpoint}/health`)).status).toBe(200);
  });
});
