import { shardOf } from '#shared/table/indexes';
import { acrossShards } from './sharded.ts';
import type { Table } from './table.ts';

/**
 * What the sweep must look after by a certain time, apart in classes, so that none keeps another one waiting:
 * `uncertain` attempts of replies, every other `reply` that is not settled, and parked `update`s.
 */
export type DueClass = 'uncertain' | 'reply' | 'update';

/** An item that stands in the index. */
export interface DueItem {
  readonly pk: string;
  readonly sk: string;
  readonly dueAt: string;
}

/**
 * The attributes of an item that is due at a time. `owner` is the conversation or the reference it belongs to: it
 * decides the shard. `notDue` takes the item out of the index, and so does a write that removes `dueAttributes`.
 */
export function dueAs(dueClass: DueClass, owner: string, at: string) {
  return { duePk: `DUE#${dueClass}#${shardOf(owner)}`, dueAt: at };
}

export const notDue = { duePk: undefined, dueAt: undefined };
export const dueAttributes = 'duePk, dueAt';

/** Everything of a class that is due by now, the most overdue first. */
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
  for await (const { pk, sk, dueAt } of items) {
    yield { pk: String(pk), sk: String(sk), dueAt: String(dueAt) };
  }
}
