import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callJson } from '#infra/local/emulators/aws-call';
import { type Emulator, startDynoxide } from '#infra/local/emulators/dynoxide';
import { startFauxqs } from '#infra/local/emulators/fauxqs';
import { startReaper } from '#infra/local/process/reaper';
import { tableDefinition } from '#test/support/aws/table-definition';
import { bucketName, mailBucketName, queueNames, tableName } from './names.ts';
import type { Endpoints } from './proxy/forward.ts';

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
  await callJson(endpoints.dynamodb, 'DynamoDB_20120810.CreateTable', tableDefinition(tableName));
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

async function createQueue(endpoint: string, QueueName: string): Promise<void> {
  await callJson(endpoint, 'AmazonSQS.CreateQueue', {
    QueueName,
    Attributes: {
      VisibilityTimeout: '5',
      ...(QueueName.endsWith('.fifo') ? { FifoQueue: 'true' } : {}),
    },
  });
}
