import * as z from 'zod/mini';
import { defineMediaSource } from '#shared/connector/define-media-source';
import type { MediaContext, MediaLocation, MediaReference } from '#shared/connector/media';
import { attemptHttp, retryAfter, retryAfterField } from '#shared/http-attempt';
import { TelegramAccount } from './account.ts';
import { answerIn, fileUrl, methodUrl } from './bot-api.ts';
import { TelegramCredentials } from './credentials.ts';

const Found = z.object({
  file_path: z.string().check(z.minLength(1)),
  file_size: z.optional(z.number()),
});

export const mediaSource = defineMediaSource({
  account: TelegramAccount,
  credentials: TelegramCredentials,
  hosts: [],
  // "For the moment, bots can download files of up to 20MB in size" (getFile).
  maxSizeBytes: 20 * 1024 ** 2,
  // Telegram names no end: so long it is worth asking.
  keptHours: 30 * 24,
  locate,
});

/** Asks for the path of a file, which is good for an hour. The address holds the token and is used at once. */
async function locate(
  { reference }: MediaReference,
  { apiUrl, credentials, timeoutSeconds }: MediaContext<TelegramAccount, TelegramCredentials>,
): Promise<MediaLocation> {
  const result = await attemptHttp({
    url: methodUrl(apiUrl, credentials.botToken, 'getFile'),
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ file_id: reference }),
    timeoutSeconds,
  });
  if (result.kind !== 'answer') return { kind: 'later', reason: result.error.title };
  const answer = answerIn(result.text);
  const { data } = Found.safeParse(answer?.result);
  if (answer?.ok && data) {
    const { file_path, file_size } = data;
    const size = file_size === undefined ? {} : { sizeBytes: file_size };
    const url = fileUrl(apiUrl, credentials.botToken, file_path);
    return { kind: 'found', url, headers: {}, ...size };
  }
  return refusal(result.status, answer?.description, {
    ...retryAfterField(result.headers),
    ...retryAfter(answer?.parameters?.retry_after),
  });
}

/** Only a file that is refused for what it is will never be had. */
function refusal(
  status: number,
  description = '',
  wait: { readonly retryAfterSeconds?: number } = {},
): MediaLocation {
  const reason = `getFile: HTTP ${status} ${description}`.trim().slice(0, 200).toWellFormed();
  const isFinal = status === 400 && description !== '' && !/temporarily/i.test(description);
  return isFinal ? { kind: 'failed', reason } : { kind: 'later', reason, ...wait };
}
