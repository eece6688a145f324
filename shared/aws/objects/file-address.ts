import type { SQSClient } from '@aws-sdk/client-sqs';
import type { FileToUpload } from '#shared/connector/sender';
import type { DeliveryError } from '#shared/model/delivery-status';
import { replyFileKey } from '#shared/reply/file';
import { fileLook } from './file-reader.ts';
import { presignObject } from './signed-object.ts';

/** The web address of a file, or the reason why it can never be sent. */
export type FileAddress =
  | { readonly kind: 'addressed'; readonly address: string }
  | { readonly kind: 'refused'; readonly error: DeliveryError };

/** Makes the address of a file that is there and small enough. Throws for faults that may be gone next time. */
export type FileAddresser = (file: FileToUpload) => Promise<FileAddress>;

/**
 * The lifetime of an address. Providers fetch the file when they take the message; one that waits in a queue is fetched
 * before it waits.
 */
const expiresInSeconds = 3600;

/** Addresses the files that a reply shows, for a provider that fetches them itself; from the same places as a reader. */
export function fileAddresser(client: SQSClient, bucket: string): FileAddresser {
  const look = fileLook(client, bucket);
  return async (file) => {
    const looked = await look(file);
    if (looked.kind === 'refused') return looked;
    const key = replyFileKey(bucket, file.uri) ?? '';
    const { contentType } = file;
    const { url: address } = await presignObject(client.config, {
      ...{ method: 'GET', bucket, key, contentType, expiresInSeconds },
    });
    return { kind: 'addressed', address };
  };
}
