import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { entryKey, metaKey } from '#shared/table/keys';
import type { Table } from './table.ts';

/** Moves the conversation's cursor forward; a cursor that is further on already stays. */
export async function movePublished(
  table: Table,
  conversationId: string,
  published: number,
): Promise<void> {
  await unlessRefused(table, {
    Key: metaKey(conversationId),
    UpdateExpression: 'SET published = :published',
    ConditionExpression: 'published < :published',
    ExpressionAttributeValues: { ':published': published },
  });
}

/** Moves an entry's cursor over its updates forward. */
export async function movePublishedRevision(
  table: Table,
  conversationId: string,
  sequence: number,
  revision: number,
): Promise<void> {
  await unlessRefused(table, {
    Key: entryKey(conversationId, sequence),
    UpdateExpression: 'SET publishedRevision = :revision',
    ConditionExpression: 'publishedRevision < :revision',
    ExpressionAttributeValues: { ':revision': revision },
  });
}

/** A conditional update whose refusal means that somebody else has been there: nothing is left to do. */
export async function unlessRefused(
  table: Table,
  input: Omit<UpdateCommandInput, 'TableName'>,
): Promise<boolean> {
  try {
    await table.client.send(new UpdateCommand({ TableName: table.name, ...input }));
    return true;
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return false;
    throw fault;
  }
}
