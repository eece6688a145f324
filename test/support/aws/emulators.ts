import { rmSync } from 'node:fs';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import {
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { startFauxqs } from 'fauxqs';
import { startDynoxide } from '#infra/local/emulators/dynoxide';
import { startReaper } from '#infra/local/process/reaper';
import type { Archive } from '#shared/aws/objects/archive';
import type { Queue } from '#shared/aws/queues/queue';
import type { Table } from '#shared/aws/store/table';
import { Event } from '#shared/model/event';
import { scratchFolder } from '#test/support/runner/scratch';
import { tableDefinition } from './table-definition.ts';

const region = 'eu-central-1';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface Emulators {
  readonly table: Table;
  readonly queue: (name: string) => Promise<Queue>;
  readonly bucket: (name: string) => Promise<Archive>;
  /** Takes every event off a normalized queue, in the order the queue gives them. */
  readonly drain: (queue: Queue) => Promise<Event[]>;
  /** The same of any other queue: takes the bodies off it. */
  readonly drainBodies: (queue: Queue) => Promise<unknown[]>;
  readonly stop: () => Promise<void>;
}

/** DynamoDB with the conversations table, SQS and S3: real servers on loopback, all empty. */
export async function startEmulators(): Promise<Emulators> {
  const reaper = startReaper();
  const directory = scratchFolder('switchboard-');
  const dynoxide = await startDynoxide(reaper, directory);
  const fauxqs = await startFauxqs({ port: 0, logger: false, defaultRegion: region });
  const dynamodb = new DynamoDBClient({ endpoint: dynoxide.endpoint, region, credentials });
  const sqs = new SQSClient({
    endpoint: `http://127.0.0.1:${fauxqs.port}`,
    region,
    credentials,
    useQueueUrlAsEndpoint: false,
  });
  const table: Table = {
    client: DynamoDBDocumentClient.from(dynamodb, {
      marshallOptions: { removeUndefinedValues: true },
    }),
    name: 'conversations',
  };
  await dynamodb.send(new CreateTableCommand(tableDefinition(table.name)));
  return {
    table,
    queue: (name) => createQueue(sqs, name),
    bucket: (name) => createBucket(`http://127.0.0.1:${fauxqs.port}`, name),
    drain: (queue) => drain(sqs, queue),
    drainBodies: (queue) => drainBodies(sqs, queue),
    stop: async () => {
      await fauxqs.stop();
      await dynoxide.stop();
      await reaper.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function createQueue(client: SQSClient, name: string): Promise<Queue> {
  const { QueueUrl = '' } = await client.send(
    new CreateQueueCommand({
      QueueName: name,
      ...(name.endsWith('.fifo') ? { Attributes: { FifoQueue: 'true' } } : {}),
    }),
  );
  return { client, url: QueueUrl };
}

async function createBucket(endpoint: string, bucket: string): Promise<Archive> {
  const client = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  return { client, bucket };
}

async function drain(client: SQSClient, queue: Queue): Promise<Event[]> {
  return (await drainBodies(client, queue)).map((body) => Event.parse(body));
}

async function drainBodies(client: SQSClient, { url }: Queue): Promise<unknown[]> {
  const bodies: unknown[] = [];
  for (;;) {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return bodies;
    await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: Messages.map(({ ReceiptHandle }, index) => ({
          Id: String(index),
          ReceiptHandle: ReceiptHandle ?? '',
        })),
      }),
    );
    for (const { Body = '' } of Messages) bodies.push(JSON.parse(Body));
  }
}
