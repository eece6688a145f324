import { chmodSync, renameSync, writeFileSync } from 'node:fs';
import { CliError } from '#infra/cli/cli-error';
import { writeStoredSecret } from '#infra/cli/webhooks/stored-secret';
import type { Target } from '#infra/cli/webhooks/target';
import { openSecretStore } from '#infra/local/secrets/secret-store';
import type { JsonObject } from '#shared/json';

/** Puts a secret where it is wanted, and says where. Nothing of it is printed. */
export async function keepSecret(
  secret: JsonObject,
  { out, store }: { readonly out: string | undefined; readonly store: boolean },
  target: Target,
): Promise<string[]> {
  const kept: string[] = [];
  if (out !== undefined) {
    writeFileSync(`${out}.next`, `${JSON.stringify(secret, undefined, 2)}\n`, { mode: 0o600 });
    // A file that is there already keeps its mode, so one that others could read is replaced.
    chmodSync(`${out}.next`, 0o600);
    renameSync(`${out}.next`, out);
    kept.push(`${out}, which only you can read`);
  }
  if (store) kept.push(await putIntoStore(secret, target));
  return kept;
}

async function putIntoStore(secret: JsonObject, target: Target): Promise<string> {
  const { local, stored, name } = target;
  if (local) {
    if (local.secretId === undefined) {
      throw new CliError(`the stack names no secret of ${name}`, 'start the stack again');
    }
    openSecretStore(local.file).write(local.secretId, JSON.stringify(secret));
    return `the secret ${local.secretId} in ${local.file}; start the stack again`;
  }
  if (!stored) {
    throw new CliError(
      `the region of the secret of ${name} is not known`,
      'name it: --region <region>',
    );
  }
  await writeStoredSecret(stored, secret);
  return `the secret ${stored.id} in ${stored.region}; the functions read it within five minutes, for a challenge within 30 seconds`;
}
