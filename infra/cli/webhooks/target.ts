import { join, resolve } from 'node:path';
import { safeParse } from 'zod/v4/core';
import { authorizations } from '#connectors/authorizations';
import { declarations as all, type ConnectorId } from '#connectors/declarations';
import { Misconfigured } from '#infra/cdk/config/misconfigured';
import { stageNamed } from '#infra/cdk/config/stages';
import { CliError, usageError } from '#infra/cli/cli-error';
import { pageOf } from '#infra/cli/doctor/page';
import { secretProblems } from '#infra/cli/doctor/secret';
import { readSecretFile } from '#infra/cli/doctor/subject';
import { openStack, projectRoot, type Stack } from '#infra/cli/stage/stack';
import { openSecretStore } from '#infra/local/secrets/secret-store';
import type { Declaration } from '#shared/connector/declaration';
import { parsedJson } from '#shared/json';
import { readStoredSecret, type StoredSecret, secretFromEnvironment } from './stored-secret.ts';

const declarations: Readonly<Record<ConnectorId, Declaration>> = all;

/** The options that say which account is meant, and where its secret is. */
export interface Wanted {
  readonly command: string;
  readonly connector: ConnectorId;
  readonly account: string | undefined;
  /** A stage of infra/cdk/config; absent: the local stack. */
  readonly stage: string | undefined;
  readonly region: string | undefined;
  readonly url: string | undefined;
  readonly secret: string | undefined;
  readonly apiUrl: string | undefined;
}

/** One account of a deployed stage or of the local stack, with where to ask its provider. */
export interface Target {
  readonly name: string;
  readonly account: string;
  readonly settings: unknown;
  readonly apiUrl: string;
  /** Absent where a stage has no domain of its own and no `--url` was given. */
  readonly webhookUrl: string | undefined;
  /** The provider is the simulator of the local stack. */
  readonly isLocal: boolean;
  /** The secret in AWS; absent on the local stack, and where the region is not known. */
  readonly stored: StoredSecret | undefined;
  /** The file of the local stack's secrets, and the name in it of this account's, of the stage that runs. */
  readonly local: { readonly file: string; readonly secretId: string | undefined } | undefined;
}

/** The account that is meant. Throws `CliError` where there is none. */
export async function targetOf(wanted: Wanted, localDir: string): Promise<Target> {
  return wanted.stage === undefined
    ? localTarget(wanted, localDir)
    : stageTarget(wanted, wanted.stage);
}

function localTarget(wanted: Wanted, localDir: string): Target {
  const { connector, command, url, apiUrl } = wanted;
  if (url !== undefined) {
    throw usageError(`${command}: --url needs --stage, the stage whose account it is`, command);
  }
  const stack = runningStack(localDir);
  const chosen = chooseAccount(wanted, stack.accounts);
  const name = `${connector}/${chosen.account}`;
  const file = join(resolve(projectRoot, localDir), 'secrets.json');
  return {
    name,
    account: chosen.account,
    settings: chosen.settings,
    apiUrl: apiUrl ?? stack.providers[connector] ?? '',
    webhookUrl: chosen.publicUrl,
    isLocal: true,
    stored: undefined,
    local: { file, secretId: chosen.secretId },
  };
}

function runningStack(localDir: string): Stack {
  try {
    return openStack(localDir);
  } catch (fault) {
    if (!(fault instanceof CliError)) throw fault;
    const next = `${fault.next}, or name a deployed stage: --stage <name>`;
    throw new CliError(fault.message, next, fault.exitCode);
  }
}

async function stageTarget(wanted: Wanted, stageName: string): Promise<Target> {
  const { connector, command, url, apiUrl, region } = wanted;
  const stage = await stageNamed(stageName).catch((fault: unknown) => {
    if (fault instanceof Misconfigured) throw usageError(`--${fault.message}`, command);
    throw fault;
  });
  const chosen = chooseAccount(wanted, stage.accounts);
  const name = `${connector}/${chosen.account}`;
  const { publicBaseUrl } = stage;
  const own = publicBaseUrl === undefined ? undefined : `${publicBaseUrl}/webhooks/${name}`;
  const where = region ?? stage.region;
  return {
    name,
    account: chosen.account,
    settings: chosen.settings,
    apiUrl: apiUrl ?? declarations[connector].apiUrl,
    webhookUrl: url ?? own,
    isLocal: false,
    stored:
      where === undefined ? undefined : { id: `switchboard/${stage.stage}/${name}`, region: where },
    local: undefined,
  };
}

function chooseAccount<Account extends { readonly connector: string; readonly account: string }>(
  { connector, account, command, stage }: Wanted,
  accounts: readonly Account[],
): Account {
  const own = accounts.filter((each) => each.connector === connector);
  const [chosen, ...others] = own.filter((each) => !account || each.account === account);
  const place = stage === undefined ? 'the local stack' : `the stage ${stage}`;
  const names = own.map((each) => each.account).join(', ');
  if (!chosen) {
    const which =
      account === undefined
        ? `no account of ${connector}`
        : `no account ${account} of ${connector}`;
    const allowed = names === '' ? pageOf(connector) : `allowed are ${names}`;
    throw usageError(`${place} has ${which}: ${allowed}`, command);
  }
  if (others.length === 0) return chosen;
  throw usageError(
    `${place} has ${own.length} accounts of ${connector}: --account ${names.replaceAll(', ', ' or ')}`,
    command,
  );
}

/**
 * The content of the account's secret as it is, from the file of `--secret`, the environment, the local store or AWS,
 * whichever comes first. Undefined where there is none yet.
 */
export async function secretValueOf(wanted: Wanted, target: Target): Promise<unknown> {
  if (wanted.secret !== undefined) return readSecretFile(wanted.secret, wanted.connector);
  const given = secretFromEnvironment();
  if (given !== undefined) return given;
  if (target.local) {
    const { file, secretId } = target.local;
    const store = openSecretStore(file);
    const isThere = secretId !== undefined && store.has(secretId);
    return isThere ? parsedJson(store.read(secretId, {}).value) : undefined;
  }
  return target.stored === undefined ? undefined : readStoredSecret(target.stored);
}

/** The credentials in a secret, as the connector reads them. Throws `CliError` that names what is wrong, no content. */
export async function credentialsOf(wanted: Wanted, target: Target): Promise<unknown> {
  const { connector } = wanted;
  const schema = declarations[connector].credentials;
  if (!schema) return {};
  const value = await secretValueOf(wanted, target);
  const give = `give its JSON by --secret <file>, or by the variable SWITCHBOARD_SECRET (${pageOf(connector)})`;
  if (value === undefined) throw new CliError(`there is no secret of ${target.name}`, give);
  const read = safeParse(schema, value);
  if (read.success) return value;
  const { wrong } = secretProblems(schema, value);
  const next = authorizations[connector]
    ? `${tokensCommand(wanted)} gets access tokens; ${pageOf(connector)} says where the rest is from`
    : give;
  throw new CliError(`the secret of ${target.name}: ${wrong.join('; ')}`, next);
}

/** The command that gets what such a secret lacks, with the options that say which secret is meant. */
function tokensCommand({ connector, account, stage, secret }: Wanted): string {
  return [
    `./switchboard tokens ${connector}`,
    ...(account === undefined ? [] : [`--account ${account}`]),
    ...(stage === undefined ? [] : [`--stage ${stage}`]),
    ...(secret === undefined ? ['--store'] : [`--secret ${secret} --out ${secret}`]),
  ].join(' ');
}
