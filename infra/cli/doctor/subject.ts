import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { declarations as allDeclarations, type ConnectorId } from '#connectors/declarations';
import { doctors } from '#connectors/doctors';
import { stageNamed, stageNames } from '#infra/cdk/config/stages';
import { CliError, usageError } from '#infra/cli/cli-error';
import { openStack, projectRoot } from '#infra/cli/stage/stack';
import { openSecretStore } from '#infra/local/secrets/secret-store';
import type { Declaration } from '#shared/connector/declaration';
import type { NamedCredentials } from '#shared/connector/doctor';
import { parsedJson } from '#shared/json';
import { pageOf } from './page.ts';
import { secretFields } from './secret.ts';

const declarations: Readonly<Record<ConnectorId, Declaration>> = allDeclarations;

/** One account, with everything that is known of its set-up. */
export interface Subject {
  readonly name: string;
  readonly publicUrl: string | undefined;
  /** Absent without a stack. */
  readonly settings: Readonly<Record<string, unknown>> | undefined;
  /** The words for an account without a secret. */
  readonly noSecret: { readonly says: string; readonly next: string };
  readonly secrets: readonly NamedCredentials<unknown>[];
  readonly others: readonly NamedCredentials<unknown>[];
}

export interface Wanted {
  readonly connector: ConnectorId;
  readonly account: string | undefined;
  /** Given instead of a stack's. */
  readonly url: string | undefined;
  /** The file that is read instead of the local store. */
  readonly secret: string | undefined;
  /** The file of a recorded request. */
  readonly request: string | undefined;
}

/** The accounts to look at: that of a URL, or those of the stack. Throws `CliError`. */
export async function subjectsOf(wanted: Wanted, localDir: string): Promise<readonly Subject[]> {
  refuseForeignOptions(wanted);
  const { connector, account } = wanted;
  const url = wanted.url === undefined ? undefined : readUrl(wanted.url);
  if (url !== undefined) {
    const name = `${connector}/${account ?? accountIn(url) ?? 'main'}`;
    return [{ name, publicUrl: url, settings: undefined, ...secretsOf(name, wanted, localDir) }];
  }
  const own = accountsOf(connector, localDir);
  const chosen = own.filter((each) => account === undefined || each.account === account);
  if (chosen.length === 0) throw await noAccount(wanted, own);
  return chosen.map(({ publicUrl, settings, account: id, secretId }) => {
    const name = `${connector}/${id}`;
    return { name, publicUrl, settings, ...secretsOf(name, wanted, localDir, secretId) };
  });
}

/** Refuses by name the options that say nothing of this connector. */
function refuseForeignOptions({ connector, url, secret, request }: Wanted): void {
  const { receives, credentials } = declarations[connector];
  const hasWebhook = receives === 'webhook';
  const refusals = [
    url !== undefined && !hasWebhook && `--url: ${connector} has no webhook`,
    request !== undefined && !hasWebhook && `--request: ${connector} has no webhook`,
    request !== undefined &&
      hasWebhook &&
      !Object.hasOwn(doctors, connector) &&
      `--request: a request of ${connector} cannot be explained; allowed: ${Object.keys(doctors).join(', ')}`,
    secret !== undefined && credentials === undefined && `--secret: ${connector} has no secret`,
  ].filter((each) => each !== false);
  if (refusals.length === 0) return;
  throw new CliError(refusals.join('; '), `leave it out (${pageOf(connector)})`, 2);
}

function accountsOf(connector: ConnectorId, localDir: string) {
  try {
    return openStack(localDir).accounts.filter((each) => each.connector === connector);
  } catch (fault) {
    if (!(fault instanceof CliError) || declarations[connector].receives !== 'webhook') throw fault;
    const next = `${fault.next}, or name the address and the secret: --url <address> --secret <file>`;
    throw new CliError(fault.message, next, fault.exitCode);
  }
}

