import type { SendRequest } from '#connectors/whatsapp/outbound/send-request';
import { uploaded } from '#connectors/whatsapp/outbound/uploaded';
import type { AwsAccount } from '#connectors/whatsapp-aws/account';
import type { SendContext, UploadOutcome } from '#shared/connector/sender';
import { callAws } from './call.ts';
import { classify } from './classify.ts';

/**
/**
 * Has AWS hand over a file from our bucket to Meta (`PostWhatsAppMessageMedia`): it takes the file from S3 itself, with
 * the permissions of the function that asks, so the bytes read here stay here.
 */
export async function upload(
  request: SendRequest,
  _files: readonly Uint8Array[],
  context: SendContext<AwsAccount, unknown>,
): Promise<UploadOutcome<SendRequest>> {
  const [, bucketName, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(request.file?.uri ?? '') ?? [];
  if (bucketName === undefined) return { kind: 'uploaded', request };
  const result = await callAws('media', { sourceS3File: { bucketName, key } }, context);
  return uploaded(request, result, {
    idName: 'mediaId',
    classify,
    withoutId: 'AWS took the file, but named no media id',
  });
}
