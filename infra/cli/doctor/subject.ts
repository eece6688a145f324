import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CliError, usageError } from '#infra/cli/cli-error';
import { openStack, projectRoot } from '#infra/cli/stage/stack';
import { openSecretStore } from '#infra/local/secrets/secret-store';
import type { NamedCredentials } from '#shared/connector/doctor';
import { parsedJson } from '#shared/json';

/** One account, with everything that is known of its set-up. */
export interface Subject {
  readonly name: string;
  readonly publicUrl: string | undefined;
  /** Absent without a stack. */
  readonly settings: Readonly<Record<string, unknown>> | undefined;
  /** The place of the secret, for people. */
  readonly secretPlace: string;
  readonly secrets: readonly NamedCredentials<unknown>[];
  readonly others: readonly NamedCredentials<unknown>[];
}

export interface Wanted {
  readonly connector: string;
  readonly account: string | undefined;
  /** Given instead of a stack's. */
  readonly url: string | undefined;
  /** The file that is read instead of the local store. */
  readonly secret: string | undefined;
}

/** The accounts to look at: that of a URL, or those of the stack. Throws `CliError`. */
export function subjectsOf(wanted: Wanted, localDir: string): readonly Subject[] {
  const { connector, account, url } = wanted;
  if (url !== undefined) {
    const name = `${connector}/${account ?? accountIn(url, connector) ?? 'main'}`;
    return [{ name, publicUrl: url, settings: undefined, ...secretsOf(name, wanted, localDir) }];
  }
  const { accounts } = openStack(localDir);
  const own = accounts.filter((each) => each.connector === connector);
  const chosen = own.filter((each) => account === undefined || each.account === account);
  if (chosen.length === 0) {
    const there = own.map((each) => each.account).join(', ') || 'none';
    throw usageError(
      `the stack has no account ${account ?? ''} of ${connector}`.replace('  ', ' ') +
        `: allowed are ${there}, or --url with the address of another`,
      'doctor',
    );
  }
  return chosen.map(({ publicUrl, settings, account: id }) => {
    const name = `${connector}/${id}`;
    return { name, publicUrl, settings, ...secretsOf(name, wanted, localDir) };
  });
}

/** Throws a usage error for a text that is no web address of a webhook. */
export function readUrl(text: string): string {
  if (URL.canParse(text) && /^https?:\/\/[^/]+\/.+/.test(text)) return text;
  throw usageError(
    `--url is "${text}": allowed is the whole address, https://<host>/webhooks/<connector>/<account>`,
    'doctor',
  );
}

function accountIn(url: string, connector: string): string | undefined {
  const [, account] = new URL(url).pathname.split(`/webhooks/${connector}/`, 2);
  return account?.split('/', 1)[0];
}

function secretsOf(
  name: string,
  { connector, secret }: Wanted,
  localDir: string,
): Pick<Subject, 'secretPlace' | 'secrets' | 'others'> {
  if (secret !== undefined) {
    return {
      secretPlace: secret,
      secrets: [{ name: secret, value: readSecretFile(secret) }],
      others: [],
    };
  }
  const file = join(resolve(projectRoot, localDir), 'secrets.json');
  if (!existsSync(file)) return { secretPlace: file, secrets: [], others: [] };
  const store = openSecretStore(file);
  const all = store.names().flatMap((each) =>
    store.versions(each).map(({ stages, value }) => {
      const which = stages.includes('AWSCURRENT') ? 'the secret' : 'the secret before this one';
      return { each, name: `${which} of ${each}`, value: parsedJson(value) };
    }),
  );
  const isOwn = (each: string) => each.endsWith(`/${name}`);
  return {
    secretPlace: file,
    secrets: all.filter(({ each }) => isOwn(each)),
    others: all.filter(({ each }) => !isOwn(each) && each.includes(`/${connector}/`)),
  };
}

function readSecretFile(file: string): unknown {
  const shape = 'give a file with the JSON of the secret, as Secrets Manager holds it';
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new CliError(`--secret is "${file}": there is no such file`, shape, 2);
  }
  const value = parsedJson(text);
  if (value !== undefined) return value;
  throw new CliError(`--secret: ${file} is not JSON`, shape);
}
