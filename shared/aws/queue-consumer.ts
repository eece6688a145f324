import {
  BatchProcessor,
  EventType,
  processPartialResponse,
  SqsFifoPartialProcessorAsync,
} from '@aws-lambda-powertools/batch';
import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { ConnectorError } from '#shared/errors';
import { logger } from '#shared/logger';
import { RetryLater } from '#shared/retry-later';

export interface QueueConsumer {
  readonly client: SQSClient;
  /** The queue the records come from. */
  readonly url: string;
  readonly fifo: boolean;
  readonly handle: (record: SQSRecord) => Promise<void>;
  /**
   * Takes on a record that was not tried because one before it in its group has failed, with that fault; in order. True
   * when its queue message is done. Default: it comes again with the one before it.
   */
  readonly behind?: (record: SQSRecord, fault: unknown) => Promise<boolean>;
}

/** Seconds until a failed message shows again, by how often it has been received. SQS allows up to 12 hours. */
const delaysSeconds = [1, 2, 5, 10, 20, 40, 80, 160];
const longestDelaySeconds = 43_200;

/**
 * Handles each record of a batch on its own and hands back only those that failed. On a FIFO queue the first failure
 * of a group hands back the rest of its group too, so that nothing overtakes; other groups go on.
 *
 * What failed shows again soon, not only after the visibility timeout, which is as long as a function may live: a
 * short fault must not hold a conversation for minutes (reliability: head of line).
 */
export function queueConsumer({ client, url, fifo, handle, behind }: QueueConsumer) {
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const waits = new Map<string, number>();
    const faults = new Map<string, unknown>();
    const handleRecord = async (record: SQSRecord): Promise<void> => {
      try {
        await handle(record);
      } catch (fault) {
        waits.set(record.messageId, waitAfter(fault, record));
        faults.set(record.messageId, fault);
        report(fault, record);
        throw fault;
      }
    };
    const options = { context, throwOnFullBatchFailure: false } as const;
    const response: SQSBatchResponse = fifo
      ? await processPartialResponse(event, handleRecord, new SqsFifoPartialProcessorAsync(), {
          ...options,
          skipGroupOnError: true,
        })
      : await processPartialResponse(
          event,
          handleRecord,
          new BatchProcessor(EventType.SQS),
          options,
        );
    const left = behind ? await leaveBehind(event, response, faults, behind) : response;
    await showAgain(client, url, event, left, waits);
    return left;
  };
}

/** The response without those of the untried records that are done. */
async function leaveBehind(
  { Records }: SQSEvent,
  { batchItemFailures }: SQSBatchResponse,
  faults: ReadonlyMap<string, unknown>,
  behind: NonNullable<QueueConsumer['behind']>,
): Promise<SQSBatchResponse> {
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const firstOf = new Map<string | undefined, unknown>();
  for (const record of Records.filter(({ messageId }) => failed.has(messageId))) {
    const { messageId, attributes } = record;
    const group = attributes.MessageGroupId;
    if (!firstOf.has(group)) firstOf.set(group, faults.get(messageId));
    else if (await isDone(record, firstOf.get(group), behind)) failed.delete(messageId);
  }
  return {
    batchItemFailures: batchItemFailures.filter(({ itemIdentifier }) => failed.has(itemIdentifier)),
  };
}

/** A fault on the way leaves it where it is. */
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

function waitAfter(fault: unknown, { attributes }: SQSRecord): number {
  if (fault instanceof RetryLater) return Math.min(fault.seconds, longestDelaySeconds);
  const received = Number(attributes.ApproximateReceiveCount);
  return delaysSeconds[Math.min(received, delaysSeconds.length) - 1] ?? 1;
}

/** Every message handed back, also those that only waited behind a failed one: one in flight blocks its group. */
async function showAgain(
  client: SQSClient,
  url: string,
  { Records }: SQSEvent,
  { batchItemFailures }: SQSBatchResponse,
  waits: ReadonlyMap<string, number>,
): Promise<void> {
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const Entries = Records.filter(({ messageId }) => failed.has(messageId)).map((record, index) => ({
    Id: String(index),
    ReceiptHandle: record.receiptHandle,
    VisibilityTimeout: waits.get(record.messageId) ?? 1,
  }));
  if (Entries.length === 0) return;
  try {
    await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: url, Entries }));
  } catch (fault) {
    // They come back all the same, after the visibility timeout.
    logger.warn('visibility not shortened', { name: nameOf(fault) });
  }
}

/** Names and codes only: messages of foreign errors may quote what a customer wrote. */
function report(fault: unknown, { messageId, attributes }: SQSRecord): void {
  const received = attributes.ApproximateReceiveCount;
  if (fault instanceof RetryLater) {
    logger.info('message comes again later', { messageId, seconds: fault.seconds });
    return;
  }
  const code = fault instanceof ConnectorError ? fault.code : undefined;
  // Said of our own configuration, so an operator may read it: which secret lacks which fields.
  const reason = code === 'misconfigured' && fault instanceof Error ? fault.message : undefined;
  const stack = fault instanceof Error ? fault.stack?.split('\n').slice(1, 6) : undefined;
  logger.error('message failed', { messageId, received, name: nameOf(fault), code, reason, stack });
}

function nameOf(fault: unknown): string {
  return fault instanceof Error ? fault.name : 'unknown';
}
