import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callJson } from '#infra/local/emulators/aws-call';
import { type Emulator, startDynoxide } from '#infra/local/emulators/dynoxide';
import { startFauxqs } from '#infra/local/emulators/fauxqs';
import { startReaper } from '#infra/local/process/reaper';
import { bucketName, mailBucketName, queueNames, tableName } from './names.ts';
import type { Endpoints } from './proxy/forward.ts';

const indexes = {
  dirty: ['dirtyPk', 'dirtySince'],
  inbox: ['inboxPk', 'inboxSk'],
  contact: ['contactPk', 'contactSk'],
  attention: ['attentionPk', 'attentionAt'],
} as const;

export interface Emulators {
  /** Changes with each restart. */
  readonly endpoints: Endpoints;
  readonly restart: (which: 'dynoxide' | 'fauxqs') => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** DynamoDB, SQS and S3, each a process of its own with its data on disk, so that it can be restarted mid-run. */
export async function startEmulators(): Promise<Emulators> {
  const reaper = startReaper();
  const directory = mkdtempSync(join(tmpdir(), 'switchboard-faults-'));
  const start = {
    dynoxide: () => startDynoxide(reaper, join(directory, 'dynamodb')),
    fauxqs: () => startFauxqs(reaper, join(directory, 'fauxqs'), 'eu-central-1'),
  };
  const running: Record<keyof typeof start, Emulator> = {
    dynoxide: await start.dynoxide(),
    fauxqs: await start.fauxqs(),
  };
  const endpoints: Endpoints = {
    dynamodb: running.dynoxide.endpoint,
    sqs: running.fauxqs.endpoint,
    s3: running.fauxqs.endpoint,
  };
  await createTable(endpoints.dynamodb);
  for (const name of Object.values(queueNames)) await createQueue(endpoints.sqs, name);
  for (const bucket of [bucketName, mailBucketName]) {
    await fetch(`${endpoints.s3}/${bucket}`, { method: 'PUT' });
  }
  return {
    endpoints,
    restart: async (which) => {
      await running[which].stop();
      running[which] = await start[which]();
      if (which === 'dynoxide') endpoints.dynamodb = running.dynoxide.endpoint;
      else {
        endpoints.sqs = running.fauxqs.endpoint;
        endpoints.s3 = running.fauxqs.endpoint;
      }
    },
    stop: async () => {
      await Promise.all(Object.values(running).map((each) => each.stop()));
      await reaper.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function createTable(endpoint: string): Promise<void> {
  const attributes = ['pk', 'sk', ...Object.values(indexes).flat()];
  const keys = ([hash, range]: readonly [string, string]) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  await callJson(endpoint, 'DynamoDB_20120810.CreateTable', {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: keys(['pk', 'sk']),
    AttributeDefinitions: attributes.map((AttributeName) => ({
      AttributeName,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, pair]) => ({
      IndexName,
      KeySchema: keys(pair),
      Projection: { ProjectionType: 'KEYS_ONLY' },
    })),
  });
}

async function createQueue(endpoint: string, QueueName: string): Promise<void> {
  await callJson(endpoint, 'AmazonSQS.CreateQueue', {
    QueueName,
    Attributes: {
      VisibilityTimeout: '5',
      ...(QueueName.endsWith('.fifo') ? { FifoQueue: 'true' } : {}),
    },
  });
}
