import { atMost } from '#shared/at-most';
import type { FileToUpload } from '#shared/connector/sender';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { FileLook, FileReader } from './file-reader.ts';

/** The files looked at at once; S3 takes far more. */
const looksAtOnce = 10;

/** The first problem with the files that a reply shows, alone or together; undefined if all is well. */
export async function fileProblem(
  look: FileLook,
  files: readonly FileToUpload[],
  maxFilesBytes = Number.POSITIVE_INFINITY,
): Promise<DeliveryError | undefined> {
  let sizeBytes = 0;
  for (const found of await atMost(looksAtOnce, files, look)) {
    if (found.kind === 'refused') return found.error;
    sizeBytes += found.sizeBytes;
  }
  return tooLargeTogether(sizeBytes, maxFilesBytes);
}

/** Reads the files that a request shows, one after the other, in their order; as soon as one is refused, no more. */
export async function readFiles(
  read: FileReader,
  files: readonly FileToUpload[],
  maxFilesBytes = Number.POSITIVE_INFINITY,
): Promise<
  | { readonly kind: 'read'; readonly files: readonly Uint8Array[] }
  | { readonly kind: 'refused'; readonly error: DeliveryError }
> {
  const bytes: Uint8Array[] = [];
  let sizeBytes = 0;
  for (const file of files) {
    const found = await read(file);
    if (found.kind === 'refused') return found;
    sizeBytes += found.bytes.length;
    const error = tooLargeTogether(sizeBytes, maxFilesBytes);
    if (error) return { kind: 'refused', error };
    bytes.push(found.bytes);
  }
  return { kind: 'read', files: bytes };
}

function tooLargeTogether(sizeBytes: number, maxFilesBytes: number): DeliveryError | undefined {
  if (sizeBytes <= maxFilesBytes) return undefined;
  const title = `the files have ${sizeBytes} bytes together; allowed are ${maxFilesBytes}`;
  return { code: 'media_too_large', title, retryable: false };
}
