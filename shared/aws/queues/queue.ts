import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { atMost } from '#shared/at-most';
import { ConnectorError } from '#shared/errors';
import { derivedId, messageIdOf } from '#shared/ids';
import { canonicalJson } from '#shared/json';
import type { Event } from '#shared/model/event';
import type { SendCommand, SendSignal } from '#shared/model/send-command';

/**
 * The version of the messages on our own queues (ingress, statuses, outbound, media). A release reads the version of the
 * next one before that one writes it (docs/decisions/0013-formats-have-numbers.md).
 */
export const queueVersion = 1;

/** The body of a queue message: its fields, and the version. */
export function queueBody(message: object): string {
  return canonicalJson({ version: queueVersion, ...message });
}

const Versioned = z.looseObject({ version: z.number() });

/**
 * Reads the JSON of a body. Throws `unavailable` for a message of a newer release, which then stays on the queue, or
 * among the dead letters, until a release that can read it; a SyntaxError for a body that is no JSON.
 */
export function readQueueBody(body: string): unknown {
  const value: unknown = JSON.parse(body);
  const { version = queueVersion } = Versioned.safeParse(value).data ?? {};
  if (version <= queueVersion) return value;
  const reason = `a queue message of version ${version}; this release reads up to ${queueVersion}`;
  throw new ConnectorError('unavailable', reason);
}

/** One of our queues. */
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
  const id = `${messageIdOf(command.conversationId, command)}.${occasion}`;
  await request(queue, command, id);
}

/**
 * Asks for a typing indicator or read receipt, in order with the replies: an indicator shown after the answer would
 * stay. `id` names the command: asked for twice it is shown once, and the next command is shown too.
 */
export async function requestSignal(queue: Queue, signal: SendSignal, id: string): Promise<void> {
  await request(queue, signal, derivedId('signal', id));
}

async function request({ client, url }: Queue, command: SendCommand | SendSignal, id: string) {
  await client.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: queueBody(command),
      MessageGroupId: command.conversationId,
      MessageDeduplicationId: id,
    }),
  );
}

export type BatchEntry = Omit<SendMessageBatchRequestEntry, 'Id'>;

/** SQS takes 10 entries and 1 MiB per batch; the rest is for what SQS counts beside the bodies. */
const maxEntries = 10;
const maxBytes = 1_000_000;

/** Calls at once: a thousand customers in one webhook are a hundred batches. */
export const callsAtOnce = 10;

/**
 * Sends the entries in as few batches as possible, several batches at once. Throws `unavailable` when SQS did not
 * accept each of them.
 */
export async function sendBatches(queue: Queue, entries: readonly BatchEntry[]): Promise<void> {
  await atMost(callsAtOnce, batchesOf(entries), (batch) => sendBatch(queue, batch));
}

async function sendBatch(queue: Queue, batch: SendMessageBatchRequestEntry[]): Promise<void> {
  const refused = await trySend(queue, batch);
  if (refused.length === 0) return;
  const codes = [...new Set(refused.map(({ Code }) => Code))].join(', ');
  throw new ConnectorError('unavailable', `${refused.length} items not queued: ${codes}`);
}

/** Sends one batch. Resolves with the entries that SQS did not accept; it accepts each independently. */
async function trySend({ client, url }: Queue, Entries: SendMessageBatchRequestEntry[]) {
  const { Failed = [] } = await client.send(
    new SendMessageBatchCommand({ QueueUrl: url, Entries }),
  );
  return Failed;
}

/** Packs the entries into as few batches as possible, in order. */
function batchesOf(entries: readonly BatchEntry[]): SendMessageBatchRequestEntry[][] {
  const batches: SendMessageBatchRequestEntry[][] = [];
  let batch: SendMessageBatchRequestEntry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = entry.MessageBody?.length ?? 0;
    if (batch.length === maxEntries || bytes + size > maxBytes) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push({ ...entry, Id: String(batch.length) });
    bytes += size;
  }
  return batch.length > 0 ? [...batches, batch] : batches;
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
