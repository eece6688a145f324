import { fileKeys } from '#shared/aws/objects/media-keys';
import { publish } from '#shared/aws/publish/publish';
import { recordFiles } from '#shared/aws/publish/record-files';
import { readQueueBody } from '#shared/aws/queues/queue';
import { logger } from '#shared/logger';
import { MediaJob } from '#shared/model/media-job';
import { RetryLater } from '#shared/retry-later';
import { isRedacted } from '#shared/table/entry';
import { isAttachmentStored } from '#shared/table/state';
import { type Downloaded, download } from './download.ts';
import {
  type FetchMediaDependencies,
  findRequestedFile,
  type RequestedFile,
} from './requested-file.ts';
import { fileSourceOf } from './source.ts';

/** With the waits below these are 7 days: no file can be hoped for longer, and it is far from the dead letters. */
const maxReceives = 40;
const firstWaitSeconds = 10;
const longestWaitSeconds = 21_600;

/**
 * Takes one job of the media queue: finds the attachment, fetches its file, stores it under our id, records the
 * state and publishes it. What it finds decides what it does, so a redelivery after any crash goes on where the last
 * one died. Throws `RetryLater`, with waits that grow by `received`, while the file may yet be had.
 */
export function mediaFetcher(dependencies: FetchMediaDependencies) {
  return async (body: string, received: number): Promise<void> => {
    const job = MediaJob.parse(readQueueBody(body));
    const { downloadUrl: _, ...ids } = job;
    const requested = await findRequestedFile(dependencies.target.table, job);
    if (!requested) {
      logger.error('no such attachment', ids);
      return;
    }
    if (isAttachmentStored(requested.entry, ids.attachmentId)) {
      await publish(dependencies.target, requested.conversation, requested.entry);
      return;
    }
    if (isRedacted(requested.entry)) return forget(dependencies, requested);
    await fetchRequested(dependencies, requested, job, received);
  };
}

/** Fetches and stores the file, and records the outcome. */
async function fetchRequested(
  dependencies: FetchMediaDependencies,
  requested: RequestedFile,
  job: MediaJob,
  received: number,
): Promise<void> {
  const { downloadUrl: _, ...ids } = job;
  const source = await fileSourceOf(dependencies, requested, job);
  const downloaded = source.kind === 'source' ? await download(dependencies, source) : source;
  const ended = ending(downloaded, received, ageOf(dependencies, requested, source));
  if (ended.kind === 'later') {
    logger.warn('file comes later', { ...ids, reason: ended.reason });
    throw new RetryLater(waitOf(ended, received), ended.reason);
  }
  logger.info('file settled', { ...ids, state: ended.kind });
  const { attachment } = requested;
  const file = { attachment, outcome: ended };
  const recorded = await recordFiles(dependencies.target, requested, [file]);
  if (recorded === 'deleted') await forget(dependencies, requested);
}

/** Deletes a file whose message was deleted: before this job began, or while it fetched and stored the file. */
async function forget(
  { eraser }: FetchMediaDependencies,
  { attachment: { id } }: RequestedFile,
): Promise<void> {
  await eraser.erase(fileKeys([id]));
  logger.info('message of a file is deleted', { attachmentId: id });
}

/** Ends the wait when the provider no longer has the file, or after so many tries that another one is hopeless. */
function ending(
  downloaded: Downloaded,
  received: number,
  { seconds, tooOld }: ReturnType<typeof ageOf>,
): Downloaded {
  if (downloaded.kind !== 'later') return downloaded;
  const { reason, expiredAfterSeconds } = downloaded;
  if (expiredAfterSeconds !== undefined && seconds >= expiredAfterSeconds) {
    return { kind: 'expired', reason };
  }
  if (tooOld) {
    return { kind: 'expired', reason: `not fetched while the provider had it; last: ${reason}` };
  }
  return received >= maxReceives ? { kind: 'failed', reason } : downloaded;
}

/** The age of the message by the provider's clock; `tooOld` when the provider keeps its files no longer. */
function ageOf(
  { now }: FetchMediaDependencies,
  { entry }: RequestedFile,
  source: Awaited<ReturnType<typeof fileSourceOf>>,
) {
  const seconds = (now().getTime() - Date.parse(entry.message?.occurredAt ?? '')) / 1000;
  const tooOld = source.kind === 'source' && seconds >= source.reader.keptHours * 3600;
  return { seconds, tooOld };
}

function waitOf(
  { retryAfterSeconds = 0 }: Extract<Downloaded, { kind: 'later' }>,
  received: number,
): number {
  const grown = Math.min(firstWaitSeconds * 2 ** (received - 1), longestWaitSeconds);
  return Math.max(grown, retryAfterSeconds);
}
