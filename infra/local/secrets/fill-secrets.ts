import type { LocalAccount } from '#infra/local/accounts';
import type { App } from '#infra/local/template/app';
import { newCredentials } from './credentials.ts';
import type { SecretStore } from './secret-store.ts';
import { secretName } from './secrets-manager.ts';

/**
 * Gives every account that has a secret invented credentials, and every other secret of the template an empty object. What has a
 * value keeps it: people put real ones here, and a restart must not change a signature.
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

/** What an account's secret holds now: the texts in it. Throws a sentence when it is not a JSON object. */
export function credentialsOf(
  store: SecretStore,
  { secretId }: LocalAccount,
): Readonly<Record<string, string>> {
  if (secretId === undefined) return {};
  const value = objectIn(store.read(secretName(secretId), {}).value);
  if (value === undefined) {
    const name = secretName(secretId);
    throw new Error(`${store.file}: the value of ${name} is not a JSON object: mend it`);
  }
  return Object.fromEntries(Object.entries(value).filter(([, text]) => typeof text === 'string'));
}

function objectIn(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
