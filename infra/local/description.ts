import { renameSync, writeFileSync } from 'node:fs';
import { pascalCase } from '#infra/cdk/constructs/pascal-case';
import type { LocalAccount } from '#infra/local/accounts';
import { secretName } from '#infra/local/secrets/secrets-manager';
import type { App } from '#infra/local/template/app';
import type { PriceSettings } from '#shared/model/price';

/** Every stage has these; further ones are named by the outputs of the template. */
const usualQueues = ['ingress', 'statuses', 'normalized', 'replies', 'outbound', 'media'] as const;

/** Queues whose name in the template is not simply theirs. */
const compoundQueues = ['mail-ingress'] as const;

type QueueUrls = Readonly<Record<(typeof usualQueues)[number], string>> & {
  /** In a stage with accounts for mail: the items of mails. */
  readonly 'mail-ingress'?: string;
  /** In a stage that receives mail: the notifications of SES. */
  readonly mail?: string;
};

/** The content of `stack.json`, for tests, the command line and helpdesks (docs/local.md, "stack.json"). */
export interface StackDescription {
  readonly url: string;
  readonly smtp: { readonly host: string; readonly port: number };
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly endpoints: Readonly<
    Record<'dynamodb' | 'sqs' | 's3' | 'sns' | 'secretsManager', string>
  >;
  readonly table: string;
  readonly queues: QueueUrls & { readonly deadLetters: QueueUrls };
  readonly buckets: { readonly archive: string; readonly mail: string };
  readonly accounts: readonly DescribedAccount[];
  readonly providers: Readonly<Record<string, string>>;
  /** The topics on which AWS services publish, by the connector that receives from them. */
  readonly topics: Readonly<Record<string, string>>;
  /** The folder of the functions' log files. */
  readonly logs: string;
  /** The folder of the customers' mailboxes, one Maildir for each address. */
  readonly mailboxes: string;
  /** The process that runs the stack; when it started, which tells it from a later one with its number. */
  readonly pid: number;
  readonly pidStartedAt: string;
  /** The children that hold state. */
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
  /** As configured: the functions, and tools that read accounts as they do, take them from here. */
  /** In place of prices that the connector declares. */
  readonly prices?: PriceSettings;
  readonly settings: Readonly<Record<string, unknown>>;
  /** The name of its secret: another stage that ran in this folder has one of its own. */
  readonly secretId?: string;
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Everything the description takes from the template's outputs. Throws for an output that is missing. */
export function describedOutputs(
  app: App,
  topics: StackDescription['topics'],
): Pick<StackDescription, 'table' | 'queues' | 'buckets'> {
  return {
    table: output(app, 'TableName'),
    queues: {
      ...queueUrls(app, 'QueueUrl', topics),
      deadLetters: queueUrls(app, 'DeadLettersUrl', topics),
    },
    buckets: {
      archive: output(app, 'ArchiveBucketName'),
      mail: output(app, 'MailBucketName'),
    },
  };
}

function output(app: App, name: string): string {
  const value = app.output(name);
  if (value === undefined) throw new Error(`template: no stack has the output ${name}`);
  return value;
}

/**
 * Every output that ends so: `IngressQueueUrl` is `ingress`, and the queue of a topic has the name of its connector.
 */
function queueUrls(app: App, ending: string, topics: StackDescription['topics']): QueueUrls {
  const compound = new Map(
    [...compoundQueues, ...Object.keys(topics)].map((name) => [pascalCase(name), name]),
  );
  const nameOf = (prefix: string) =>
    compound.get(prefix) ?? prefix.charAt(0).toLowerCase() + prefix.slice(1);
  const found = app.outputNames
    .filter((name) => name.endsWith(ending))
    .map((name) => [nameOf(name.slice(0, -ending.length)), output(app, name)] as const);
  const usual = usualQueues.map(
    (name) => [name, output(app, `${pascalCase(name)}${ending}`)] as const,
  );
  return { ...(Object.fromEntries(usual) as QueueUrls), ...Object.fromEntries(found) };
}

/** One account as outside programs may know it: with the secrets of its webhook, if the provider calls us. */
export function describedAccount(
  { connector, account, publicUrl, settings, prices, secretId }: LocalAccount,
  secrets: Readonly<Record<string, string>>,
  hasWebhook: boolean,
): DescribedAccount {
  const known = {
    ...{ connector, account, ...(prices ? { prices } : {}) },
    ...(secretId === undefined ? {} : { secretId: secretName(secretId) }),
  };
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
