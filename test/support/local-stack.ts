import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { StackDescription } from '#infra/local/description';
import { startStack } from '#infra/local/stack';
import { type Helpdesk, openHelpdesk } from './helpdesk.ts';

/** The AWS SDK's clients for what a description names. */
export interface Clients {
  readonly sqs: SQSClient;
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
}

/** A running stack as an outsider has it: its description, AWS clients, and a helpdesk that listens. */
export interface LocalStack extends Clients {
  readonly description: StackDescription;
  readonly helpdesk: Helpdesk;
  readonly stop: () => Promise<void>;
}

export function clientsOf({ region, credentials, endpoints }: StackDescription): Clients {
  const common = { region, credentials, maxAttempts: 1 };
  return {
    sqs: new SQSClient({ ...common, endpoint: endpoints.sqs }),
    dynamodb: new DynamoDBClient({ ...common, endpoint: endpoints.dynamodb }),
    s3: new S3Client({ ...common, endpoint: endpoints.s3, forcePathStyle: true }),
  };
}

/** Starts the whole stack in a folder of its own, on free ports; stopping it takes the folder away. */
export async function startLocalStack(): Promise<LocalStack> {
  const localDir = mkdtempSync(join(tmpdir(), 'switchboard-flow-'));
  const running = await startStack({ localDir, port: 0, quiet: true });
  const clients = clientsOf(running.stack);
  const helpdesk = openHelpdesk(clients.sqs, running.stack.queues.normalized);
  return {
    ...clients,
    description: running.stack,
    helpdesk,
    stop: async () => {
      await helpdesk.close();
      await running.stop();
      rmSync(localDir, { recursive: true, force: true });
    },
  };
}
