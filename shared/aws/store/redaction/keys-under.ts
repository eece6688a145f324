import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/store/table';
import type { Key } from '#shared/table/keys';

/** Lists the keys of the items of a partition whose sort keys begin so. */
export async function* keysUnder(table: Table, { pk, sk }: Key): AsyncGenerator<Key> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
        ProjectionExpression: 'pk, sk',
        ConsistentRead: true,
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    for (const item of page.Items ?? []) yield { pk: String(item['pk']), sk: String(item['sk']) };
    start = page.LastEvaluatedKey;
  } while (start);
}
