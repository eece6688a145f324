import type { SQSClient } from '@aws-sdk/client-sqs';
import type { FileToUpload } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ErrorCode } from '#shared/model/error-code';
import { requestObject } from './signed-object.ts';

/** What became of reading a file: its bytes, or why there will never be any. */
export type FileRead =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly error: DeliveryError };

/** Throws for what may be different next time. */
export type FileReader = (file: FileToUpload) => Promise<FileRead>;

/** Where a helpdesk puts what it wants to send, and where we put what customers sent. */
const readablePrefixes = ['uploads/', 'media/'];
/** For the largest file of any channel. */
const readTimeoutSeconds = 60;

/**
 * Reads files a reply shows, of one bucket and two of its folders: whoever may reply must not thereby read what else
 * we keep. A file that is too large is refused by its size alone.
 */
export function fileReader(client: SQSClient, bucket: string): FileReader {
  return async (file) => {
    const key = keyIn(bucket, file.uri);
    if (key === undefined) {
      const allowed = readablePrefixes.map((prefix) => `s3://${bucket}/${prefix}`).join(', ');
      return refused('invalid_reply', `url is ${file.uri}; allowed is what begins with ${allowed}`);
    }
    const request = { method: 'GET', bucket, key, timeoutSeconds: readTimeoutSeconds } as const;
    const answer = await requestObject(client, request);
    if (answer.ok) return bytesOf(file, answer);
    await answer.body?.cancel();
    if (missing.has(answer.status)) return refused('media_not_found', `there is no ${file.uri}`);
    throw new ConnectorError('unavailable', `S3 answered ${answer.status} to a file`);
  };
}

/** Whoever may not list a bucket is told 403 of a key that is not there (GetObject, "Permissions"). */
const missing = new Set([403, 404]);

async function bytesOf(
  { uri, contentType, maxSizeBytes }: FileToUpload,
  answer: Response,
): Promise<FileRead> {
  const sizeBytes = Number(answer.headers.get('content-length') ?? 0);
  if (sizeBytes > maxSizeBytes) {
    // Nobody reads it, and an unread body would keep its connection.
    await answer.body?.cancel();
    const title = `${contentType} has ${sizeBytes} bytes; allowed are ${maxSizeBytes}`;
    return refused('media_too_large', title);
  }
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (bytes.length > 0) return { kind: 'read', bytes };
  return refused('media_rejected', `${uri} is empty`);
}

function keyIn(bucket: string, uri: string): string | undefined {
  const start = `s3://${bucket}/`;
  const key = uri.startsWith(start) ? uri.slice(start.length) : '';
  // A path may not climb out of its folder: a URL would resolve the dots before it is signed.
  const climbs = key.split('/').some((part) => /^(\.|%2e){1,2}$/i.test(part));
  return !climbs && readablePrefixes.some((prefix) => key.startsWith(prefix)) ? key : undefined;
}

function refused(code: ErrorCode, title: string): FileRead {
  return { kind: 'refused', error: { code, title, retryable: false } };
}
