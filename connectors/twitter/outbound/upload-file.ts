import { setTimeout as sleep } from 'node:timers/promises';
import type { TwitterApiv2 } from 'twitter-api-v2';
import * as z from 'zod';
import { type ApiContext, CallFailed, xClient } from '#connectors/twitter/api/client';
import { readRefusal } from '#connectors/twitter/api/problem';
import type { SendOutcome, UploadOutcome } from '#shared/connector/sender';
import { bareContentType } from '#shared/media/bare-content-type';
import { contentTypeOf } from '#shared/media/content-type';
import type { DeliveryError } from '#shared/model/delivery-status';
import { refused } from './classify.ts';
import type { TwitterFile, TwitterRequest } from './request.ts';

/** A file with its bytes. */
interface FileWithBytes extends TwitterFile {
  readonly bytes: Uint8Array;
  readonly of: TwitterRequest['kind'];
  /** Names the place of the file: the same at every try. */
  readonly key: string;
}

type Failed = Exclude<UploadOutcome<never>, { readonly kind: 'uploaded' }>;
type FileOutcome = { readonly kind: 'uploaded'; readonly mediaId: string } | Failed;

/**
 * X documents 5 MB, and its edge has refused that (413, 431). This is the size of X's own SDK: 50 MiB took 52
 * calls, and 16 of the 45 seconds of an upload where each call took 0.3.
 */
const chunkBytes = 1024 ** 2;
/** The edge or the way there refuses the request, not the file: too slow, too large a piece, too large headers. */
const notAboutFile: readonly number[] = [408, 413, 431];
/** The type of bytes that say nothing of themselves. */
const unknownType = 'application/octet-stream';
/** The wait where X names none. */
const waitSeconds = 1;
/** The longest wait before X is asked again for a file that it processes, whatever it says. */
const longestWaitSeconds = 60;

const Uploaded = z.object({
  data: z.object({
    id: z.string().regex(/^\d{1,19}$/),
    /** Absent of a file that is ready at once. */
    processing_info: z
      .object({ state: z.string(), check_after_secs: z.number().optional() })
      .optional(),
  }),
});
type Media = z.infer<typeof Uploaded>['data'];

/**
 * Files that X was still processing when the time was over, by their keys: they are asked for again in place of a second
 * upload, as long as this process lives. The oldest are forgotten.
 */
const processing = new Map<string, string>();
const mostRemembered = 100;

/**
 * Hands one file over to X (media upload v2) and waits until X can show it. Never throws for what X or a network can do:
 * the customer sees nothing of an upload, so one whose outcome is unknown was surely not sent, and is made again.
 */
export async function uploadFile(
  file: FileWithBytes,
  context: ApiContext,
  secondsLeft: () => number,
): Promise<FileOutcome> {
  const misnamed = otherType(file);
  if (misnamed) return misnamed;
  const client = () => xClient({ ...context, timeoutSeconds: Math.max(secondsLeft(), 0.001) }).v2;
  try {
    const media = (await remembered(client, file)) ?? (await uploadedNow(client, file));
    return await whenReady(client, file, media, secondsLeft);
  } catch (fault) {
    if (fault instanceof CallFailed) return outcomeOf(fault);
    if (!(fault instanceof z.ZodError)) throw fault;
    return notSent('provider_failed', 'X answered an upload with what cannot be read');
  }
}

/** Refuses a file whose first bytes are surely those of another type than it is declared as. */
function otherType({ bytes, contentType, fileName, uri }: FileWithBytes): Failed | undefined {
  const declared = bareContentType(contentType);
  const seen = contentTypeOf(declared, bytes);
  if (seen === declared || seen === unknownType) return undefined;
  const title = `${fileName ?? uri}: declared as ${declared}, and its first bytes are those of ${seen}`;
  return { kind: 'failed', error: { code: 'media_rejected', title, retryable: false } };
}

type Client = () => TwitterApiv2;

