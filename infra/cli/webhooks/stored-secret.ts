import type { GetSecretValueCommandOutput } from '@aws-sdk/client-secrets-manager';
import * as z from 'zod';
import { CliError } from '#infra/cli/cli-error';
import { readEnv } from '#shared/env';
import { parsedJson } from '#shared/json';

/** A secret in AWS Secrets Manager. */
export interface StoredSecret {
  readonly id: string;
  readonly region: string;
}

const Env = z.object({ SWITCHBOARD_SECRET: z.string().optional() });

/** The JSON of a secret from the environment; undefined where none is set. */
export function secretFromEnvironment(): unknown {
  const { SWITCHBOARD_SECRET: text } = readEnv(Env);
  if (!text) return undefined;
  const value = parsedJson(text);
  if (value !== undefined) return value;
  throw new CliError(
    'SWITCHBOARD_SECRET is not JSON',
    'allowed is the JSON of the account’s secret, as in its file',
    2,
  );
}

/** Reads the current version of a secret with the credentials of the shell. Undefined where it has no value yet. */
export async function readStoredSecret(secret: StoredSecret): Promise<unknown> {
  const { GetSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const { SecretString = '' } = await asked<GetSecretValueCommandOutput>(
    secret,
    new GetSecretValueCommand({ SecretId: secret.id }),
  );
  return parsedJson(SecretString);
}

/** Makes a value the current version of a secret. */
export async function writeStoredSecret(secret: StoredSecret, value: unknown): Promise<void> {
  const { PutSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
  const input = { SecretId: secret.id, SecretString: JSON.stringify(value) };
  await asked(secret, new PutSecretValueCommand(input));
}

/** Sends one command; its client is loaded when it is asked for, because every other command would wait for it. */
async function asked<Output>({ id, region }: StoredSecret, command: unknown): Promise<Output> {
  const { SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const client = new SecretsManagerClient({ region, maxAttempts: 2 });
  try {
    return (await client.send(command as never)) as Output;
  } catch (fault) {
    const { name, message } = fault instanceof Error ? fault : new Error(String(fault));
    if (name === 'ResourceNotFoundException' && / value/.test(message)) return {} as Output;
    throw new CliError(`the secret ${id} in ${region} was not reached: ${name}`, nextAfter(name));
  } finally {
    client.destroy();
  }
}

function nextAfter(name: string): string {
  if (name === 'ResourceNotFoundException') return 'deploy the stage first, or name its --region';
  if (/AccessDenied/.test(name)) {
    return 'secretsmanager:GetSecretValue must be allowed for it, and PutSecretValue to write';
  }
  return 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; or give the secret by --secret <file>';
}
