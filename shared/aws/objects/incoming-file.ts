import type { OpenDestination } from '#shared/connector/media';
import type { Archive } from './archive.ts';
import { incomingKey } from './media-keys.ts';
import { type Presigned, presignObject } from './signed-object.ts';

/** The place in the bucket for one file that a provider writes itself, before it is checked. */
export interface IncomingFile {
  readonly open: OpenDestination;
  /** The address from which the file can be read once it is there. */
  readonly written: () => Promise<Presigned>;
}

/**
 * Opens a place under `incoming/` for one file. Nothing but the worker reads there, and a rule of the bucket clears it
 * after a day: a checked copy under `media/` is the one that is kept and told. Delivering it again overwrites it.
 */
export function incomingFile(
  { client, bucket }: Archive,
  attachmentId: string,
  timeoutSeconds: number,
): IncomingFile {
  const request = { bucket, key: incomingKey(attachmentId), expiresInSeconds: timeoutSeconds };
  return {
    open: async () => ({
      ...(await presignObject(client.config, { ...request, method: 'PUT' })),
      timeoutSeconds,
    }),
    written: () => presignObject(client.config, { ...request, method: 'GET' }),
  };
}
