import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ConnectorError } from '#shared/errors';

const freshForMilliseconds = 5 * 60_000;
/** A wrong signature may force a fresh read, but not each of a flood of them (cost attack). */
const forcedAtMostEveryMilliseconds = 30_000;

export interface AccountSecrets {
  /**
   * The credential sets valid now, the current one first: after a rotation the previous one stays good, so no
   * webhook is lost while both are in use. Each is what the secret holds as JSON. With `refresh` they are read
   * anew, unless that happened just now. Throws `misconfigured` when there is no secret to read. An account that
   * needs none has one set with nothing in it.
   */
  of(
    secretId: string | undefined,
    options?: { readonly refresh?: boolean },
  ): Promise<readonly unknown[]>;
}

const noSecret: readonly unknown[] = [{}];

interface Cached {
  readonly at: number;
  readonly sets: readonly unknown[];
}

/** Reads account secrets and keeps them for five minutes, per execution environment. */
export function accountSecrets(client: SecretsManagerClient, now: () => number): AccountSecrets {
  const cache = new Map<string, Cached>();
  return {
    async of(secretId, { refresh = false } = {}) {
      if (secretId === undefined) return noSecret;
      const cached = cache.get(secretId);
      const usable = refresh ? forcedAtMostEveryMilliseconds : freshForMilliseconds;
      if (cached && now() - cached.at < usable) return cached.sets;
      // What was valid a moment ago is better than turning webhooks away while Secrets Manager is down.
      const sets = await readSets(client, secretId).catch(cached ? () => cached.sets : undefined);
      cache.set(secretId, { at: now(), sets });
      return sets;
    },
  };
}

async function readSets(client: SecretsManagerClient, secretId: string): Promise<unknown[]> {
  const current = await readVersion(client, secretId, 'AWSCURRENT');
  if (current === undefined)
    throw new ConnectorError('misconfigured', `secret ${secretId} is empty`);
  const previous = await readVersion(client, secretId, 'AWSPREVIOUS');
  return previous === undefined ? [current] : [current, previous];
}

/** A secret that was never rotated has no previous version, and says so with ResourceNotFoundException. */
async function readVersion(
  client: SecretsManagerClient,
  secretId: string,
  stage: 'AWSCURRENT' | 'AWSPREVIOUS',
): Promise<unknown> {
  try {
    const { SecretString = '' } = await client.send(
      new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }),
    );
    return JSON.parse(SecretString);
  } catch (fault) {
    const none = fault instanceof Error && fault.name === 'ResourceNotFoundException';
    if (none && stage === 'AWSPREVIOUS') return undefined;
    // JSON.parse quotes its input in its message: never pass that on.
    if (fault instanceof SyntaxError) {
      throw new ConnectorError('misconfigured', `secret ${secretId} (${stage}) is not JSON`);
    }
    if (none) throw new ConnectorError('misconfigured', `there is no secret ${secretId}`);
    throw fault;
  }
}
