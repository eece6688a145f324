import { PutObjectCommand, type PutObjectCommandInput, type S3Client } from '@aws-sdk/client-s3';

/**
 * Set on every object that we write, here and in signed-object.ts: nearly all of them hold what strangers sent (HTML
 * above all). A browser that opens a signed URL then saves the file instead of running it.
 */
const contentDisposition = 'attachment';

/** Writes one object. */
export async function putObject(
  client: S3Client,
  input: Omit<PutObjectCommandInput, 'ContentDisposition'>,
): Promise<void> {
  await client.send(new PutObjectCommand({ ...input, ContentDisposition: contentDisposition }));
}
