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
  const sizes: number[] = [];
  for (const found of await atMost(looksAtOnce, files, look)) {
    if (found.kind === 'refused') return found.error;
    sizes.push(found.sizeBytes);
  }
  return tooLargeTogether(files, sizes, maxFilesBytes);
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
  for (const file of files) {
    const found = await read(file);
    if (found.kind === 'refused') return found;
    bytes.push(found.bytes);
    const sizes = bytes.map(({ length }) => length);
    const error = tooLargeTogether(files, sizes, maxFilesBytes);
    if (error) return { kind: 'refused', error };
  }
  return { kind: 'read', files: bytes };
}

/** Refuses files by the sizes known so far, and names the one that is best left out. */
function tooLargeTogether(
  files: readonly FileToUpload[],
  sizes: readonly number[],
  maxFilesBytes: number,
): DeliveryError | undefined {
  const sizeBytes = sizes.reduce((sum, each) => sum + each, 0);
  if (sizeBytes <= maxFilesBytes) return undefined;
  const largestBytes = Math.max(...sizes);
  const { fileName, uri = '' } = files[sizes.indexOf(largestBytes)] ?? {};
  const largest = `the largest is ${fileName ?? uri} with ${largestBytes}`;
  const title = `the files have ${sizeBytes} bytes together; allowed are ${maxFilesBytes}; ${largest}`;
  return { code: 'media_too_large', title, retryable: false };
}
