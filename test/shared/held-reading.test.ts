import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { heldIn } from '#shared/aws/queues/held-reading';

const aws = { region: 'eu-central-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
let server: Awaited<ReturnType<typeof startFauxqs>>;
let sqs: SQSClient;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
  sqs = new SQSClient({ ...aws, endpoint, useQueueUrlAsEndpoint: false });
  const s3 = new S3Client({ ...aws, endpoint, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'archive' }));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

describe('an unfinished reading', () => {
  it('is kept as it was, and one that is gone is no fault', async () => {
    const held = heldIn(sqs, 'archive');
    const item = {
      groupKey: ['1', '2'] as const,
      ...{ deduplicationId: 'dm:1', payload: { text: 'Größe 👋', deep: [{ a: null }] } },
    };
    const entry = { id: '5', occurredAt: '2026-11-27T09:00:00.000Z' };
    const entries = [
      { ...entry, item, isOwn: false, isExpected: true },
      { ...entry, isOwn: true, isExpected: false },
    ];
    await held.put('claims/one.json', entries);
    expect(await held.get('claims/one.json')).toEqual(entries);
    expect(await held.get('claims/none.json')).toBeUndefined();
  });
});
