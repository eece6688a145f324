import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { NormalizeEnv } from '#functions/normalize/env';
import { retentionVariable } from './config/retention.ts';
import type { Stage } from './config/stage.ts';
import type { AccountRegistry } from './constructs/account-registry.ts';
import type { EnvironmentOf, FunctionDefaults } from './constructs/bundled-function.ts';
import type { MessageQueue } from './constructs/message-queue.ts';
import type { Queues } from './constructs/queues.ts';
import type { Storage } from './constructs/storage.ts';

export interface ReaderProps {
  readonly stage: Stage;
  readonly accounts: AccountRegistry;
  readonly queues: Queues;
  readonly storage: Storage;
  readonly defaults: FunctionDefaults;
}

interface Lane {
  readonly lane: 'ingress' | 'mail' | 'statuses';
  readonly queue: MessageQueue;
}

/** Environment variables of a function that reads received items, of any lane (messages, mails, statuses). */
export function readerEnvironment(
  { accounts, queues, stage, storage }: ReaderProps,
  { lane, queue }: Lane,
): EnvironmentOf<typeof NormalizeEnv> {
  return {
    LANE: lane,
    QUEUE_URL: queue.url,
    ACCOUNTS: accounts.variable(),
    TABLE_NAME: storage.conversations.table.tableName,
    RETENTION: retentionVariable(stage),
    GENERATION: String(stage.generation),
    NORMALIZED_QUEUE_URL: queues.normalized.url,
    OUTBOUND_QUEUE_URL: queues.outbound.url,
    MEDIA_QUEUE_URL: queues.media.url,
    ARCHIVE_BUCKET: storage.archive.bucket.bucketName,
  };
}

/** Lets a reader store what it has read, publish it, and ask for replies to be sent. */
export function grantReader(reader: IGrantable, { queues, storage }: ReaderProps): void {
  storage.conversations.grantReadWrite(reader);
  queues.normalized.grantSend(reader);
  queues.outbound.grantSend(reader);
}
