import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as core from 'zod/v4/core';
import { declarations } from '#connectors/declarations';
import type { LocalAccount } from '#infra/local/accounts';
import { newCredentials } from '#infra/local/secrets/credentials';
import { credentialsOf } from '#infra/local/secrets/fill-secrets';
import { openSecretStore } from '#infra/local/secrets/secret-store';
import { type SecretsManager, startSecretsManager } from '#infra/local/secrets/secrets-manager';
import type { Declaration } from '#shared/connector/declaration';

const name = 'switchboard/local/whatsapp/main';
let folder: string;
let manager: SecretsManager;
let client: SecretsManagerClient;

async function open(): Promise<void> {
  manager = await startSecretsManager(openSecretStore(join(folder, 'secrets.json')));
  client = new SecretsManagerClient({
    endpoint: manager.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
}

async function close(): Promise<void> {
  client.destroy();
  await manager.stop();
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
  openSecretStore(join(folder, 'secrets.json')).write(name, 'first');
  await open();
});

afterEach(async () => {
  await close();
  rmSync(folder, { recursive: true });
});

const value = async (stage?: string, id = name) => {
  const command = new GetSecretValueCommand({
    SecretId: id,
    ...(stage ? { VersionStage: stage } : {}),
  });
  return (await client.send(command)).SecretString;
};

describe('Secrets Manager, asked by the SDK', () => {
  it('gives a secret by name, by ARN and by partial ARN', async () => {
    const { ARN = '' } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    expect(
      await Promise.all([name, ARN, ARN.slice(0, -7)].map((id) => value(undefined, id))),
    ).toEqual(['first', 'first', 'first']);
  });

  it('keeps the value before the current one, and only that', async () => {
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: 'second' }));
    expect([await value('AWSCURRENT'), await value('AWSPREVIOUS')]).toEqual(['second', 'first']);
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: 'third' }));
    expect([await value(), await value('AWSPREVIOUS')]).toEqual(['third', 'second']);
    const { VersionIdsToStages = {} } = await client.send(
      new DescribeSecretCommand({ SecretId: name }),
    );
    expect(Object.values(VersionIdsToStages).toSorted()).toEqual([['AWSCURRENT'], ['AWSPREVIOUS']]);
  });

  it('changes nothing when the same request comes twice', async () => {
    const command = { SecretId: name, SecretString: 'second', ClientRequestToken: 'x'.repeat(32) };
    await client.send(new PutSecretValueCommand(command));
    await client.send(new PutSecretValueCommand(command));
    expect([await value(), await value('AWSPREVIOUS')]).toEqual(['second', 'first']);
  });

  it('refuses what is not there by the name the SDK throws', async () => {
    await expect(value('AWSPREVIOUS')).rejects.toThrow(
      expect.objectContaining({ name: 'ResourceNotFoundException' }),
    );
    await expect(value(undefined, 'constructor')).rejects.toThrow(
      expect.objectContaining({ name: 'ResourceNotFoundException' }),
    );
  });

  it('still has a value after a restart, in a file for the owner alone', async () => {
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: 'second' }));
    await close();
    await open();
    expect([await value(), await value('AWSPREVIOUS')]).toEqual(['second', 'first']);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o077).toBe(0);
  });
});

describe('what the description of a stack shows of a secret', () => {
  const shown = (text: string) => {
    const store = openSecretStore(join(folder, 'shown.json'));
    store.write(name, text);
    const account = { connector: 'whatsapp', account: 'main', secretId: name };
    return credentialsOf(store, account as unknown as LocalAccount);
  };

  it('are its strings', () => {
    expect(shown('{"a":"x","b":1}')).toEqual({ a: 'x' });
  });

  it.each(['EAAhunter2', '"hunter2"', 'null', '[]'])(
    'is nothing of %s, which no start quotes',
    (text) => {
      expect(shown(text)).toEqual({});
    },
  );
});

describe('invented credentials', () => {
  const all: [string, Declaration][] = Object.entries(declarations);
  const connectors = all.filter(([, { credentials }]) => credentials !== undefined);

  it('are made for every connector there is', () => {
    expect(connectors.length).toBeGreaterThan(0);
  });

  it.each(connectors)('are what %s reads from its secret', (connector, { credentials }) => {
    const first = newCredentials({ connector });
    expect(credentials && core.safeParse(credentials, JSON.parse(first)).success).toBe(true);
    expect(newCredentials({ connector })).not.toBe(first);
  });
});
