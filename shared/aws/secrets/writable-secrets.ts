import { randomUUID } from 'node:crypto';
import {
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type JsonObject, objectOf, parsedJson } from '#shared/json';

/** Secrets for the one function that changes them. */
export interface WritableSecrets {
  /** The content of a secret as it is now, past every cache. An empty object where it has none. */
  readonly read: (secretId: string) => Promise<JsonObject>;
  /** Makes a value the current version of a secret. */
  readonly replace: (secretId: string, value: JsonObject) => Promise<void>;
}

const maxWrites = 5;

/**
 * A write is tried again while Secrets Manager fails, because the value may exist nowhere else. Its version has an id,
 * so that a write whose answer was lost makes no second version.
 */
export function writableSecrets(
  client: SecretsManagerClient,
  pause: (seconds: number) => Promise<void>,
): WritableSecrets {
  return {
    read: async (secretId) => {
      const input = { SecretId: secretId, VersionStage: 'AWSCURRENT' };
      const { SecretString = '' } = await client.send(new GetSecretValueCommand(input));
      return objectOf(parsedJson(SecretString));
    },
    replace: async (secretId, value) => {
      const SecretString = JSON.stringify(value);
      const input = { SecretId: secretId, SecretString, ClientRequestToken: randomUUID() };
      for (let attempt = 1; ; attempt += 1) {
        try {
          await client.send(new PutSecretValueCommand(input));
          return;
        } catch (fault) {
          if (attempt === maxWrites) throw fault;
          await pause(attempt);
        }
      }
    },
  };
}
