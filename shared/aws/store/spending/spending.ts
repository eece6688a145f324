import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { SendingAccount } from '#shared/aws/store/sending/pause';
import { readItem, type Table } from '#shared/aws/store/table';
import type { PricedUse } from '#shared/model/price';
import {
  type Spending,
  SpendingItem,
  spendingIn,
  spendingKey,
  usePrefix,
} from '#shared/table/spending';

/** Days for which the spending of a day is kept: a year can be compared with the one before. */
const keptDays = 800;

/** Adds uses and their price to a day, by one write, and resolves with the day's spending after it. */
export async function addSpending(
  table: Table,
  account: SendingAccount,
  at: Date,
  { uses, micros }: { readonly uses: readonly PricedUse[]; readonly micros: number },
): Promise<Spending> {
  const counted = uses.map(({ use, count }, index) => ({
    index,
    name: `${usePrefix}${use}`,
    count,
  }));
  const { Attributes } = await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: spendingKey(account, at),
      UpdateExpression: `SET expiresAt = :expiresAt ADD micros :micros${counted
        .map(({ index }) => `, #use${index} :use${index}`)
        .join('')}`,
      ...(counted.length > 0
        ? {
            ExpressionAttributeNames: Object.fromEntries(
              counted.map(({ index, name }) => [`#use${index}`, name]),
            ),
          }
        : {}),
      ExpressionAttributeValues: {
        ':expiresAt': Math.floor(at.getTime() / 1000) + keptDays * 86_400,
        ':micros': micros,
        ...Object.fromEntries(counted.map(({ index, count }) => [`:use${index}`, count])),
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return spendingIn(SpendingItem.parse(Attributes));
}

/** Reads the spending of the day of UTC that `at` is in. */
export async function readSpending(
  table: Table,
  account: SendingAccount,
  at: Date,
): Promise<Spending> {
  const item = await readItem(table, SpendingItem, spendingKey(account, at), true);
  return item ? spendingIn(item) : { micros: 0, uses: {} };
}
