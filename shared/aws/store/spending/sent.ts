import type { SendingAccount } from '#shared/aws/store/sending/pause';
import type { Table } from '#shared/aws/store/table';
import { logger } from '#shared/logger';
import type { Cost } from '#shared/model/cost';
import { dollarsOf } from '#shared/model/price';
import type { Delivery } from '#shared/table/state';
import { addSpending, readSpending } from './spending.ts';

type Price = NonNullable<Delivery['price']>;

/**
 * The cost of a message whose last part is recorded as sent, with the day's total as it is then. It is stored with the
 * record, so that a repeated event says the same. Without the total where that cannot be read: an estimate must not keep
 * an outcome from being recorded.
 */
export async function costOfSent(
  table: Table,
  account: SendingAccount,
  { asOf, micros, partMicros }: Price,
  at: string,
): Promise<Cost> {
  const cost = { amount: dollarsOf(micros), currency: 'USD', estimated: true, asOf } as const;
  const before = await readSpending(table, account, new Date(at)).catch(onlyLogged);
  return before ? { ...cost, dayTotal: dollarsOf(before.micros + partMicros) } : cost;
}

/** Counts one part that this caller has recorded as sent; a fault here leaves it out of the day. */
export async function countSent(
  table: Table,
  account: SendingAccount,
  { uses, partMicros: micros }: Price,
  at: string,
): Promise<void> {
  const counted = Object.entries(uses).map(([use, count]) => ({ use, count }));
  await addSpending(table, account, new Date(at), { uses: counted, micros }).catch(onlyLogged);
}

export function onlyLogged(fault: unknown): undefined {
  const name = fault instanceof Error ? fault.name : 'unknown';
  logger.warn('spending not counted', { name });
}
