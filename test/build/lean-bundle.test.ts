import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFunctions } from '#infra/build/build';
import { openSecretStore } from '#infra/local/secrets/secret-store';
import { type SecretsManager, startSecretsManager } from '#infra/local/secrets/secrets-manager';
import { runBundle } from './run-bundle.ts';

const receive = fileURLToPath(new URL('../../dist/receive-whatsapp/index.mjs', import.meta.url));
const secrets = { appSecret: 'app-secret', verifyToken: 'verify', accessToken: 'token' };
const body = JSON.stringify({
  object: 'whatsapp_business_account',
  entry: [
    {
      id: '1',
      changes: [
        {
          field: 'messages',
          value: {
            messaging_product: 'whatsapp',
            metadata: { display_phone_number: '15550783881', phone_number_id: '106540352242922' },
            contacts: [{ profile: { name: 'Ada' }, wa_id: '16505551234' }],
            messages: [
              {
                from: '16505551234',
                id: 'wamid.PROBE',
                timestamp: '1749416383',
                type: 'text',
                text: { body: 'hi' },
              },
            ],
          },
        },
      ],
    },
  ],
});

describe('a bundle without what was left out of the SDK', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lean-'));
  let fauxqs: FauxqsServer;
  let secretsManager: SecretsManager;
  let endpoints: Record<string, string>;
  beforeAll(async () => {
    fauxqs = await startFauxqs({ port: 0, logger: false, defaultRegion: 'eu-central-1' });
    fauxqs.createQueue('ingress.fifo', { attributes: { FifoQueue: 'true' } });
    fauxqs.createBucket('archive');
    const store = openSecretStore(join(folder, 'secrets.json'));
    store.write('switchboard/whatsapp/main', JSON.stringify(secrets));
    secretsManager = await startSecretsManager(store);
    endpoints = {
      AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${fauxqs.port}`,
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${fauxqs.port}`,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsManager.endpoint,
    };
  });
  afterAll(async () => {
    await secretsManager.stop();
    await fauxqs.stop();
    rmSync(folder, { recursive: true });
  });

  const queueUrl = (name: string) => `http://127.0.0.1:${fauxqs.port}/000000000000/${name}`;

  function post(text: string, secretId: string, CONNECTOR = 'whatsapp') {
    const signature = createHmac('sha256', secrets.appSecret).update(body).digest('hex');
    const account = {
      connector: 'whatsapp',
      account: 'main',
      publicUrl: 'https://example.com/webhooks/whatsapp/main',
      apiUrl: 'https://graph.facebook.com',
      secretId,
      settings: { address: '106540352242922' },
    };
    const environment = {
      ...endpoints,
      CONNECTOR,
      ACCOUNTS: JSON.stringify([account]),
      INGRESS_QUEUE_URL: queueUrl('ingress.fifo'),
      STATUSES_QUEUE_URL: queueUrl('statuses'),
      ARCHIVE_BUCKET: 'archive',
    };
    return runBundle(receive, environment, {
      version: '2.0',
      rawPath: '/webhooks/whatsapp/main',
      rawQueryString: '',
      headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
      pathParameters: { account: 'main' },
      requestContext: { http: { method: 'POST' } },
      body: text,
      isBase64Encoded: false,
    });
  }

  it('fetches a secret, verifies a webhook and queues it', async () => {
    expect(await post(body, 'switchboard/whatsapp/main')).toMatchObject({ statusCode: 200 });
    const { messages } = fauxqs.inspectQueue('ingress.fifo') ?? {};
    const queued = messages?.ready.map((message) => JSON.parse(message.body));
    expect(queued).toHaveLength(1);
    expect(queued?.[0]).toMatchObject({ connector: 'whatsapp', account: 'main' });
    expect(JSON.stringify(queued?.[0])).toContain('wamid.PROBE');
  });

  it('refuses what was changed on the way', async () => {
    const answer = await post(body.replace('hi', 'ho'), 'switchboard/whatsapp/main');
    expect(answer).toMatchObject({ statusCode: 401 });
  });

  it('tells a missing secret by the name of the error, whose class was left out', async () => {
    const answer = await post(body, 'switchboard/whatsapp/none');
    expect(answer).toMatchObject({ statusCode: 503 });
    expect(JSON.stringify(answer)).toContain('misconfigured');
  });

  it('does not start as the function of another connector', async () => {
    const started = post(body, 'switchboard/whatsapp/main', 'twilio');
    await expect(started).rejects.toThrow('CONNECTOR: twilio, allowed: whatsapp');
  });

  it('still writes and reads objects, and names the errors of S3 and SQS', async () => {
    const functionsFolder = fileURLToPath(new URL('functions', import.meta.url));
    await buildFunctions({ functionsFolder, outputFolder: folder });
    const event = { bucket: 'archive', missingQueue: queueUrl('none') };
    expect(await runBundle(join(folder, 'probe/index.mjs'), endpoints, event)).toEqual({
      text: 'körper',
      missingObject: 'NoSuchKey',
      // With its class it would be QueueDoesNotExist; this is the code of the service's older protocol.
      missingQueue: 'AWS.SimpleQueueService.NonExistentQueue',
    });
  });
});
