import { SendMessageBatchCommand, type SendMessageBatchRequestEntry } from '@aws-sdk/client-sqs';
import { type BatchEntry, batchesOf, mostEntries } from '#shared/aws/queues/send-batches';
import { ConnectorError } from '#shared/errors';
import type { Queue } from './queues.ts';

/** Sends the events of publishers that work side by side in batches: SQS counts a batch as one request. */
export interface Gathering {
  /** The same queue; what is put on it waits for the others. */
  readonly queue: Queue;
  /** Counts one publisher as at work: a batch waits until each of them has put an event, or is done. */
  readonly work: <Result>(task: () => Promise<Result>) => Promise<Result>;
}

/** An event that its publisher waits for. */
interface Waiting {
  readonly entry: BatchEntry;
  readonly resolve: () => void;
  readonly reject: (fault: unknown) => void;
}

/** A publisher that the table keeps waiting holds up no other one for longer. */
const longestWaitMs = 1000;

/**
 * Gathers the events of several publishers. Each waits until SQS has accepted its own event before it goes on, as if it
 * had sent it alone: a batch never holds two events of one publisher, and an entry that is refused stops its publisher
 * only.
 */
export function gathering(queue: Queue, waitMs = longestWaitMs): Gathering {
  let working = 0;
  let waiting: Waiting[] = [];
  let timer: NodeJS.Timeout | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const gathered = waiting;
    waiting = [];
    if (gathered.length > 0) void sendAll(queue, gathered);
  };
  // Later than the publisher that begins where another one has just ended.
  const flushIfAll = () =>
    setImmediate(() => {
      if (waiting.length >= Math.min(working, mostEntries)) flush();
    });
  const put = (entry: BatchEntry) =>
    new Promise<void>((resolve, reject) => {
      waiting.push({ entry, resolve, reject });
      timer ??= setTimeout(flush, waitMs);
      flushIfAll();
    });
  const work = async <Result>(task: () => Promise<Result>): Promise<Result> => {
    working += 1;
    try {
      return await task();
    } finally {
      working -= 1;
      flushIfAll();
    }
  };
  return { queue: { ...queue, put }, work };
}

async function sendAll(queue: Queue, gathered: readonly Waiting[]): Promise<void> {
  let start = 0;
  const sending = batchesOf(gathered.map(({ entry }) => entry)).map((batch) => {
    const some = gathered.slice(start, start + batch.length);
    start += batch.length;
    return settleAll(some, trySend(queue, batch));
  });
  await Promise.all(sending);
}

/** Sends one batch. Resolves with the entries that SQS did not accept; it accepts each on its own. */
async function trySend({ client, url }: Queue, Entries: SendMessageBatchRequestEntry[]) {
  const { Failed = [] } = await client.send(
    new SendMessageBatchCommand({ QueueUrl: url, Entries }),
  );
  return Failed;
}

/** Tells each publisher what became of its event. */
async function settleAll(
  waiting: readonly Waiting[],
  sent: ReturnType<typeof trySend>,
): Promise<void> {
  try {
    const refused = new Map((await sent).map(({ Id, Code }) => [Id, Code]));
    for (const [index, { resolve, reject }] of waiting.entries()) {
      const id = String(index);
      if (!refused.has(id)) resolve();
      else reject(new ConnectorError('unavailable', `the event is not queued: ${refused.get(id)}`));
    }
  } catch (fault) {
    for (const { reject } of waiting) reject(fault);
  }
}
