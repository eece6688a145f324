import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { storeMedia } from '#shared/aws/objects/media-store';
import type { StoredFile } from '#shared/aws/publish/record-files';
import type { MediaRefusal } from '#shared/connector/media';
import { contentTypeOf } from '#shared/media/content-type';
import { fetchFile } from './fetch-file.ts';
import type { FetchMediaDependencies } from './requested-file.ts';
import type { FileSource } from './source.ts';

/** The outcome of a file in one delivery of its job. */
export type Downloaded = { readonly kind: 'stored'; readonly file: StoredFile } | MediaRefusal;

/**
 * Fetches a file to disk and stores it. On disk, because a hash is known only at the end, and nothing goes into the
 * bucket that has not been checked; the memory it takes is the same for a sticker and for 100 MB.
 */
export async function download(
  dependencies: FetchMediaDependencies,
  source: FileSource,
): Promise<Downloaded> {
  const directory = await mkdtemp(join(tmpdir(), 'switchboard-media-'));
  try {
    const path = join(directory, 'file');
    const fetched = await fetchFile(dependencies, source, path);
    if (fetched.kind === 'damaged') return { kind: 'failed', reason: fetched.reason };
    if (fetched.kind !== 'fetched') return fetched;
    const { sizeBytes, sha256, head } = fetched;
    const { id, contentType: declared } = source.attachment;
    const contentType = contentTypeOf(fetched.contentType ?? declared, head);
    const stored = { file: path, sizeBytes, sha256, contentType };
    const uri = await storeMedia(dependencies.archive, id, stored);
    return { kind: 'stored', file: { uri, sizeBytes, sha256, contentType } };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
