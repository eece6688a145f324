import type { SQSClient } from '@aws-sdk/client-sqs';
import type { FileToUpload } from '#shared/connector/sender';
import { ConnectorError } from '#shared/errors';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { ErrorCode } from '#shared/model/error-code';
import { elsewhereTitle, replyFileKey } from '#shared/reply/file';
import { requestObject } from './signed-object.ts';

/** The result of reading a file: its bytes, or the reason why it can never be sent. */
export type FileRead =
  | { readonly kind: 'read'; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly error: DeliveryError };

/** Reads a file. Throws for faults that may be gone next time. */
export type FileReader = (file: FileToUpload) => Promise<FileRead>;

/** The result of looking at a file: its size, or the reason why it can never be sent. */
export type FileLooked =
  | { readonly kind: 'found'; readonly sizeBytes: number }
  | { readonly kind: 'refused'; readonly error: DeliveryError };

/** Checks that a file exists and is small enough. Throws as a reader does. */
export type FileLook = (file: FileToUpload) => Promise<FileLooked>;

/** Enough for the largest file of any channel. */
const readTimeoutSeconds = 60;
/** Short, because the caller waits for the answer. */
const lookTimeoutSeconds = 5;

/**
 * Reads the files that a reply shows, from one bucket and two of its folders: the right to reply must not be a right to
 * read everything else we keep. A file that is too large is refused by its size, unread.
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

/** Makes the same checks without reading, so that a bad file is refused when the reply is accepted. */
export function fileLook(client: SQSClient, bucket: string): FileLook {
  return async (file) => {
    const found = await ask(client, bucket, 'HEAD', file);
    if ('error' in found) return { kind: 'refused', error: found.error };
    const sizeBytes = sizeOf(found.answer);
    return sizeBytes === 0 ? { kind: 'refused', error: empty(file) } : { kind: 'found', sizeBytes };
  };
}

/** S3 answers 403 for a missing key to a caller that may not list the bucket (GetObject, "Permissions"). */
const missing = new Set([403, 404]);

async function ask(
  client: SQSClient,
  bucket: string,
  method: 'GET' | 'HEAD',
  { uri, contentType, fileName = uri, maxSizeBytes }: FileToUpload,
): Promise<{ readonly answer: Response } | { readonly error: DeliveryError }> {
  const key = replyFileKey(bucket, uri);
  if (key === undefined) return refused('invalid_reply', elsewhereTitle(bucket, uri));
  const timeoutSeconds = method === 'GET' ? readTimeoutSeconds : lookTimeoutSeconds;
  const answer = await requestObject(client, { method, bucket, key, timeoutSeconds });
  if (answer.ok && sizeOf(answer) <= maxSizeBytes) return { answer };
  // An unread body would keep its connection open.
  await answer.body?.cancel();
  if (answer.ok) {
    const title = `${fileName}: ${contentType} has ${sizeOf(answer)} bytes; allowed are ${maxSizeBytes}`;
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