/** The stack has no such account: says which it has, or how it gets one. */
async function noAccount(
  { connector, account }: Wanted,
  own: readonly { readonly account: string }[],
): Promise<CliError> {
  const hasUrl = declarations[connector].receives === 'webhook';
  const orUrl = hasUrl ? ', or --url with the address of another' : '';
  if (account !== undefined && own.length > 0) {
    const there = own.map((each) => each.account).join(', ');
    const what = `the stack has no account ${account} of ${connector}: allowed are ${there}${orUrl}`;
    return usageError(what, 'doctor');
  }
  const stages = await localStagesWith(connector);
  const start = stages.map((stage) => `STAGE=${stage} npm start, or `).join('');
  return new CliError(
    `the stack has no account of ${connector}`,
    `${start}add an account to infra/cdk/config/local.ts and start again (${pageOf(connector)})${orUrl}`,
    2,
  );
}

/** The stages for this machine that have an account of the connector. */
async function localStagesWith(connector: string): Promise<readonly string[]> {
  const names = stageNames().filter((name) => /^local\b/.test(name));
  const stages = await Promise.all(
    names.map(async (name) => ({ name, accounts: (await stageNamed(name)).accounts })),
  );
  return stages
    .filter(({ accounts }) => accounts.some((each) => each.connector === connector))
    .map(({ name }) => name);
}

/** Throws a usage error for a text that is no web address of a webhook. */
function readUrl(text: string): string {
  if (URL.canParse(text) && /^https?:\/\/[^/]+\/.+/.test(text)) return text;
  throw usageError(
    `--url is "${text}": allowed is the whole address, https://<host>/webhooks/<connector>/<account>`,
    'doctor',
  );
}

function accountIn(url: string): string | undefined {
  return /\/webhooks\/[^/]+\/([^/]+)/.exec(new URL(url).pathname)?.[1];
}

function secretsOf(
  name: string,
  { connector, secret, url }: Wanted,
  localDir: string,
  secretId?: string,
): Pick<Subject, 'noSecret' | 'secrets' | 'others'> {
  const file = join(resolve(projectRoot, localDir), 'secrets.json');
  const give = `give a file with the JSON of the account's secret: --secret <file> (${pageOf(connector)})`;
  const none = {
    says: `there is no secret of ${name} in ${file}`,
    next: url === undefined ? `start the stack once, or ${give}` : give,
  };
  if (secret !== undefined) {
    const secrets = [{ name: secret, value: readSecretFile(secret, connector) }];
    return { noSecret: none, secrets, others: [] };
  }
  if (!existsSync(file)) return { noSecret: none, secrets: [], others: [] };
  const store = openSecretStore(file);
  const all = store.names().flatMap((each) =>
    store.versions(each).map(({ stages, value }) => {
      const which = stages.includes('AWSCURRENT') ? 'the secret' : 'the secret before this one';
      return { each, name: `${which} of ${each}`, value: parsedJson(value) };
    }),
  );
  // Without a stack the stage is not known: then the secret of each stage is looked at, under its whole name.
  const isOwn = (each: string) =>
    secretId === undefined ? each.endsWith(`/${name}`) : each === secretId;
  const others = all.filter(({ each }) => !isOwn(each) && each.includes(`/${connector}/`));
  const there = [...new Set(others.map(({ each }) => each))].join(', ');
  return {
    noSecret: { ...none, says: none.says + (there && `, which has ${there}`) },
    secrets: all.filter(({ each }) => isOwn(each)),
    others,
  };
}

/** Reads a file that holds the JSON of a secret. Throws `CliError` that says what it holds instead. */
export function readSecretFile(file: string, connector: ConnectorId): unknown {
  const { credentials } = declarations[connector];
  const fields = credentials ? secretFields(credentials) : [];
  const shape = `allowed is the JSON of the secret, {${fields.map((field) => `"${field}"`).join(',')}} (${pageOf(connector)})`;
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new CliError(`--secret is "${file}": there is no such file`, shape, 2);
  }
  const value = parsedJson(text);
  if (value !== undefined) return value;
  const what = text.trim() === '' ? 'is empty' : 'is not JSON';
  throw new CliError(`--secret: ${file} ${what}`, shape);
}
