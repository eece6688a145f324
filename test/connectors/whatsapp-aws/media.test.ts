import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  GetWhatsAppMessageMediaCommand,
  SocialMessagingClient,
} from '@aws-sdk/client-socialmessaging';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MediaContext } from '#shared/connector/media';
import { account } from './notification.ts';

let server: Server;
let url: string;
let calls: { path: string | undefined; body: string }[] = [];
let answer: { status: number; headers?: Record<string, string>; body: string };

Object.assign(process.env, {
  AWS_REGION: 'eu-central-1',
  AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-tests',
});
const { mediaSource } = await import('#connectors/whatsapp-aws/media-source');

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    calls.push({ path: request.url, body });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  calls = [];
  answer = { status: 200, body: '{"mimeType":"image/jpeg","fileSize":5}' };
});

const destination = {
  url: 'https://archive.s3.eu-central-1.amazonaws.com/incoming/att_1?X-Amz-Signature=0f',
  headers: { 'content-disposition': 'attachment' },
  timeoutSeconds: 5,
};
const context = (apiUrl = url): MediaContext<unknown, unknown> => ({
  ...{ account, credentials: {}, apiUrl, timeoutSeconds: 5 },
});
const locate = (apiUrl = url) =>
  mediaSource.locate({ reference: '700' }, context(apiUrl), () => Promise.resolve(destination));

describe('a file through AWS', () => {
  it('is asked for as AWS’s own SDK does, and is delivered', async () => {
    expect(await locate()).toEqual({ kind: 'delivered', contentType: 'image/jpeg' });
    const { timeoutSeconds: _, ...destinationS3PresignedUrl } = destination;
    const sdk = new SocialMessagingClient({
      region: 'eu-central-1',
      endpoint: url,
      maxAttempts: 1,
    });
    const { originationPhoneNumberId } = account;
    await sdk.send(
      new GetWhatsAppMessageMediaCommand({
        ...{ mediaId: '700', originationPhoneNumberId, destinationS3PresignedUrl },
      }),
    );
    const [ours, theirs] = calls;
    expect(ours?.path).toBe(theirs?.path);
    expect(JSON.parse(ours?.body ?? '')).toEqual(JSON.parse(theirs?.body ?? ''));
  });

  it.each<[number, string, object]>([
    [404, 'ResourceNotFoundException', { kind: 'later', retryAfterSeconds: 900 }],
    [403, 'AccessDeniedException', { kind: 'later', retryAfterSeconds: 900 }],
    [403, 'AccessDeniedByMetaException', { kind: 'later', retryAfterSeconds: 900 }],
    [429, 'ThrottledRequestException', { kind: 'later' }],
    [400, 'LimitExceededException', { kind: 'later', retryAfterSeconds: 60 }],
    [502, 'DependencyException', { kind: 'later' }],
    [500, 'InternalServiceException', { kind: 'later' }],
    [400, 'ValidationException', { kind: 'failed' }],
    [400, 'InvalidParametersException', { kind: 'failed' }],
  ])('that AWS refuses with %i %s: %j', async (status, name, outcome) => {
    answer = { status, headers: { 'x-amzn-errortype': name }, body: '{"message":"no"}' };
    expect(await locate()).toEqual({
      ...{ reason: `AWS answered ${name} for the media id`, ...outcome },
    });
  });

  it('comes later when the network fails, and says nothing of the address', async () => {
    const outcome = await locate('http://127.0.0.1:1');
    expect(outcome).toMatchObject({ kind: 'later' });
    expect(JSON.stringify(outcome)).not.toContain('X-Amz');
  });

  it('cannot be located without a place for it', async () => {
    await expect(mediaSource.locate({ reference: '700' }, context())).rejects.toThrow(
      'given no destination',
    );
  });
});
