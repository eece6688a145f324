import { createReadStream } from 'node:fs';
import type { Archive } from './archive.ts';
import { mediaKey } from './media-keys.ts';
import { putObject } from './put-object.ts';

export interface MediaFile {
  /** Its path on disk, or its bytes. */
  readonly file: string | Uint8Array;
  readonly sizeBytes: number;
  /** Hex. S3 computes it again and refuses a body that does not match. */
  readonly sha256: string;
  readonly contentType: string;
}

/**
 * Stores a customer's file under our own id, never under a name from outside; writing it again is harmless. A
 * file on disk is streamed, so memory does not grow with its size. Resolves with its `s3://` uri.
 */
export async function storeMedia(
  { client, bucket }: Archive,
  attachmentId: string,
  { file, sizeBytes, sha256, contentType }: MediaFile,
): Promise<string> {
  const key = mediaKey(attachmentId);
  await putObject(client, {
    Bucket: bucket,
    Key: key,
    Body: typeof file === 'string' ? createReadStream(file) : file,
    ContentLength: sizeBytes,
    ContentType: contentType,
    ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
  });
  return `s3://${bucket}/${key}`;
}
