import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { fileAddresser } from '#shared/aws/objects/file-address';
import { presignObject } from '#shared/aws/objects/signed-object';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;

beforeAll(async () => {
  emulators = await startEmulators();
  const { client } = await emulators.bucket('archive');
  const { protocol, hostname, port } = (await client.config.endpoint?.()) ?? {};
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `${protocol}//${hostname}:${port}`);
  for (const Key of ['uploads/a bill (1) é.png', 'uploads/plain.png', 'raw/secret.json']) {
    await client.send(new PutObjectCommand({ Bucket: 'archive', Key, Body: 'ten  bytes' }));
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulators.stop();
});

/** Signs, and is never called itself. */
const signer = (sessionToken?: string) =>
  new SQSClient({
    region: 'eu-central-1',
    credentials: {
      accessKeyId: 'AKIDEXAMPLE',
      secretAccessKey: 'b',
      ...(sessionToken ? { sessionToken } : {}),
    },
  });

const addressed = (uri: string, maxSizeBytes = 10) =>
  fileAddresser(
    signer(),
    'archive',
  )({ uri: `s3://${uri}`, contentType: 'image/png', maxSizeBytes });

describe('the address of a file', () => {
  it.each(['archive/uploads/plain.png', 'archive/uploads/a bill (1) é.png'])(
    'lasts an hour, and the file can be fetched from it without more: %s',
    async (uri) => {
      const found = await addressed(uri);
      const url = new URL('address' in found ? found.address : '');
      expect(Object.fromEntries(url.searchParams)).toMatchObject({
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
        'X-Amz-Expires': '3600',
        'X-Amz-SignedHeaders': 'host',
        'X-Amz-Content-Sha256': 'UNSIGNED-PAYLOAD',
        'response-content-type': 'image/png',
      });
      const response = await fetch(url);
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('ten  bytes');
    },
  );

  it.each([
    ['archive/uploads/none.png', 10, 'media_not_found'],
    ['archive/uploads/plain.png', 9, 'media_too_large'],
    ['archive/raw/secret.json', 10, 'invalid_reply'],
    ['other/uploads/plain.png', 10, 'invalid_reply'],
  ])('is not made for %s of at most %i bytes: %s', async (uri, size, code) => {
    expect(await addressed(uri, size)).toMatchObject({ kind: 'refused', error: { code } });
  });

  it('holds the token of temporary credentials, and a signature that depends on everything in it', async () => {
    vi.stubEnv('AWS_ENDPOINT_URL_S3', undefined);
    const object = {
      method: 'GET' as const,
      bucket: 'archive',
      key: 'uploads/a.png',
      contentType: 'image/png',
      expiresInSeconds: 3600,
    };
    const addressOf = async (change: object) =>
      new URL((await presignObject(signer('session').config, { ...object, ...change })).url);
    const url = await addressOf({});
    expect(url.origin + url.pathname).toBe(
      'https://archive.s3.eu-central-1.amazonaws.com/uploads/a.png',
    );
    expect(url.searchParams.get('X-Amz-Security-Token')).toBe('session');
    const signatureOf = async (change: object) =>
      (await addressOf(change)).searchParams.get('X-Amz-Signature');
    const signatures = await Promise.all(
      [{}, { key: 'uploads/b.png' }, { contentType: 'text/html' }, { expiresInSeconds: 3601 }].map(
        signatureOf,
      ),
    );
    expect(new Set(signatures).size).toBe(4);
    expect(signatures[0]).toMatch(/^[0-9a-f]{64}$/);
  });
});
