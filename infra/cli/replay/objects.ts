import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';

/** The objects of a stack: its archive bucket, and whatever else an item points at. */
export interface Objects {
  readonly client: S3Client;
  readonly archive: string;
}

/** The keys of the archive under a prefix, in their order. */
export async function keysUnder({ client, archive }: Objects, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: archive,
        Prefix: prefix,
        ...(ContinuationToken === undefined ? {} : { ContinuationToken }),
      }),
    );
    keys.push(...(page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [Key])));
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return keys;
}

/** One object whole; undefined when there is none, or none any more: every prefix has a lifecycle. */
export async function readObject(
  { client }: Objects,
  { bucket, key }: { readonly bucket: string; readonly key: string },
): Promise<Uint8Array | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return await Body?.transformToByteArray();
  } catch (fault) {
    if (fault instanceof Error && fault.name === 'NoSuchKey') return undefined;
    throw fault;
  }
}
