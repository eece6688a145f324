import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { SendingAccount } from '#shared/aws/store/sending/pause';
import { readItem, type Table } from '#shared/aws/store/table';
import type { PricedUse } from '#shared/model/price';
import type { Key } from '#shared/table/keys';

/** Days for which the spending of a day is kept: a year can be compared with the one before. */
const keptDays = 800;

/**
 * `ACCOUNT#<connector>#<account>` / `SPENDING#<day>`: the estimated price of what an account used at its provider on one
 * day of UTC. An estimate: a worker that dies between a use and its count leaves it out.
 */
export const SpendingItem = z.looseObject({
  /** Millionths of a US dollar. */
  micros: z.number().int().nonnegative().default(0),
});

/** The spending of one day: the sum, and the number of uses by their names. */
export interface Spending {
  readonly micros: number;
  readonly uses: Readonly<Record<string, number>>;
}

const usePrefix = 'use:';

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

function spendingIn(item: z.infer<typeof SpendingItem>): Spending {
  const uses = Object.entries(item).flatMap(([name, count]) =>
    name.startsWith(usePrefix) && typeof count === 'number'
      ? [[name.slice(usePrefix.length), count] as const]
      : [],
  );
  return { micros: item.micros, uses: Object.fromEntries(uses) };
}

function spendingKey({ connector, account }: SendingAccount, at: Date): Key {
  return {
    pk: `ACCOUNT#${connector}#${account}`,
    sk: `SPENDING#${at.toISOString().slice(0, 10)}`,
  };
}
