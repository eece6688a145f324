import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Archive } from '#shared/aws/objects/archive';
import { fileLook, fileReader } from '#shared/aws/objects/file-reader';
import { fileProblem, readFiles } from '#shared/aws/objects/reply-files';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
let archive: Archive;

beforeAll(async () => {
  emulators = await startEmulators();
  archive = await emulators.bucket('archive');
  const { protocol, hostname, port } = (await archive.client.config.endpoint?.()) ?? {};
  vi.stubEnv('AWS_ENDPOINT_URL_S3', `${protocol}//${hostname}:${port}`);
  for (const Key of [
    'uploads/bill.pdf',
    'uploads/a bill (1) é.pdf',
    'media/in.jpg',
    'raw/secret.json',
    'uploads/empty',
  ]) {
    const Body = Key.endsWith('empty') ? '' : 'ten  bytes';
    await archive.client.send(new PutObjectCommand({ Bucket: 'archive', Key, Body }));
  }
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await emulators.stop();
});

/** Signs, and is never called itself. */
const signer = new SQSClient({
  region: 'eu-central-1',
  credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
});

const read = (uri: string, maxSizeBytes = 10) =>
  fileReader(
    signer,
    'archive',
  )({ uri: `s3://${uri}`, contentType: 'application/pdf', maxSizeBytes });

const look = (uri: string, maxSizeBytes = 10) =>
  fileLook(signer, 'archive')({ uri: `s3://${uri}`, contentType: 'application/pdf', maxSizeBytes });

describe('a look at a file', () => {
  it.each([
    ['archive/uploads/bill.pdf', 10, undefined],
    ['archive/uploads/a bill (1) é.pdf', 10, undefined],
    ['archive/uploads/bill.pdf', 9, 'media_too_large'],
    ['archive/uploads/none', 10, 'media_not_found'],
    ['archive/uploads/empty', 10, 'media_rejected'],
    ['archive/raw/secret.json', 10, 'invalid_reply'],
  ])('%s of at most %i bytes: %s, as reading it would say', async (uri, size, code) => {
    const looked = await look(uri, size);
    const error = looked.kind === 'refused' ? looked.error : undefined;
    expect(error?.code).toBe(code);
    const whole = await read(uri, size);
    expect(error).toEqual(whole.kind === 'refused' ? whole.error : undefined);
  });
});

describe('a file that a reply shows', () => {
  it.each(['archive/uploads/bill.pdf', 'archive/uploads/a bill (1) é.pdf', 'archive/media/in.jpg'])(
    'is read: %s',
    async (uri) => {
      const bytes = Uint8Array.from(Buffer.from('ten  bytes'));
      expect(await read(uri)).toEqual({ kind: 'read', bytes });
    },
  );

  it('is refused by its size, with what was given and what is allowed', async () => {
    expect(await read('archive/uploads/bill.pdf', 9)).toEqual({
      kind: 'refused',
      error: {
        code: 'media_too_large',
        title: 's3://archive/uploads/bill.pdf: application/pdf has 10 bytes; allowed are 9',
        retryable: false,
      },
    });
  });

  it('is named where the files of a reply are too large together', async () => {
    const file = { uri: 's3://archive/uploads/bill.pdf', contentType: 'application/pdf' };
    const bytes = new Uint8Array(9);
    const files = [
      { ...file, maxSizeBytes: 9, fileName: 'small.pdf' },
      { ...file, maxSizeBytes: 9 },
    ];
    const sizes = [3, 9];
    const title =
      'the files have 12 bytes together; allowed are 10; the largest is s3://archive/uploads/bill.pdf with 9';
    let at = 0;
    const look = async () => ({ kind: 'found' as const, sizeBytes: sizes[at++] ?? 0 });
    expect(await fileProblem(look, files, 10)).toMatchObject({ code: 'media_too_large', title });
    const readSome = async ({ fileName }: { readonly fileName?: string }) => ({
      ...{ kind: 'read' as const, bytes: fileName ? bytes.subarray(0, 3) : bytes },
    });
    expect(await readFiles(readSome, files, 10)).toMatchObject({ error: { title } });
  });

  it.each([
    'archive/raw/secret.json',
    'archive/uploads',
    'archive/x/uploads/bill.pdf',
    'other/uploads/bill.pdf',
    'archive-2/uploads/bill.pdf',
    'archive/uploads/../raw/secret.json',
    'archive/uploads/%2e%2E/raw/secret.json',
  ])('is refused outside of the two folders: %s', async (uri) => {
    expect(await read(uri)).toMatchObject({
      kind: 'refused',
      error: {
        code: 'invalid_reply',
        title: `url is s3://${uri}; allowed is what begins with s3://archive/uploads/, s3://archive/media/`,
      },
    });
  });

  it('is refused when it is not there, or empty', async () => {
    expect(await read('archive/uploads/none')).toMatchObject({
      error: { code: 'media_not_found' },
    });
    expect(await read('archive/uploads/empty')).toMatchObject({
      error: { code: 'media_rejected' },
    });
  });

  it('is asked for again after a fault of S3, and refused where S3 says "access denied"', async () => {
    const statuses = [503, 403];
    const server = createServer((_, answer) => {
      answer.statusCode = statuses.shift() ?? 500;
      answer.end('<Error/>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    vi.stubEnv('AWS_ENDPOINT_URL_S3', `http://127.0.0.1:${port}`);
    await expect(read('archive/uploads/a')).rejects.toThrow('S3 answered 503');
    expect(await read('archive/uploads/a')).toMatchObject({ error: { code: 'media_not_found' } });
    server.close();
  });
});
