import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { RawItem } from '#shared/raw/item';
import { putObject } from './put-object.ts';

/** The bucket for what does not belong into the table: quarantined items, HTML bodies, raw mail. */
export interface Archive {
  readonly client: S3Client;
  readonly bucket: string;
}

/** Writes one object; writing the same key again is harmless. Resolves with its `s3://` uri. */
export async function archiveObject(
  { client, bucket }: Archive,
  key: string,
  body: string | Uint8Array,
  contentType: string,
): Promise<string> {
  await putObject(client, { Bucket: bucket, Key: key, Body: body, ContentType: contentType });
  return `s3://${bucket}/${key}`;
}

/** Reads one object whole. Throws what S3 throws; `NoSuchKey` means that its lifecycle has taken it. */
export async function readObject(
  client: S3Client,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<Uint8Array> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Body ? Body.transformToByteArray() : new Uint8Array();
}

/** Writes an item into the archive. */
export async function archiveItem(archive: Archive, { key, text }: RawItem): Promise<void> {
  await archiveObject(archive, key, text, 'application/json');
}
