import { incomingFile } from '#shared/aws/objects/incoming-file';
import type { MediaFound, MediaRefusal } from '#shared/connector/media';
import { type Download, download } from '#shared/media/download';
import type { FetchMediaDependencies } from './requested-file.ts';
import type { FileSource } from './source.ts';

/** A file on disk, or the reason why there is none. `damaged`: the bytes differ from those the provider promised. */
export type Fetched =
  | (Extract<Download, { kind: 'fetched' }> & { readonly contentType?: string })
  | { readonly kind: 'damaged'; readonly reason: string }
  | MediaRefusal;

/**
 * Fetches a file by the webhook's address where there is one, then by the media id, whatever was wrong with the first.
 * A file that the provider delivers is fetched from where it was written, with the same checks.
 * Bytes that differ from those promised are fetched once more.
 */
export async function fetchFile(
  { archive, limits }: Pick<FetchMediaDependencies, 'archive' | 'limits'>,
  source: FileSource,
  file: string,
): Promise<Fetched> {
  const { reader, reference, context } = source;
  const signal = AbortSignal.timeout(limits.fetchSeconds * 1000);
  const fetchFrom = (location: MediaFound, isOurs = false) =>
    fetchFound(source, location, { file, signal, isOurs, idleSeconds: limits.idleSeconds });
  const direct = reader.direct?.(reference, context);
  const fast = direct?.kind === 'found' ? await fetchFrom(direct) : undefined;
  if (fast?.kind === 'fetched') return fast;
  const incoming = incomingFile(archive, source.attachment.id, limits.fetchSeconds / 2);
  const byId = async (): Promise<Fetched> => {
    const location = await reader.locate(reference, context, incoming.open);
    if (location.kind !== 'delivered') {
      return location.kind === 'found' ? fetchFrom(location) : location;
    }
    return fetchFrom({ ...location, ...(await incoming.written()), kind: 'found' }, true);
  };
  const first = await byId();
  return first.kind === 'damaged' && fast?.kind !== 'damaged' ? byId() : first;
}

async function fetchFound(
  { reader, context, attachment }: FileSource,
  { url, headers, sha256, sizeBytes, contentType }: MediaFound,
  {
    isOurs,
    ...how
  }: {
    readonly file: string;
    readonly signal: AbortSignal;
    readonly idleSeconds: number;
    /** The address is of our own bucket, whatever hosts the provider has. */
    readonly isOurs: boolean;
  },
): Promise<Fetched> {
  const { hosts, redirectHosts, maxSizeBytes } = reader;
  if (sizeBytes !== undefined && sizeBytes > maxSizeBytes) {
    return { kind: 'failed', reason: `larger than ${maxSizeBytes} bytes` };
  }
  const apiUrl = isOurs ? url : context.apiUrl;
  const fetched = await download({
    ...{ url, headers, hosts, redirectHosts, apiUrl, maxSizeBytes },
    ...how,
  });
  if (fetched.kind !== 'fetched') return fetched;
  const promised = [attachment.sha256, sha256].filter((hash) => hash !== undefined);
  if (promised.some((hash) => hash !== fetched.sha256)) {
    return { kind: 'damaged', reason: 'the bytes do not have the SHA-256 the provider told' };
  }
  return { ...fetched, ...(contentType === undefined ? {} : { contentType }) };
}
