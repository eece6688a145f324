import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import type { Queue } from '#shared/aws/publish/queues';
import type { Table } from '#shared/aws/store/table';
import { logger } from '#shared/logger';
import { triesKey } from '#shared/table/keys';

export interface OwnTries {
  readonly table: Table;
  /** Takes a message every try of which has failed. */
  readonly deadLetters: Queue;
  /** How often a message is tried. */
  readonly most: number;
  readonly now: () => Date;
}

type Handle = (record: SQSRecord) => Promise<void>;

/** As long as SQS keeps anything. */
const keptSeconds = 14 * 86_400;

/**
 * Counts the tries of a FIFO message by what was really tried. SQS counts receives, also those in which a message only
 * waited behind a failed one of its group, or behind one that killed the function: by that count a poisoned message
 * takes up to nine others with it that nothing is wrong with (docs/decisions/0007-tries-are-not-receives.md).
 *
 * A message that has had its tries is moved to the dead letters here, and the one behind it is handled. A first receive
 * costs nothing; each later one a write of one unit.
 */
export function withOwnTries(limit: OwnTries, handle: Handle): Handle {
  return async (record) => {
    if (await isSpent(limit, record)) return setAside(limit.deadLetters, record);
    return handle(record);
  };
}

/** Noted before the try, so that one that kills the function counts too. */
async function isSpent({ table, most, now }: OwnTries, record: SQSRecord): Promise<boolean> {
  const receives = Number(record.attributes.ApproximateReceiveCount);
  if (receives < 2) return false;
  const { Attributes } = await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: triesKey(record.messageId),
      UpdateExpression: 'SET tries = if_not_exists(tries, :before) + :one, expiresAt = :at',
      ExpressionAttributeValues: {
        // Unless it only waited then, its first receive was its first try, which left no note.
        ':before': receives === 2 ? 1 : 0,
        ':one': 1,
        ':at': Math.floor(now().getTime() / 1000) + keptSeconds,
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  // Counted one by one: what was tried once may wait again, behind a group of its batch that kills the function.
  return Number(Attributes?.['tries']) > most;
}

/** Repeated after a crash; within five minutes the queue drops the second one, later both can be read. */
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
