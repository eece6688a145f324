import { objectOf, textOf } from '#connectors/whatsapp/json-values';
import type { SendRequest } from '#connectors/whatsapp/outbound/send-request';
import { withMediaId } from '#connectors/whatsapp/outbound/upload';
import type { AwsAccount } from '#connectors/whatsapp-aws/account';
import type { SendContext, SendOutcome, UploadOutcome } from '#shared/connector/sender';
import type { HttpResult } from '#shared/http-attempt';
import { callAws } from './call.ts';
import { classify } from './classify.ts';

/**
 * Has AWS hand over a file from our bucket to Meta (`PostWhatsAppMessageMedia`): it takes the file from S3 itself, with
 * the permissions of the function that asks, so the bytes read here stay here. The customer sees nothing of it: an
 * outcome that is not known counts as not sent.
 */
export async function upload(
  request: SendRequest,
  _bytes: Uint8Array,
  context: SendContext<AwsAccount, unknown>,
): Promise<UploadOutcome<SendRequest>> {
  const [, bucketName, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(request.file?.uri ?? '') ?? [];
  if (bucketName === undefined) return { kind: 'uploaded', request };
  const result = await callAws('media', { sourceS3File: { bucketName, key } }, context);
  const mediaId = idIn(result);
  return mediaId === undefined
    ? notUploaded(result)
    : { kind: 'uploaded', request: withMediaId(request, mediaId) };
}

function idIn(result: HttpResult): string | undefined {
  if (result.kind !== 'answer' || result.status < 200 || result.status > 299) return undefined;
  try {
    return textOf(objectOf(JSON.parse(result.text))['mediaId']);
  } catch {
    return undefined;
  }
}

function notUploaded(result: HttpResult): UploadOutcome<SendRequest> {
  const outcome: SendOutcome = result.kind === 'answer' ? classify(result) : result;
  if (outcome.kind === 'failed' || outcome.kind === 'account_paused') return outcome;
  if (outcome.kind === 'sent') {
    const title = 'AWS took the file, but named no media id';
    return { kind: 'not_sent', error: { code: 'provider_failed', title, retryable: true } };
  }
  return { ...outcome, kind: 'not_sent' };
}
