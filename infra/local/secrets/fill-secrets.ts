import type { LocalAccount } from '#infra/local/accounts';
import type { App } from '#infra/local/template/app';
import { parsedJson } from '#shared/json';
import { newCredentials } from './credentials.ts';
import type { SecretStore } from './secret-store.ts';
import { secretName } from './secrets-manager.ts';

/**
 * Gives every account that has a secret invented credentials, and every other secret of the template an empty object. A
 * secret that has a value keeps it: people put real ones here, and a restart must not change a signature.
 */
export function fillSecrets(store: SecretStore, app: App, accounts: readonly LocalAccount[]): void {
  for (const account of accounts) {
    if (account.secretId === undefined) continue;
    const name = secretName(account.secretId);
    if (!store.has(name)) store.write(name, newCredentials(account));
  }
  for (const { identity } of app.resources('AWS::SecretsManager::Secret')) {
    const name = secretName(identity.ref);
    if (!store.has(name)) store.write(name, '{}');
  }
}

/**
 * The texts of an account's secret; those of an object within it have the names `object.text`. Empty when the secret is
 * no object. A start must not quote a secret.
 */
export function credentialsOf(
  store: SecretStore,
  { secretId }: LocalAccount,
): Readonly<Record<string, string>> {
  if (secretId === undefined) return {};
  const value = parsedJson(store.read(secretName(secretId), {}).value);
  if (value === null || typeof value !== 'object') return {};
  const fields = Object.entries(value).flatMap(([name, inside]) =>
    typeof inside === 'object' && inside !== null
      ? Object.entries(inside).map(([inner, text]) => [`${name}.${inner}`, text])
      : [[name, inside]],
  );
  return Object.fromEntries(fields.filter(([, text]) => typeof text === 'string'));
}

/** A sentence for each account whose secret its functions will not be able to read. */
export function unreadableSecrets(
  store: SecretStore,
  accounts: readonly LocalAccount[],
): readonly string[] {
  return accounts
    .filter(({ secretId }) => secretId !== undefined)
    .filter((account) => Object.keys(credentialsOf(store, account)).length === 0)
    .map(
      ({ connector, account, secretId = '' }) =>
        `${store.file}: the value of ${secretName(secretId)} is not a JSON object of texts, so ${connector}/${account} neither receives nor sends: mend it and start again`,
    );
}
