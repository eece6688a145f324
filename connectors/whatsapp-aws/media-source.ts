import * as z from 'zod/mini';
import { defineMediaSource } from '#shared/connector/define-media-source';
import type {
  MediaContext,
  MediaLocation,
  MediaReference,
  OpenDestination,
} from '#shared/connector/media';
import { objectOf, parsedJson } from '#shared/json';
import { AwsAccount } from './account.ts';
import { callAws } from './outbound/call.ts';
import { classify } from './outbound/classify.ts';

/** A wrong setting or permission is not corrected within minutes. */
const brokenAccountSeconds = 900;

/**
 * Files customers send (`GetWhatsAppMessageMedia`). AWS gives no address: it takes the file from Meta and writes it to
 * an address of our bucket, where it is checked like any other. Meta keeps files for 7 days, and no page of AWS says
 * otherwise.
 */
export const mediaSource = defineMediaSource({
  account: AwsAccount,
  credentials: z.object({}),
  hosts: [],
  /** Documents, the largest kind of Meta's. */
  maxSizeBytes: 100 * 1024 * 1024,
  keptHours: 7 * 24,
  locate,
});

async function locate(
  { reference: mediaId }: MediaReference,
  context: MediaContext<AwsAccount, unknown>,
  openDestination: OpenDestination,
): Promise<MediaLocation> {
  const { url, headers, timeoutSeconds } = await openDestination();
  const input = { mediaId, destinationS3PresignedUrl: { url, headers } };
  const result = await callAws('media/get', input, { ...context, timeoutSeconds });
  if (result.kind !== 'answer') return { kind: 'later', reason: result.error.title };
  if (result.status < 200 || result.status >= 300) return refusal(classify(result));
  // `fileSize` is in KB by AWS's model: the size is counted when the file is read.
  const contentType = objectOf(parsedJson(result.text))['mimeType'];
  return { kind: 'delivered', ...(typeof contentType === 'string' ? { contentType } : {}) };
}

/**
 * AWS has one name for a number and for a file that is not there, `ResourceNotFoundException`. So it is asked again
 * until Meta's time for the file is over: a wrong setting must lose no file.
 */
function refusal(outcome: ReturnType<typeof classify>): MediaLocation {
  if (outcome.kind === 'sent') return { kind: 'later', reason: 'AWS answered without a file' };
  const reason = `AWS answered ${outcome.error.providerCode ?? outcome.error.code} for the media id`;
  if (outcome.kind === 'failed') return { kind: 'failed', reason };
  if (outcome.kind === 'account_paused') {
    return { kind: 'later', reason, retryAfterSeconds: brokenAccountSeconds };
  }
  const wait = outcome.kind === 'not_sent' ? outcome.retryAfterSeconds : undefined;
  return { kind: 'later', reason, ...(wait === undefined ? {} : { retryAfterSeconds: wait }) };
}
