import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { webhook } from '#connectors/whatsapp/webhook';
import { receiver } from '#functions/receive/receive';
import { openSecretStore, type SecretStore } from '#infra/local/secrets/secret-store';
import { type SecretsManager, startSecretsManager } from '#infra/local/secrets/secrets-manager';
import { accountSecrets } from '#shared/aws/secrets/account-secrets';
import { ConnectorError } from '#shared/errors';

const secretId = 'switchboard/test/whatsapp/main';
const credentials = (appSecret: string) =>
  JSON.stringify({ appSecret, verifyToken: 'verify', accessToken: 'EAA' });
const body =
  '{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"x"}]}]}';

let folder: string;
let store: SecretStore;
let manager: SecretsManager;
let client: SecretsManagerClient;
let now: number;
let warnings: object[];
let queued: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'receive-secrets-'));
  store = openSecretStore(join(folder, 'secrets.json'));
  manager = await startSecretsManager(store);
  const access = { accessKeyId: 'local', secretAccessKey: 'local' };
  client = new SecretsManagerClient({
    ...{ endpoint: manager.endpoint, region: 'eu-central-1', credentials: access },
  });
  [now, warnings, queued] = [1_000_000, [], 0];
});

afterEach(async () => {
  client.destroy();
  await manager.stop();
  rmSync(folder, { recursive: true });
});

/** One execution environment of the receiving function. */
function environment() {
  const receive = receiver({
    connector: 'whatsapp',
    webhook,
    accounts: [
      {
        ...{ connector: 'whatsapp', account: 'main', secretId, apiUrl: 'http://127.0.0.1:9' },
        publicUrl: 'https://hooks.example/webhooks/whatsapp/main',
        settings: { address: '106540352242922' },
      },
    ],
    secrets: accountSecrets(
      client,
      () => now,
      (_, details) => warnings.push(details),
    ),
    enqueue: async (items) => {
      queued += items.length;
    },
    now: () => new Date(now),
    refused: () => {},
  });
  /** The status of the answer, or the named fault that becomes a 503. */
  return async (signedWith: string): Promise<number | ConnectorError> => {
    const hash = createHmac('sha256', signedWith).update(body).digest('hex');
    const event = {
      pathParameters: { account: 'main' },
      rawQueryString: '',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${hash}` },
      requestContext: { http: { method: 'POST' } },
      ...{ body, isBase64Encoded: false },
    };
    try {
      const answer = await receive(event as unknown as APIGatewayProxyEventV2);
      return answer.statusCode ?? 0;
    } catch (fault) {
      if (fault instanceof ConnectorError) return fault;
      throw fault;
    }
  };
}

describe('a secret that is filled step by step', () => {
  it('opens the door with the second put, when the first was a bare token', async () => {
    store.write(secretId, 'EAAhunter2');
    expect(await environment()('right')).toMatchObject({ code: 'misconfigured' });
    store.write(secretId, credentials('right'));
    const post = environment();
    expect(await post('right')).toBe(200);
    expect(await post('wrong')).toBe(401);
    expect(warnings).toHaveLength(1);
    expect(JSON.stringify(warnings)).not.toContain('hunter2');
  });

  it('is told as empty with the command that fills it, until it has a value', async () => {
    store.write(secretId, '{}');
    const post = environment();
    const fault = await post('right');
    expect(fault).toMatchObject({ code: 'misconfigured' });
    expect(String(fault)).toContain(
      `is empty; to fill it: aws secretsmanager put-secret-value --secret-id ${secretId} --secret-string '{"appSecret":"…","verifyToken":"…","accessToken":"…"}'`,
    );
    store.write(secretId, credentials('right'));
    now += 30_000;
    expect(await post('right')).toBe(200);
  });
});

describe('a rotation', () => {
  it('lets both in, and the previous one no more when it is over', async () => {
    store.write(secretId, credentials('first'));
    const post = environment();
    expect(await post('first')).toBe(200);
    store.write(secretId, credentials('second'));
    now += 30_000;
    expect([await post('second'), await post('first')]).toEqual([200, 200]);
    store.write(secretId, credentials('third'));
    now += 30_000;
    expect(await post('third')).toBe(200);
    const before = queued;
    expect(await post('first')).toBe(401);
    expect(await environment()('first')).toBe(401);
    expect(queued).toBe(before);
  });

  it('ends for a warm environment after five minutes, though nothing wrong was ever signed', async () => {
    store.write(secretId, credentials('first'));
    const post = environment();
    expect(await post('first')).toBe(200);
    store.write(secretId, credentials('second'));
    store.write(secretId, credentials('third'));
    now += 5 * 60_000;
    expect(await post('first')).toBe(401);
  });

  it('to something unreadable keeps the door open for the previous secret', async () => {
    store.write(secretId, credentials('first'));
    store.write(secretId, '{"appSecret":"hunter2"}');
    const post = environment();
    expect([await post('first'), await post('hunter2')]).toEqual([200, 401]);
    expect(warnings).toMatchObject([
      {
        stage: 'AWSCURRENT',
        reason: 'lacks a valid verifyToken, accessToken',
      },
    ]);
  });
});
