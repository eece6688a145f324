import { DeleteMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { CliError } from '#infra/cli/cli-error';
import { hashOf } from '#shared/ids';
import { type DeadLetter, groupOf, receive, release } from './letters.ts';
import type { Objection } from './overtaken.ts';
import type { DeadLetterQueue } from './queues.ts';

export interface RedriveOptions {
  /** The one message to move. */
  readonly messageId?: string;
  readonly signal: AbortSignal;
  /** Called after each message that was moved. */
  readonly moved: (count: number, letter: DeadLetter) => void;
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
  readonly held: Set<DeadLetter>;
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
      const letters = await receive(queue);
      for (const letter of letters) progress.held.add(letter);
      if (letters.length === 0) break;
      if (await moveSome(queue, letters, options, progress)) break;
    }
    return { count: progress.count, left: progress.left };
  } finally {
    await release([...progress.held]);
  }
}

/** Returns true when there is nothing more to do. */
async function moveSome(
  queue: DeadLetterQueue,
  letters: readonly DeadLetter[],
  options: RedriveOptions,
  progress: Progress,
): Promise<boolean> {
  const { messageId, signal } = options;
  for (const letter of letters) {
    if (signal.aborted) return true;
    if (progress.sentIds.has(letter.messageId)) throw diesAgain(queue, letter, progress.count);
    if (messageId !== undefined && letter.messageId !== messageId) continue;
    await moveOrLeave(queue, letter, options, progress);
    if (messageId !== undefined) return true;
  }
  return false;
}

async function moveOrLeave(
  queue: DeadLetterQueue,
  letter: DeadLetter,
  { objection, moved }: RedriveOptions,
  progress: Progress,
): Promise<void> {
  if (await leave(letter, objection, progress)) return;
  refuseToOvertake(letter, progress.held);
  progress.sentIds.add(await move(queue, letter));
  progress.held.delete(letter);
  progress.count += 1;
  moved(progress.count, letter);
}

async function leave(
  letter: DeadLetter,
  objection: Objection,
  { left, leftGroups }: Progress,
): Promise<boolean> {
  const group = groupOf(letter) ?? '';
  const behind = leftGroups.has(group) ? 'stands behind one that was left' : undefined;
  const reason = behind ?? (await objection(letter));
  if (reason === undefined) return false;
  left.set(letter.messageId, reason);
  if (group !== '') leftGroups.add(group);
  return true;
}

/** Resolves with the id of the copy. */
async function move({ client, url, source }: DeadLetterQueue, letter: DeadLetter): Promise<string> {
  const { messageId, receiptHandle, body, attributes, messageAttributes } = letter;
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
      ...(groupOf(letter) === undefined
        ? {}
        : { MessageDeduplicationId: hashOf('redrive', messageId) }),
    }),
  );
  await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receiptHandle }));
  return MessageId;
}

/** Only when one message was asked for: an older one of its group has been received and not moved. */
function refuseToOvertake(letter: DeadLetter, held: ReadonlySet<DeadLetter>): void {
  const group = groupOf(letter);
  if (group === undefined) return;
  const first = [...held].find((each) => groupOf(each) === group);
  if (!first || first === letter) return;
  throw new CliError(
    `${letter.messageId} would overtake ${first.messageId}, an older one of its group`,
    `./switchboard dlq redrive ${first.messageId}`,
  );
}

function diesAgain(queue: DeadLetterQueue, { messageId }: DeadLetter, count: number): CliError {
  return new CliError(
    `${messageId} has come back to the dead letters of ${queue.name}; stopped after ${count}: the fault is still there`,
    `./switchboard dlq show ${messageId}`,
  );
}
