import { DeleteMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { CliError } from '#infra/cli/cli-error';
import { hashOf } from '#shared/ids';
import { type DeadMessage, groupOf, receive, release } from './messages.ts';
import type { Objection } from './overtaken.ts';
import type { DeadLetterQueue } from './queues.ts';

export interface RedriveOptions {
  /** The one message to move. */
  readonly messageId?: string;
  readonly signal: AbortSignal;
  /** Called after each message that was moved. */
  readonly moved: (count: number, message: DeadMessage) => void;
  /** Tells why a message has to stay. It is left where it is, and so is everything behind it in its group. */
  readonly objection: Objection;
}

export interface Redriven {
  readonly count: number;
  /** The reasons why the others were left, by message id. */
  readonly left: ReadonlyMap<string, string>;
}

/** The state of one redrive: the messages it has moved, holds, and left. */
interface Progress {
  readonly sentIds: Set<string>;
  readonly held: Set<DeadMessage>;
  readonly left: Map<string, string>;
  /** Groups in which a message was left. */
  readonly leftGroups: Set<string>;
  count: number;
}

/**
 * Moves messages back to the queue they came from, the oldest of a group first; resolves with their number and those
 * left. A message is deleted here only after the queue has accepted its copy: a crash in between moves it a second
 * time, and the table knows it then. Throws when a moved message dies again at once, because the rest would die as
 * well.
 */
export async function redrive(queue: DeadLetterQueue, options: RedriveOptions): Promise<Redriven> {
  const progress: Progress = {
    ...{ sentIds: new Set(), held: new Set(), count: 0 },
    ...{ left: new Map(), leftGroups: new Set() },
  };
  try {
    while (!options.signal.aborted) {
      const messages = await receive(queue);
      for (const message of messages) progress.held.add(message);
      if (messages.length === 0) break;
      if (await moveSome(queue, messages, options, progress)) break;
    }
    return { count: progress.count, left: progress.left };
  } finally {
    await release([...progress.held]);
  }
}

/** Returns true when there is nothing more to do. */
async function moveSome(
  queue: DeadLetterQueue,
  messages: readonly DeadMessage[],
  options: RedriveOptions,
  progress: Progress,
): Promise<boolean> {
  const { messageId, signal } = options;
  for (const message of messages) {
    if (signal.aborted) return true;
    if (progress.sentIds.has(message.messageId)) throw diesAgain(queue, message, progress.count);
    if (messageId !== undefined && message.messageId !== messageId) continue;
    await moveOrLeave(queue, message, options, progress);
    if (messageId !== undefined) return true;
  }
  return false;
}

async function moveOrLeave(
  queue: DeadLetterQueue,
  message: DeadMessage,
  { objection, moved }: RedriveOptions,
  progress: Progress,
): Promise<void> {
  if (await leave(message, objection, progress)) return;
  refuseToOvertake(message, progress.held);
  progress.sentIds.add(await move(queue, message));
  progress.held.delete(message);
  progress.count += 1;
  moved(progress.count, message);
}

async function leave(
  message: DeadMessage,
  objection: Objection,
  { left, leftGroups }: Progress,
): Promise<boolean> {
  const group = groupOf(message) ?? '';
  const behind = leftGroups.has(group) ? 'stands behind one that was left' : undefined;
  const reason = behind ?? (await objection(message));
  if (reason === undefined) return false;
  left.set(message.messageId, reason);
  if (group !== '') leftGroups.add(group);
  return true;
}

/** Resolves with the id of the copy. */
async function move(
  { client, url, source }: DeadLetterQueue,
  message: DeadMessage,
): Promise<string> {
  const { messageId, receiptHandle, body, attributes, messageAttributes } = message;
  const group = attributes['MessageGroupId'];
  // The copy does not carry the id under which the message died.
  const { diedAs: _, ...kept } = messageAttributes;
  const { MessageId = '' } = await client.send(
    new SendMessageCommand({
      QueueUrl: source,
      MessageBody: body,
      MessageAttributes: kept,
      ...(group === undefined ? {} : { MessageGroupId: group }),
      // Another id than the one SQS may still remember, and the same one when an interrupted redrive is repeated.
      ...(groupOf(message) === undefined
        ? {}
        : { MessageDeduplicationId: hashOf('redrive', messageId) }),
    }),
  );
  await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receiptHandle }));
  return MessageId;
}

/** Only when one message was asked for: an older one of its group has been received and not moved. */
function refuseToOvertake(message: DeadMessage, held: ReadonlySet<DeadMessage>): void {
  const group = groupOf(message);
  if (group === undefined) return;
  const first = [...held].find((each) => groupOf(each) === group);
  if (!first || first === message) return;
  throw new CliError(
    `${message.messageId} would overtake ${first.messageId}, an older one of its group`,
    `./switchboard dlq redrive ${first.messageId}`,
  );
}

function diesAgain(queue: DeadLetterQueue, { messageId }: DeadMessage, count: number): CliError {
  return new CliError(
    `${messageId} has come back to the dead letters of ${queue.name}; stopped after ${count}: the fault is still there`,
    `./switchboard dlq show ${messageId}`,
  );
}
