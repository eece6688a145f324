import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhook } from '#connectors/twitter/webhook';
import { receiver } from '#functions/receive/receive';
import { openSecretStore, type SecretStore } from '#infra/local/secrets/secret-store';
import { type SecretsManager, startSecretsManager } from '#infra/local/secrets/secrets-manager';
import { accountSecrets } from '#shared/aws/secrets/account-secrets';

const secretId = 'switchboard/test/twitter/main';
const token = 'MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY';
const credentials = (consumerSecret: string) =>
  JSON.stringify({
    ...{ consumerKey: 'k', consumerSecret, accessToken: 't' },
    accessTokenSecret: 's',
  });
const answerWith = (consumerSecret: string) =>
  `sha256=${createHmac('sha256', consumerSecret).update(token).digest('base64')}`;

let folder: string;
let store: SecretStore;
let manager: SecretsManager;
let client: SecretsManagerClient;
let now: number;
let reads: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'receive-challenge-'));
  store = openSecretStore(join(folder, 'secrets.json'));
  manager = await startSecretsManager(store);
  const access = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SecretsManagerClient({
    ...{ endpoint: manager.endpoint, region: 'eu-central-1', credentials: access, maxAttempts: 1 },
  });
  [now, reads] = [1_000_000, 0];
  client.middlewareStack.add(
    (next) => (args) => {
      reads += 1;
      return next(args);
    },
    { step: 'initialize' },
  );
});

afterEach(async () => {
  client.destroy();
  await manager.stop();
  rmSync(folder, { recursive: true });
});

/** X's door in one execution environment. Resolves with what it answers to X's challenge. */
function door() {
  const receive = receiver({
    connector: 'twitter',
    webhook,
    accounts: [
      {
        ...{ connector: 'twitter', account: 'main', secretId, apiUrl: 'http://127.0.0.1:9' },
        publicUrl: 'https://hooks.example/webhooks/twitter/main',
        settings: { address: '1599000000000000000', username: 'acme' },
      },
    ],
    secrets: accountSecrets(
      client,
      () => now,
      () => undefined,
    ),
    enqueue: async () => undefined,
    now: () => new Date(now),
    refused: () => undefined,
  });
  return async (): Promise<string> => {
    const event = {
      pathParameters: { account: 'main' },
      rawQueryString: `crc_token=${token}`,
      headers: {},
      requestContext: { http: { method: 'GET' } },
    };
    const { body = '' } = await receive(event as unknown as APIGatewayProxyEventV2);
    return (JSON.parse(body) as { response_token: string }).response_token;
  };
}

describe('X’s challenge', () => {
  // X turns a webhook off after one wrong answer, and asks with the secret that its app has now.
  it('is answered with a new secret half a minute after it was stored, also by a warm environment', async () => {
    store.write(secretId, credentials('first'));
    const ask = door();
    expect(await ask()).toBe(answerWith('first'));
    store.write(secretId, credentials('second'));
    now += 30_000;
    expect(await ask()).toBe(answerWith('second'));
  });

  it('reads the secret at most once in half a minute, however often it is asked', async () => {
    store.write(secretId, credentials('first'));
    const ask = door();
    await ask();
    const onceRead = reads;
    now += 29_999;
    for (let time = 0; time < 20; time += 1) await ask();
    expect(reads).toBe(onceRead);
    now += 1;
    for (let time = 0; time < 20; time += 1) await ask();
    expect(reads).toBe(2 * onceRead);
  });

  it('is answered with what was valid a moment ago while secrets cannot be read', async () => {
    store.write(secretId, credentials('first'));
    const ask = door();
    await ask();
    await manager.stop();
    now += 30_000;
    expect(await ask()).toBe(answerWith('first'));
    manager = await startSecretsManager(store);
  });
});
