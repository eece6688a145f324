import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import type { Table } from '#shared/aws/store/table';
import { logger } from '#shared/logger';
import { triesKey } from '#shared/table/keys';
import type { Queue } from './queue.ts';

export interface OwnTries {
  readonly table: Table;
  /** Receives each message whose tries have all failed. */
  readonly deadLetters: Queue;
  /** The number of tries that a message gets. */
  readonly max: number;
  readonly now: () => Date;
}

type Handle = (record: SQSRecord) => Promise<void>;

/** The longest time that SQS keeps a message. */
const keptSeconds = 14 * 86_400;

/**
 * Counts the tries of a FIFO message by real tries. SQS counts receives, also those in which a message only waited
 * behind a failed one of its group, or behind one that killed the function: by that count a poisoned message takes with
 * it up to nine good ones (docs/decisions/0007-tries-are-not-receives.md).
 *
 * A message that has used its tries is moved to the dead letters here, and the next one is handled. A first receive
 * costs nothing; each later one a write of one unit.
 */
export function withOwnTries(limit: OwnTries, handle: Handle): Handle {
  return async (record) => {
    if (await isSpent(limit, record)) return setAside(limit.deadLetters, record);
    return handle(record);
  };
}

/** Counts a try before it is made, so that one that kills the function counts too. */
async function isSpent({ table, max, now }: OwnTries, record: SQSRecord): Promise<boolean> {
  const receives = Number(record.attributes.ApproximateReceiveCount);
  if (receives < 2) return false;
  const { Attributes } = await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: triesKey(record.messageId),
      UpdateExpression: 'SET tries = if_not_exists(tries, :before) + :one, expiresAt = :at',
      ExpressionAttributeValues: {
        // Its first receive was its first try and left no note, unless the message only waited then.
        ':before': receives === 2 ? 1 : 0,
        ':one': 1,
        ':at': Math.floor(now().getTime() / 1000) + keptSeconds,
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  // Not judged by receives: a message tried once may wait again, behind a group of its batch that kills the function.
  return Number(Attributes?.['tries']) > max;
}

/** Sets a message aside. Repeated after a crash: SQS drops the copy within five minutes; later both can be read. */
async function setAside({ client, url }: Queue, record: SQSRecord): Promise<void> {
  const { messageId, body, attributes } = record;
  await client.send(
    new SendMessageCommand({
      QueueUrl: url,
      MessageBody: body,
      MessageGroupId: attributes.MessageGroupId,
      MessageDeduplicationId: messageId,
      MessageAttributes: { diedAs: { DataType: 'String', StringValue: messageId } },
    }),
  );
  logger.error('message set aside', { messageId, received: attributes.ApproximateReceiveCount });
}
