import type { Table } from '#shared/aws/store/table';
import { shardOf } from '#shared/table/indexes';
import { acrossShards } from './sharded.ts';

/**
 * The classes of items that the sweep must check by a certain time, apart so that none delays another: `uncertain`
 * attempts of replies, every other `reply` without an outcome, replies that wait for a `slot`, messages of a
 * `campaign`, parked `update`s, and sent replies whose `status` is to be looked up.
 */
export type DueClass = 'uncertain' | 'reply' | 'slot' | 'campaign' | 'update' | 'status';

/** An item in the index. */
export interface DueItem {
  readonly pk: string;
  readonly sk: string;
  readonly dueAt: string;
  /** The account of a reply that waits for it. */
  readonly dueFor?: string;
}

/**
 * The attributes of an item that is due at a time. `owner` is its conversation or reference and decides the shard.
 * `notDue` takes the item out of the index, and so does a write that removes `dueAttributes`.
 */
export function dueAs(dueClass: DueClass, owner: string, at: string) {
  return { duePk: `DUE#${dueClass}#${shardOf(owner)}`, dueAt: at };
}

export const notDue = { duePk: undefined, dueAt: undefined, dueFor: undefined };
export const dueAttributes = 'duePk, dueAt, dueFor';

/** The class of an item; undefined if it is not in the index. */
export function dueClassOf({ duePk }: { readonly duePk?: string | undefined }): string | undefined {
  return duePk?.split('#')[1];
}

/** Lists all items of a class that are due by now, the most overdue first. */
export async function* listDue(
  table: Table,
  dueClass: DueClass,
  now: string,
  pageSize = 100,
): AsyncGenerator<DueItem> {
  const items = acrossShards(table, 'dueAt', (shard) => ({
    IndexName: 'due',
    KeyConditionExpression: 'duePk = :pk AND dueAt <= :now',
    ExpressionAttributeValues: { ':pk': `DUE#${dueClass}#${shard}`, ':now': now },
    Limit: pageSize,
  }));
  for await (const { pk, sk, dueAt, dueFor } of items) {
    const account = dueFor === undefined ? {} : { dueFor: String(dueFor) };
    yield { pk: String(pk), sk: String(sk), dueAt: String(dueAt), ...account };
  }
}
