import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/store/table';
import { contactKey } from '#shared/table/keys';

/** The ids of a contact's conversations, newest first. The index may lag behind by a moment. */
export async function conversationsOf(
  table: Table,
  contactId: string,
  limit: number,
): Promise<string[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: 'contact',
      KeyConditionExpression: 'contactPk = :contact',
      ExpressionAttributeValues: { ':contact': contactKey(contactId).pk },
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return Items.map(({ pk }) => String(pk).replace(/^CONVERSATION#/, ''));
}
