import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readObject } from '#shared/aws/objects/archive';
import { claimChecks } from '#shared/aws/queues/claim-check';
import { enqueueItems, type IngressItem } from '#shared/aws/queues/lanes';
import { IngressMessage } from '#shared/model/ingress';

const aws = { region: 'eu-central-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };
let server: Awaited<ReturnType<typeof startFauxqs>>;
let sqs: SQSClient;
let s3: S3Client;
let url: string;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  vi.stubEnv('AWS_ENDPOINT_URL_S3', endpoint);
  sqs = new SQSClient({ ...aws, endpoint, useQueueUrlAsEndpoint: false });
  s3 = new S3Client({ ...aws, endpoint, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'archive' }));
  const Attributes = { FifoQueue: 'true' };
  const queue = await sqs.send(new CreateQueueCommand({ QueueName: 'ingress.fifo', Attributes }));
  url = queue.QueueUrl ?? '';
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

const item = (id: string, payload: unknown): IngressItem => ({
  connector: 'whatsapp',
  account: 'main',
  receivedAt: '2026-11-21T10:00:00.000Z',
  groupKey: ['business', id],
  deduplicationId: id,
  payload,
});

async function received(): Promise<IngressMessage> {
  const { Messages: [message] = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url }));
  return IngressMessage.parse(JSON.parse(message?.Body ?? ''));
}

describe('an item too large for the queue', () => {
  it('waits in S3 whole, and the queue says where', async () => {
    const payload = { text: 'Größe 👋'.repeat(100_000) };
    const claims = claimChecks(sqs, 'archive');
    await enqueueItems({ client: sqs, url, claims }, [item('large', payload)]);
    const { claim, payload: left } = await received();
    expect(left).toBeNull();
    const bytes = await readObject(s3, claim ?? { bucket: '', key: '' });
    expect(JSON.parse(new TextDecoder().decode(bytes))).toEqual(payload);
  });

  it('travels in the message when it is small', async () => {
    const claims = claimChecks(sqs, 'archive');
    await enqueueItems({ client: sqs, url, claims }, [item('small', { text: 'hi' })]);
    const message = await received();
    expect(message.payload).toEqual({ text: 'hi' });
    expect(message.claim).toBeUndefined();
  });

  it('fails the webhook, to come again, when S3 does not take it', async () => {
    const claims = claimChecks(sqs, 'no-such-bucket');
    const large = item('refused', { text: 'x'.repeat(200_000) });
    await expect(enqueueItems({ client: sqs, url, claims }, [large])).rejects.toMatchObject({
      code: 'unavailable',
    });
  });
});
