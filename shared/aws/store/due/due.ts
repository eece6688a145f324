import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/store/table';
import { type DueClass, everyShard } from '#shared/table/keys';

/** An item in the index. */
export interface DueItem {
  readonly pk: string;
  readonly sk: string;
  readonly dueAt: string;
  /** The account of a reply that waits for it. */
  readonly dueFor?: string;
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

type Item = Readonly<Record<string, unknown>>;

/** The query of one shard; its results come in order of the index's sort key. */
export type ShardQuery = (shard: number) => Omit<QueryCommandInput, 'TableName'>;

/** The items read from one shard, and the read of its next page; undefined at its end. */
interface Shard {
  readonly read: (() => Promise<void>) | undefined;
  readonly items: Item[];
}

/**
 * Lists all results of a query over all shards, in order of `sortKey`, lowest first. Pages are read as needed, so a
 * caller that stops early pays for no more.
 */
export async function* acrossShards(
  table: Table,
  sortKey: string,
  query: ShardQuery,
): AsyncGenerator<Item> {
  const shards = everyShard().map((shard) => openShard(table, query(shard)));
  for (;;) {
    await Promise.all(shards.map(fill));
    const next = lowest(shards, sortKey);
    if (!next) return;
    yield next;
  }
}

function openShard(table: Table, query: ReturnType<ShardQuery>): Shard {
  const shard = {
    items: [] as Item[],
    read: async () => {
      const page = await table.client.send(
        new QueryCommand({ TableName: table.name, ...query, ExclusiveStartKey: start }),
      );
      shard.items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
      if (!start) Object.assign(shard, { read: undefined });
    },
  };
  let start: QueryCommandInput['ExclusiveStartKey'];
  return shard;
}

/** Reads until there is an item: a filter can leave a page empty that is not the last one. */
async function fill(shard: Shard): Promise<void> {
  while (shard.items.length === 0 && shard.read) await shard.read();
}

function lowest(shards: readonly Shard[], sortKey: string): Item | undefined {
  const first = shards
    .filter(({ items }) => items.length > 0)
    .toSorted((one, other) => compare(one.items[0]?.[sortKey], other.items[0]?.[sortKey]))[0];
  return first?.items.shift();
}

function compare(one: unknown, other: unknown): number {
  return String(one) < String(other) ? -1 : 1;
}
