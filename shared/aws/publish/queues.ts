import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { type BatchEntry, batchesOf, maxEntries } from '#shared/aws/queues/send-batches';
import { ConnectorError } from '#shared/errors';
import { derivedId, messageIdOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import type { Event } from '#shared/model/event';
import type { SendCommand, SendSignal } from '#shared/model/send-command';
import { queueBody } from '#shared/queue-message';

export interface Queue {
  readonly client: SQSClient;
  readonly url: string;
  /** Puts one event together with those of other publishers (`gathering`); absent if each is sent alone. */
  readonly put?: (entry: BatchEntry) => Promise<void>;
}

/**
 * Puts one event on `normalized.fifo`, and resolves when it is there. A publisher puts one at a time: entries of a
 * batch succeed and fail independently, and a later one that succeeds alone would overtake.
 */
export async function sendEvent({ client, url, put }: Queue, event: Event): Promise<void> {
  const entry = entryOf(event);
  if (put) return put(entry);
  await client.send(new SendMessageCommand({ QueueUrl: url, ...entry }));
}

function entryOf(event: Event) {
  return {
    MessageBody: canonicalJson(event),
    MessageGroupId: event.partitionkey,
    MessageDeduplicationId: event.id,
    MessageAttributes: {
      type: { DataType: 'String', StringValue: event.type },
      ...(event.channel ? { channel: { DataType: 'String', StringValue: event.channel } } : {}),
      ...(event.account ? { account: { DataType: 'String', StringValue: event.account } } : {}),
    },
  };
}

/**
 * Asks for one reply to be sent, or to be looked up if an attempt is uncertain. The replies of a conversation are one
 * message group and go out in order. `occasion` tells a request from earlier ones for the same reply within the five
 * minutes of FIFO deduplication; the lease in the table makes sure that a reply goes out once.
 */
export async function requestSend(
  queue: Queue,
  command: SendCommand,
  occasion = '0',
): Promise<void> {
  await queue.client.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: queueBody(command),
      MessageGroupId: command.conversationId,
      MessageDeduplicationId: `${messageIdOf(command.conversationId, command)}.${occasion}`,
    }),
  );
}

/**
 * Asks for a typing indicator or read receipt, in order with the replies: an indicator shown after the answer would
 * stay. `id` names the command: asked for twice it is shown once, and the next command is shown too.
 */
export async function requestSignal(queue: Queue, signal: SendSignal, id: string): Promise<void> {
  await queue.client.send(
    new SendMessageCommand({
      QueueUrl: queue.url,
      MessageBody: queueBody(signal),
      MessageGroupId: signal.conversationId,
      MessageDeduplicationId: derivedId('signal', id),
    }),
  );
}

/** Sends the events of publishers that work side by side in batches: SQS counts a batch as one request. */
interface Gathering {
  /** The same queue; an event put on it waits for the others. */
  readonly queue: Queue;
  /** Counts one publisher as working: a batch waits until each of them has put an event or has finished. */
  readonly work: <Result>(task: () => Promise<Result>) => Promise<Result>;
}

/** An event that its publisher waits for. */
interface Waiting {
  readonly entry: BatchEntry;
  readonly resolve: () => void;
  readonly reject: (fault: unknown) => void;
}

/** Limits the wait for a publisher that the table keeps waiting. */
const longestWaitMs = 1000;

/**
 * Gathers the events of several publishers. Each waits until SQS has accepted its own event before it goes on, as if it
 * had sent it alone: a batch never holds two events of one publisher, and a refused entry stops only its own publisher.
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
  // Runs after a publisher that starts as another one ends.
  const flushIfAll = () =>
    setImmediate(() => {
      if (waiting.length >= Math.min(working, maxEntries)) flush();
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
    return recordAll(some, trySend(queue, batch));
  });
  await Promise.all(sending);
}

/** Sends one batch. Resolves with the entries that SQS did not accept; it accepts each independently. */
async function trySend({ client, url }: Queue, Entries: SendMessageBatchRequestEntry[]) {
  const { Failed = [] } = await client.send(
    new SendMessageBatchCommand({ QueueUrl: url, Entries }),
  );
  return Failed;
}

/** Resolves or rejects the wait of each publisher. */
async function recordAll(
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
