import type { Account } from '#connectors/twitter/account';
import type { Credentials } from '#connectors/twitter/credentials';
import type { SendContext, UploadOutcome } from '#shared/connector/sender';
import type { TwitterRequest } from './request.ts';
import { uploadFile } from './upload-file.ts';

/**
 * Hands the files of a request over to X, one after the other, and puts the ids it gave into the request. Together they
 * have the time of the context.
 */
export async function upload(
  { files = [], ...request }: TwitterRequest,
  bytes: readonly Uint8Array[],
  context: SendContext<Account, Credentials>,
): Promise<UploadOutcome<TwitterRequest>> {
  const endMs = performance.now() + context.timeoutSeconds * 1000;
  const secondsLeft = () => (endMs - performance.now()) / 1000;
  const mediaIds: string[] = [];
  for (const [index, file] of files.entries()) {
    const key = `${context.messageId}:${context.part}:${index}`;
    const named = { ...file, bytes: bytes[index] ?? new Uint8Array(), of: request.kind, key };
    const outcome = await uploadFile(named, context, secondsLeft);
    if (outcome.kind !== 'uploaded') return outcome;
    mediaIds.push(outcome.mediaId);
  }
  return { kind: 'uploaded', request: { ...request, mediaIds } };
}
