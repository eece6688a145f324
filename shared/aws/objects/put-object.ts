import { PutObjectCommand, type PutObjectCommandInput, type S3Client } from '@aws-sdk/client-s3';

/**
 * The only way in which we write objects, here and in signed-object.ts: nearly all of them hold what strangers sent
 * (HTML above all). A browser that is given a signed address of one saves it instead of running what is in it.
 */
const contentDisposition = 'attachment';

/** Writes one object. */
export async function putObject(
  client: S3Client,
  input: Omit<PutObjectCommandInput, 'ContentDisposition'>,
): Promise<void> {
  await client.send(new PutObjectCommand({ ...input, ContentDisposition: contentDisposition }));
}
