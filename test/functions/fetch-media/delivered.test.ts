import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mediaSources } from '#connectors/media-sources';
import { fetchFile } from '#functions/fetch-media/fetch-file';
import { appendMessage } from '#shared/aws/store/append/append';
import { readEntry } from '#shared/aws/store/table';
import type { MediaJob } from '#shared/model/media-job';
import { origin, textMessage } from '#test/store/messages';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';
import { type Harness, hashOf, openHarness, picture } from './harness.ts';

/** AWS as a test plays it: it gets the address to write to, and answers. */
type Aws = (destination: { url: string; headers: Record<string, string> }) => Promise<{
  readonly status: number;
  readonly name?: string;
}>;

/** The signature of a PUT by the rules of S3 ("Authenticating requests: using query parameters"). */
function signatureOf(url: URL, secret: string): string {
  const hmac = (key: string | Buffer, text: string) =>
    createHmac('sha256', key).update(text).digest();
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .toSorted();
  const headers = `content-disposition:attachment\nhost:${url.host}\n`;
  const canonical = ['PUT', url.pathname, query.join('&'), headers];
  const request = [...canonical, 'content-disposition;host', 'UNSIGNED-PAYLOAD'].join('\n');
  const date = url.searchParams.get('X-Amz-Date') ?? '';
  const scope = `${date.slice(0, 8)}/eu-central-1/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, hashOf(Buffer.from(request))].join('\n');
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString('hex');
}

const settings = {
  address: '106540352242922',
  originationPhoneNumberId: 'phone-number-id-0123456789abcdef0123456789abcdef',
};

let emulators: Emulators;
let harness: Harness;
let aws: Server;
let play: Aws;
let asked: string[] = [];
let written: { url: string; headers: Record<string, string> } | undefined;

const delivering =
  (bytes: Buffer): Aws =>
  async (destination) => {
    const { url, headers } = destination;
    const put = await fetch(url, { method: 'PUT', headers, body: Uint8Array.from(bytes) });
    return { status: put.status };
  };

beforeAll(async () => {
  emulators = await startEmulators();
  aws = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { mediaId, destinationS3PresignedUrl } = JSON.parse(body);
    asked.push(mediaId);
    written = destinationS3PresignedUrl;
    const { status, name } = await play(destinationS3PresignedUrl);
    const headers = name === undefined ? {} : { 'x-amzn-errortype': name };
    response.writeHead(status, headers).end('{"mimeType":"image/jpeg","fileSize":5}');
  });
  await new Promise<void>((resolve) => aws.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  aws.close();
  await emulators.stop();
});
beforeEach(async () => {
  asked = [];
  written = undefined;
  play = delivering(picture);
  harness = await openHarness(emulators);
  const { client } = harness.dependencies.archive;
  const endpoint = await client.config.endpoint?.();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: `http://${endpoint?.hostname}:${endpoint?.port}`,
    ...{ AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  });
});
afterEach(() => harness.stop());

const account = 'by-aws';
const accounts = () => [
  {
    ...{ connector: 'whatsapp-aws', account, settings, secretId: undefined },
    publicUrl: 'https://example.test/webhooks/whatsapp-aws/by-aws',
    apiUrl: `http://127.0.0.1:${(aws.address() as AddressInfo).port}`,
  },
];

let messages = 0;
/** A customer has sent a picture through AWS. */
async function message(sha256 = hashOf(picture)): Promise<MediaJob> {
  messages += 1;
  const attachments = [
    { kind: 'image' as const, contentType: 'image/jpeg', state: 'pending' as const },
  ].map((each) => ({ ...each, providerReference: '700', sha256 }));
  const { conversation, entry } = await appendMessage(
    emulators.table,
    { ...origin, connector: 'whatsapp-aws', account },
    textMessage(`wamid.aws-${messages}`, 'the crack', { attachments }),
  );
  const attachmentId = entry.message?.attachments[0]?.id ?? '';
  return { conversationId: conversation.id, sequence: entry.sequence, attachmentId };
}

const deliver = (job: MediaJob) => harness.deliver(job, { accounts: accounts() });
const keys = async () => [...(await harness.objects()).keys()].toSorted();

