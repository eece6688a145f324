import type { Table } from '#shared/aws/store/table';
import type { IngressMessage } from '#shared/model/ingress';
import { type PriceTable, priceMicros } from '#shared/model/price';
import { onlyLogged } from './sent.ts';
import { addSpending } from './spending.ts';

/** Counts one delivery of the provider; a fault here leaves it out of the day. */
export async function countReceived(
  table: Table,
  item: Pick<IngressMessage, 'connector' | 'account' | 'receivedAt'>,
  prices: PriceTable,
  use: string,
): Promise<void> {
  const uses = [{ use, count: 1 }];
  const spent = { uses, micros: priceMicros(prices, uses) };
  await addSpending(table, item, new Date(item.receivedAt), spent).catch(onlyLogged);
}
