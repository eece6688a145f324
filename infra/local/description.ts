import { renameSync, writeFileSync } from 'node:fs';
import { pascalCase } from '#infra/constructs/pascal-case';
import type { LocalAccount } from '#infra/local/accounts';
import type { App } from '#infra/local/template/app';

type QueueName = 'ingress' | 'statuses' | 'normalized' | 'replies' | 'outbound' | 'media' | 'mail';

/** What `stack.json` says, for tests, the command line and helpdesks (docs/local.md, "stack.json"). */
export interface StackDescription {
  readonly url: string;
  readonly smtp: { readonly host: string; readonly port: number };
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly endpoints: Readonly<
    Record<'dynamodb' | 'sqs' | 's3' | 'sns' | 'secretsManager', string>
  >;
  readonly table: string;
  readonly queues: Readonly<Record<QueueName, string>> & {
    readonly deadLetters: Readonly<Record<QueueName, string>>;
  };
  readonly buckets: { readonly archive: string; readonly mail: string };
  readonly accounts: readonly DescribedAccount[];
  readonly providers: Readonly<Record<string, string>>;
  /** Where AWS services publish for connectors that receive by a topic, by connector. */
  readonly topics: Readonly<Record<string, string>>;
  /** The folder of the functions' log files. */
  readonly logs: string;
  /** The process that runs the stack, and those of its children that hold state. */
  readonly pid: number;
  readonly emulatorPids: Readonly<Record<'dynoxide' | 'fauxqs', number>>;
}

export interface DescribedAccount {
  readonly connector: string;
  readonly account: string;
  /** Path of the webhook; absent where the provider does not call us. */
  readonly webhook?: string;
  /** The URL signatures are checked against. */
  readonly publicUrl?: string;
  readonly address: string;
  /** As configured: the functions, and whoever reads as they do, have them from here. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Everything the description takes from the template's outputs. Throws for an output that is missing. */
export function describedOutputs(
  app: App,
  topics: StackDescription['topics'],
): Pick<StackDescription, 'table' | 'queues' | 'buckets'> {
  const output = (name: string): string => {
    const value = app.output(name);
    if (value === undefined) throw new Error(`template: no stack has the output ${name}`);
    return value;
  };
  const filledByTopics = (kind: string) =>
    Object.keys(topics).map((name) => [name, output(`${pascalCase(name)}${kind}Url`)] as const);
  return {
    table: output('TableName'),
    queues: {
      ...Object.fromEntries(filledByTopics('Queue')),
      ingress: output('IngressQueueUrl'),
      statuses: output('StatusesQueueUrl'),
      normalized: output('NormalizedQueueUrl'),
      replies: output('RepliesQueueUrl'),
      outbound: output('OutboundQueueUrl'),
      media: output('MediaQueueUrl'),
      mail: output('MailQueueUrl'),
      deadLetters: {
        ...Object.fromEntries(filledByTopics('DeadLetters')),
        ingress: output('IngressDeadLettersUrl'),
        statuses: output('StatusesDeadLettersUrl'),
        normalized: output('NormalizedDeadLettersUrl'),
        replies: output('RepliesDeadLettersUrl'),
        outbound: output('OutboundDeadLettersUrl'),
        media: output('MediaDeadLettersUrl'),
        mail: output('MailDeadLettersUrl'),
      },
    },
    buckets: { archive: output('ArchiveBucketName'), mail: output('MailBucketName') },
  };
}

/** One account as outsiders may know it: with the secrets of its webhook, if the provider calls us. */
export function describedAccount(
  { connector, account, publicUrl, settings }: LocalAccount,
  secrets: Readonly<Record<string, string>>,
  hasWebhook: boolean,
): DescribedAccount {
  const known = { connector, account };
  const { address } = settings;
  if (!hasWebhook) return { ...known, address, settings };
  const webhook = `/webhooks/${connector}/${account}`;
  return { ...known, webhook, publicUrl, address, settings, secrets };
}

/** Writes the description so that a reader sees all of it or nothing. */
export function writeDescription(file: string, description: StackDescription): void {
  writeFileSync(`${file}.next`, `${JSON.stringify(description, undefined, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.next`, file);
}