/** The file of an earlier try as X has it now; undefined where there was none, or X has it no more. */
async function remembered(client: Client, { key }: FileWithBytes): Promise<Media | undefined> {
  const id = processing.get(key);
  if (id === undefined) return undefined;
  processing.delete(key);
  try {
    return await statusOf(client, id);
  } catch (fault) {
    if (fault instanceof CallFailed && fault.result.kind === 'answer') return undefined;
    throw fault;
  }
}

async function uploadedNow(client: Client, file: FileWithBytes): Promise<Media> {
  const { bytes, kind, of, contentType, altText } = file;
  const begun = await client().post<unknown>('media/upload/initialize', {
    media_type: bareContentType(contentType),
    media_category: `${of === 'dm' ? 'dm' : 'tweet'}_${kind}`,
    total_bytes: bytes.length,
  });
  const { id } = Uploaded.parse(begun).data;
  for (let at = 0; at < bytes.length; at += chunkBytes) {
    const media = Buffer.from(bytes.subarray(at, at + chunkBytes));
    const segment = { segment_index: at / chunkBytes, media };
    await client().post(`media/upload/${id}/append`, segment, { forceBodyMode: 'form-data' });
  }
  const ended = Uploaded.parse(await client().post<unknown>(`media/upload/${id}/finalize`));
  if (altText !== undefined) {
    const metadata = { alt_text: { text: altText } };
    await client().post('media/metadata', { id, metadata });
  }
  return ended.data;
}

async function statusOf(client: Client, media_id: string): Promise<Media> {
  const query = { command: 'STATUS', media_id };
  return Uploaded.parse(await client().get<unknown>('media/upload', query)).data;
}

/** Waits for X to process the file, as long as there is time. */
async function whenReady(
  client: Client,
  { key, contentType }: FileWithBytes,
  uploaded: Media,
  secondsLeft: () => number,
): Promise<FileOutcome> {
  const { id } = uploaded;
  let { processing_info: info } = uploaded;
  while (info && info.state !== 'succeeded') {
    if (info.state === 'failed') {
      const title = `X could not process this ${contentType}`;
      return { kind: 'failed', error: { code: 'media_rejected', title, retryable: false } };
    }
    const { check_after_secs: asked = 0 } = info;
    const seconds = asked > 0 ? Math.min(asked, longestWaitSeconds) : waitSeconds;
    if (seconds >= secondsLeft()) {
      remember(key, id);
      const wait = notSent('temporary_failure', 'X is still processing the file');
      return { ...wait, retryAfterSeconds: seconds };
    }
    await sleep(seconds * 1000);
    info = (await statusOf(client, id)).processing_info;
  }
  return { kind: 'uploaded', mediaId: id };
}

function remember(key: string, mediaId: string): void {
  processing.set(key, mediaId);
  const [oldest] = processing.keys();
  if (processing.size > mostRemembered && oldest !== undefined) processing.delete(oldest);
}

function outcomeOf({ result }: CallFailed): Failed {
  const outcome: SendOutcome = result.kind === 'answer' ? refused(result) : result;
  const isAboutFile =
    result.kind !== 'answer' ||
    (!notAboutFile.includes(result.status) && readRefusal(result.text).isReadable);
  switch (outcome.kind) {
    case 'account_paused':
    case 'not_sent':
      return outcome;
    case 'failed':
      if (!isAboutFile) break;
      return outcome.error.code === 'request_rejected' ? notTaken(outcome.error) : outcome;
    default:
      break;
  }
  return notSent('provider_failed', 'X failed while it was given a file');
}

function notTaken({ providerCode }: DeliveryError): Failed {
  const error = {
    code: 'media_rejected',
    title: 'X did not take the file',
    retryable: false,
  } as const;
  return { kind: 'failed', error: { ...error, ...(providerCode ? { providerCode } : {}) } };
}

function notSent(
  code: 'provider_failed' | 'temporary_failure',
  title: string,
): Extract<Failed, { kind: 'not_sent' }> {
  return { kind: 'not_sent', error: { code, title, retryable: true } };
}
