import type { SQSClient } from '@aws-sdk/client-sqs';
import type { FileToUpload } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ErrorCode } from '#shared/model/error-code';
import { elsewhereTitle, replyFileKey } from '#shared/reply/file';
import { requestObject } from './signed-object.ts';

/** What became of reading a file: its bytes, or why there will never be any. */
export type FileRead =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly error: DeliveryError };

/** Throws for what may be different next time. */
export type FileReader = (file: FileToUpload) => Promise<FileRead>;

/** Looks whether a file is there and small enough; undefined where nothing stands against it. Throws as a reader does. */
export type FileLook = (file: FileToUpload) => Promise<DeliveryError | undefined>;

/** For the largest file of any channel. */
const readTimeoutSeconds = 60;
/** Short, because the caller waits for the answer. */
const lookTimeoutSeconds = 5;

/**
 * Reads files a reply shows, of one bucket and two of its folders: whoever may reply must not thereby read what else
 * we keep. A file that is too large is refused by its size alone.
 */
export function fileReader(client: SQSClient, bucket: string): FileReader {
  return async (file) => {
    const found = await ask(client, bucket, 'GET', file);
    if ('error' in found) return { kind: 'refused', error: found.error };
    const bytes = new Uint8Array(await found.answer.arrayBuffer());
    if (bytes.length > 0) return { kind: 'read', bytes };
    return { kind: 'refused', error: empty(file) };
  };
}

/** The same without reading: what a reader would refuse is known when the reply is taken. */
export function fileLook(client: SQSClient, bucket: string): FileLook {
  return async (file) => {
    const found = await ask(client, bucket, 'HEAD', file);
    if ('error' in found) return found.error;
    return sizeOf(found.answer) === 0 ? empty(file) : undefined;
  };
}

/** Whoever may not list a bucket is told 403 of a key that is not there (GetObject, "Permissions"). */
const missing = new Set([403, 404]);

async function ask(
  client: SQSClient,
  bucket: string,
  method: 'GET' | 'HEAD',
  { uri, contentType, maxSizeBytes }: FileToUpload,
): Promise<{ readonly answer: Response } | { readonly error: DeliveryError }> {
  const key = replyFileKey(bucket, uri);
  if (key === undefined) return refused('invalid_reply', elsewhereTitle(bucket, uri));
  const timeoutSeconds = method === 'GET' ? readTimeoutSeconds : lookTimeoutSeconds;
  const answer = await requestObject(client, { method, bucket, key, timeoutSeconds });
  if (answer.ok && sizeOf(answer) <= maxSizeBytes) return { answer };
  // An unread body would keep its connection.
  await answer.body?.cancel();
  if (answer.ok) {
    const title = `${contentType} has ${sizeOf(answer)} bytes; allowed are ${maxSizeBytes}`;
    return refused('media_too_large', title);
  }
  if (missing.has(answer.status)) return refused('media_not_found', `there is no ${uri}`);
  throw new ConnectorError('unavailable', `S3 answered ${answer.status} to a file`);
}

function sizeOf({ headers }: Response): number {
  return Number(headers.get('content-length') ?? 0);
}

function empty({ uri }: FileToUpload): DeliveryError {
  return { code: 'media_rejected', title: `${uri} is empty`, retryable: false };
}

function refused(code: ErrorCode, title: string): { readonly error: DeliveryError } {
  return { error: { code, title, retryable: false } };
}
