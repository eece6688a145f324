import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import * as core from 'zod/v4/core';
import { parsedJson } from '#shared/json';

/** Reads the value of a secret as the connector's credentials. Throws `$ZodError` if it does not fit. */
export type ReadCredentials = (value: unknown) => unknown;

/** One version of a secret: its credentials, or why it cannot be used. Reasons name fields, never a value. */
export type SecretVersion =
  | { readonly credentials: unknown }
  | { readonly reason: string; readonly versionId?: string };

/** Resolves with nothing if there is no such secret, or no such version. Otherwise throws what AWS throws. */
export async function readVersion(
  client: SecretsManagerClient,
  secretId: string,
  stage: 'AWSCURRENT' | 'AWSPREVIOUS',
  read: ReadCredentials,
): Promise<SecretVersion | undefined> {
  try {
    const { SecretString = '', VersionId: versionId = '' } = await client.send(
      new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage }),
    );
    const value = objectIn(SecretString);
    const reason = typeof value === 'string' ? value : problemOf(value, read);
    return reason === undefined ? { credentials: read(value) } : { reason, versionId };
  } catch (fault) {
    if (!(fault instanceof Error) || fault.name !== 'ResourceNotFoundException') throw fault;
    // AWS words a missing secret and a missing value differently; the stack creates secrets without a value.
    return / value/.test(fault.message) && stage === 'AWSCURRENT' ? { reason: empty } : undefined;
  }
}

/** The command that gives a secret its value, with the fields that the connector needs. */
export function fillCommand(secretId: string, read: ReadCredentials): string {
  const value = Object.fromEntries(wrongFields(read, {}).map((field) => [field, '…']));
  return `aws secretsmanager put-secret-value --secret-id ${secretId} --secret-string '${JSON.stringify(value)}'`;
}

const empty = 'is empty';

/** Parses a text as an object, or says what the text is instead. */
function objectIn(text: string): object | string {
  const value = parsedJson(text);
  if (value === undefined) return 'is not JSON';
  const fits = typeof value === 'object' && value !== null && !Array.isArray(value);
  return fits ? value : 'is not a JSON object';
}

function problemOf(value: object, read: ReadCredentials): string | undefined {
  const wrong = wrongFields(read, value);
  if (wrong.length === 0) return undefined;
  if (Object.keys(value).length === 0) return empty;
  return `lacks a valid ${wrong.join(', ')}`;
}

function wrongFields(read: ReadCredentials, value: object): readonly string[] {
  try {
    read(value);
    return [];
  } catch (fault) {
    if (!(fault instanceof core.$ZodError)) throw fault;
    return [...new Set(fault.issues.map(({ path }) => path.join('.')))];
  }
}
