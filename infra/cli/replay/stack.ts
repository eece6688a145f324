import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { openStackWith } from '#infra/cli/dlq/stack';
import { openTable, type Table } from '#infra/cli/stage/table';
import type { Objects } from './objects.ts';

const Account = z.object({ connector: z.string(), account: z.string(), settings: z.unknown() });
type Account = z.infer<typeof Account>;

const Described = z.object({
  endpoints: z.looseObject({ s3: z.url() }),
  queues: z.looseObject({ ingress: z.string(), 'mail-ingress': z.string().optional() }),
  buckets: z.looseObject({ archive: z.string() }),
  accounts: z.array(Account),
});

/** The parts of a stack that a replay reads and writes. */
export interface ReplayStack {
  readonly table: Table;
  readonly objects: Objects;
  readonly ingress: {
    readonly client: SQSClient;
    readonly url: string;
    /** The queue for mails; absent in a stage without accounts for mail. */
    readonly mailUrl: string | undefined;
  };
  /** With the settings normalize gives to the parsers. */
  readonly accounts: readonly Account[];
}

/** Throws `CliError` when no stack runs here. */
export function openReplayStack(localDir: string): ReplayStack {
  const { stack, more } = openStackWith(localDir, Described);
  const { region, credentials, endpoints } = stack;
  const common = { region, credentials };
  return {
    table: openTable(stack),
    objects: {
      client: new S3Client({ ...common, endpoint: more.endpoints.s3, forcePathStyle: true }),
      archive: more.buckets.archive,
    },
    ingress: {
      client: new SQSClient({ ...common, endpoint: endpoints.sqs }),
      url: more.queues.ingress,
      mailUrl: more.queues['mail-ingress'],
    },
    accounts: more.accounts,
  };
}
