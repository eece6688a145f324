import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { atMost } from '#shared/at-most';
import { ConnectorError } from '#shared/errors';
import { logger } from '#shared/logger';
import { RetryLater } from '#shared/retry-later';

interface Queue {
  readonly client: SQSClient;
  /** The queue the records come from. */
  readonly url: string;
}

export interface QueueConsumer extends Queue {
  readonly fifo: boolean;
  /** Groups of one batch that are handled at once. Default 10: the most that a batch of ten can have. */
  readonly groupsAtOnce?: number;
  readonly handle: (record: SQSRecord) => Promise<void>;
  /**
   * Handles a record that was not tried because an earlier one in its group failed, with that fault; in order. True
   * when its queue message is done. Default: it comes again with the earlier one.
   */
  readonly behind?: (record: SQSRecord, fault: unknown) => Promise<boolean>;
}

/** The fields of a record that a handler reads. */
export type BatchRecord = Pick<SQSRecord, 'messageId' | 'body'>;

/** The fault of each record that is to come again, by message id. */
export type Faults = ReadonlyMap<string, unknown>;

export interface BatchConsumer extends Queue {
  readonly handle: (records: readonly SQSRecord[]) => Promise<Faults>;
}

/** Stands in place of a fault: the record was not tried, because an earlier one in its group failed. */
const heldBack = Symbol('held back');

/** Seconds until a failed message shows again, by its number of receives. SQS allows up to 12 hours. */
const delaysSeconds = [1, 2, 5, 10, 20, 40, 80, 160];
const longestDelaySeconds = 43_200;

/**
 * Handles each record of a batch on its own and hands back only those that failed. The groups of a FIFO queue are
 * handled side by side, the records of one group in order: its first failure hands back the rest of it too, so that
 * nothing overtakes. On a standard queue each record is a group of its own. A batch with records that have failed
 * before is handled group by group, so that a message that kills the function costs no other message its tries
 * (docs/decisions/0007-tries-are-not-receives.md).
 */
export function queueConsumer({
  fifo,
  groupsAtOnce = 10,
  handle,
  behind = async () => false,
  ...queue
}: QueueConsumer) {
  return batchConsumer({
    ...queue,
    handle: async (records) => {
      const faults = new Map<string, unknown>();
      const groups = Map.groupBy(records, ({ attributes, messageId }) =>
        fifo ? attributes.MessageGroupId : messageId,
      );
      const max = isSuspect(records) ? 1 : groupsAtOnce;
      await atMost(max, [...groups.values()], (group) =>
        handleGroup(group, { handle, behind }, faults),
      );
      return faults;
    },
  });
}

/** The receive from which on a message is suspected of killing the function and everything handled beside it. */
const suspectReceives = 3;

function isSuspect(records: readonly SQSRecord[]): boolean {
  return records.some(
    ({ attributes }) => Number(attributes.ApproximateReceiveCount) >= suspectReceives,
  );
}

async function handleGroup(
  group: readonly SQSRecord[],
  { handle, behind }: Required<Pick<QueueConsumer, 'handle' | 'behind'>>,
  faults: Map<string, unknown>,
): Promise<void> {
  for (const [index, record] of group.entries()) {
    try {
      await handle(record);
    } catch (fault) {
      faults.set(record.messageId, fault);
      for (const untried of group.slice(index + 1)) {
        if (!(await isDone(untried, fault, behind))) faults.set(untried.messageId, heldBack);
      }
      return;
    }
  }
}

/** Asks `behind` whether the record is done; a fault there leaves the record on the queue. */
async function isDone(
  record: SQSRecord,
  fault: unknown,
  behind: NonNullable<QueueConsumer['behind']>,
): Promise<boolean> {
  try {
    return await behind(record, fault);
  } catch (own) {
    logger.warn('not left behind', { messageId: record.messageId, name: nameOf(own) });
    return false;
  }
}

/**
 * Hands over a whole batch and gives back the records that failed.
 *
 * A failed record shows again soon, not only after the visibility timeout, which is as long as a function may live: a
 * short fault must not hold a conversation for minutes (reliability: head of line).
 */
export function batchConsumer({ handle, ...queue }: BatchConsumer) {
  return async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
    const faults = await handle(Records);
    const failed = Records.filter(({ messageId }) => faults.has(messageId));
    for (const record of failed) report(faults.get(record.messageId), record);
    await showAgain(queue, failed, faults);
    return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };
}

/** Applies also to records that only waited behind a failed one: one in flight blocks its group. */
function waitAfter(fault: unknown, { attributes }: SQSRecord): number {
  if (fault === heldBack) return 1;
  if (fault instanceof RetryLater) return Math.min(fault.seconds, longestDelaySeconds);
  const received = Number(attributes.ApproximateReceiveCount);
  return delaysSeconds[Math.min(received, delaysSeconds.length) - 1] ?? 1;
}

/** SQS takes ten entries at a time. */
const maxEntries = 10;

async function showAgain(
  { client, url }: Queue,
  failed: readonly SQSRecord[],
  faults: Faults,
): Promise<void> {
  for (let start = 0; start < failed.length; start += maxEntries) {
    const Entries = failed.slice(start, start + maxEntries).map((record, index) => ({
      Id: String(index),
      ReceiptHandle: record.receiptHandle,
      VisibilityTimeout: waitAfter(faults.get(record.messageId), record),
    }));
    try {
      await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
    } catch (fault) {
      // They come back after the visibility timeout all the same.
      logger.warn('visibility not shortened', { name: nameOf(fault) });
    }
  }
}

/** Logs names and codes only: messages of foreign errors may quote a customer. */
function report(fault: unknown, { messageId, attributes }: SQSRecord): void {
  if (fault === heldBack) return;
  const received = attributes.ApproximateReceiveCount;
  if (fault instanceof RetryLater) {
    logger.info('message comes again later', { messageId, seconds: fault.seconds });
    return;
  }
  const code = fault instanceof ConnectorError ? fault.code : undefined;
  // Our own words about our configuration, safe for an operator to read: which secret lacks which fields.
  const reason = code === 'misconfigured' && fault instanceof Error ? fault.message : undefined;
  const stack = fault instanceof Error ? fault.stack?.split('\n').slice(1, 6) : undefined;
  logger.error('message failed', { messageId, received, name: nameOf(fault), code, reason, stack });
}

function nameOf(fault: unknown): string {
  return fault instanceof Error ? fault.name : 'unknown';
}