describe('a file that its provider delivers', () => {
  it('is checked like any other, and stored under our id', async () => {
    const job = await message();
    expect(await deliver(job)).toBeUndefined();
    expect(asked).toEqual(['700']);
    const key = `media/${job.attachmentId}`;
    expect(await keys()).toEqual([`incoming/${job.attachmentId}`, key]);
    expect((await harness.objects()).get(key)).toEqual({
      ...{ bytes: picture, contentType: 'image/jpeg' },
    });
    expect(await harness.attachment(job)).toMatchObject({
      ...{ state: 'stored', sha256: hashOf(picture), sizeBytes: picture.length },
      uri: `s3://${harness.dependencies.archive.bucket}/${key}`,
    });
  });

  it('is written to one address that is good for one object, a PUT and some minutes', async () => {
    const job = await message();
    await deliver(job);
    const url = new URL(written?.url ?? '');
    expect(url.pathname).toBe(
      `/${harness.dependencies.archive.bucket}/incoming/${job.attachmentId}`,
    );
    expect(Number(url.searchParams.get('X-Amz-Expires'))).toBeLessThanOrEqual(240);
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-disposition;host');
    expect(url.searchParams.get('X-Amz-Signature')).toMatch(/^[0-9a-f]{64}$/);
    expect(written?.headers).toEqual({ 'content-disposition': 'attachment' });
  });

  it('is written to an address with the signature that S3 computes', async () => {
    await deliver(await message());
    const url = new URL(written?.url ?? '');
    const given = url.searchParams.get('X-Amz-Signature');
    expect(given).toBe(signatureOf(url, 'test'));
    url.pathname += 'x';
    expect(given).not.toBe(signatureOf(url, 'test'));
  });

  it('with other bytes than the message promised is asked for once more, and not kept', async () => {
    const job = await message(hashOf(Buffer.from('another picture')));
    expect(await deliver(job)).toBeUndefined();
    expect(asked).toEqual(['700', '700']);
    expect(await keys()).toEqual([`incoming/${job.attachmentId}`]);
    expect(await harness.attachment(job)).toMatchObject({
      ...{ state: 'failed', error: expect.stringContaining('SHA-256') },
    });
  });

  it('that was not written, though AWS said so, comes later', async () => {
    play = async () => ({ status: 200 });
    const job = await message();
    expect(await deliver(job)).toBeGreaterThan(0);
    expect(await harness.attachment(job)).toMatchObject({ state: 'pending' });
    play = delivering(picture);
    expect(await deliver(job)).toBeUndefined();
    expect(await harness.attachment(job)).toMatchObject({ state: 'stored' });
  });

  it('that AWS refuses has failed', async () => {
    play = async () => ({ status: 400, name: 'ValidationException' });
    const job = await message();
    expect(await deliver(job)).toBeUndefined();
    expect(await harness.attachment(job)).toMatchObject({
      ...{ state: 'failed', error: 'AWS answered ValidationException for the media id' },
    });
  });

  it('that AWS does not find is asked for again for seven days, and has expired then', async () => {
    play = async () => ({ status: 404, name: 'ResourceNotFoundException' });
    const job = await message();
    expect(await deliver(job)).toBe(900);
    expect(await harness.attachment(job)).toMatchObject({ state: 'pending' });
    harness.clock.now = new Date('2026-11-28T10:00:10.000Z');
    expect(await deliver(job)).toBeUndefined();
    expect(await harness.attachment(job)).toMatchObject({ state: 'expired' });
  });

  it('larger than the limit is not read to its end', async () => {
    const job = await message();
    const reader = mediaSources['whatsapp-aws'];
    const entry = await readEntry(emulators.table, job.conversationId, job.sequence);
    const attachment = entry?.message?.attachments[0];
    if (!reader || !attachment) throw new Error('no source');
    const [{ apiUrl } = { apiUrl: '' }] = accounts();
    const source = {
      ...{ kind: 'source' as const, attachment, reference: { reference: '700' } },
      reader: { ...reader, maxSizeBytes: picture.length - 1 },
      context: {
        account: reader.readAccount(settings),
        credentials: {},
        apiUrl,
        timeoutSeconds: 5,
      },
    };
    const file = join(tmpdir(), `delivered-${process.pid}`);
    expect(await fetchFile(harness.dependencies, source, file)).toMatchObject({ kind: 'failed' });
  });
});
