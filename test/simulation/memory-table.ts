import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import type {
  QueryCommandInput,
  TransactWriteCommandInput,
  UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/store/table';
import { indexes } from '#shared/table/indexes';
import { holds, type Item, type Placeholders, updated } from './expressions.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** What AWS says of one partition key, and how long its calls take. */
export interface TableRules {
  readonly writesPerSecondAndKey: number;
  readonly milliseconds: Readonly<Record<'Get' | 'Query' | 'Write' | 'Transact', number>>;
}

export interface MemoryTable {
  readonly table: Table;
  /** Writes of one key that were refused in a second, though the SDK asked three times. */
  readonly throttled: () => number;
  readonly mostWritesOfOneKey: () => number;
  readonly find: (matches: (item: Item) => boolean) => Item[];
}

type Condition = Placeholders & { readonly ConditionExpression?: string | undefined };
type Put = Condition & { readonly Item?: Item };
type Write = { readonly Put?: Put; readonly Update?: UpdateCommandInput };

/** The SDK's own tries, after these waits. */
const retryMilliseconds = [50, 100];

/**
 * The table in memory, as far as the store uses it, with DynamoDB's limit for one partition key and with the time that
 * its calls take. dynoxide knows no such limit and needs two milliseconds of the real clock for each of the half million
 * calls that 20,000 replies make. No test compares the two yet: the flows over dynoxide are the ones to be believed.
 */
export function memoryTable(clock: VirtualClock, rules: TableRules): MemoryTable {
  const partitions = new Map<string, Map<string, Item>>();
  const indexed = new Map<string, Map<string, Item>>();
  const written = new Map<string, { second: number; count: number }>();
  let throttled = 0;
  let mostWrites = 0;
  const read = ({ pk, sk }: Item) => partitions.get(String(pk))?.get(String(sk));
  const put = (item: Item): void => {
    const before = read(item);
    const [pk, sk] = [String(item['pk']), String(item['sk'])];
    const partition = partitions.get(pk) ?? new Map<string, Item>();
    partition.set(sk, item);
    partitions.set(pk, partition);
    for (const { keys } of Object.values(indexes)) {
      place(indexed, keys, `${pk} ${sk}`, before, item);
    }
  };
  const apply = (write: Write): (() => Item) => {
    const target = write.Put?.Item ?? write.Update?.Key ?? {};
    const before = read(target) ?? {};
    const condition: Condition = write.Put ?? write.Update ?? {};
    if (!holds(condition.ConditionExpression, before, condition)) {
      throw new ConditionalCheckFailedException({ message: 'refused', $metadata: {} });
    }
    const after = write.Update
      ? {
          ...write.Update.Key,
          ...updated(write.Update.UpdateExpression ?? '', before, write.Update),
        }
      : withoutUndefined(target);
    return () => {
      put(after);
      return after;
    };
  };
  const isHot = (pk: string): boolean => {
    const second = Math.floor(clock.nowMs() / 1000);
    const now = written.get(pk);
    const count = now?.second === second ? now.count + 1 : 1;
    if (count > rules.writesPerSecondAndKey) return true;
    written.set(pk, { second, count });
    mostWrites = Math.max(mostWrites, count);
    return false;
  };
  const write = async (one: Write): Promise<Item> => {
    const { pk } = one.Put?.Item ?? one.Update?.Key ?? {};
    for (const wait of [...retryMilliseconds, undefined]) {
      await clock.sleep(rules.milliseconds.Write);
      if (!isHot(String(pk))) return structuredClone(apply(one)());
      if (wait !== undefined) await clock.sleep(wait * (0.5 + Math.random()));
    }
    throttled += 1;
    throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' });
  };
  const transact = async ({ TransactItems = [] }: TransactWriteCommandInput): Promise<void> => {
    await clock.sleep(rules.milliseconds.Transact);
    const results = TransactItems.map((item) => attempt(() => apply(item as Write)));
    const reasons = results.map(({ fault }) => ({
      Code: fault ? 'ConditionalCheckFailed' : 'None',
    }));
    if (reasons.some(({ Code }) => Code !== 'None')) {
      const CancellationReasons = reasons;
      throw new TransactionCanceledException({ message: '', $metadata: {}, CancellationReasons });
    }
    for (const { value } of results) value?.();
  };
  const query = async (input: QueryCommandInput) => {
    await clock.sleep(rules.milliseconds.Query);
    const { ExpressionAttributeValues: values = {}, IndexName: name } = input;
    const own = name === undefined ? partitions : indexed;
    const sortKey = name === undefined ? 'sk' : indexes[name as keyof typeof indexes].keys[1];
    const owners = Object.values(values).flatMap((value) => own.get(String(value)) ?? []);
    const start = input.ExclusiveStartKey;
    const sign = input.ScanIndexForward === false ? -1 : 1;
    const found = owners
      .flatMap((owner) => [...owner.values()])
      .filter((item) => holds(input.KeyConditionExpression, item, input))
      .toSorted((one, other) => sign * order(one, other, sortKey))
      .filter((item) => !start || sign * order(item, start, sortKey) > 0);
    const Items = found.slice(0, input.Limit ?? found.length);
    const isCut = Items.length < found.length;
    return { Items: structuredClone(Items), ...(isCut ? { LastEvaluatedKey: Items.at(-1) } : {}) };
  };
  const send = async ({ input, constructor: { name } }: { input: never } & object) => {
    switch (name) {
      case 'GetCommand':
        await clock.sleep(rules.milliseconds.Get);
        return { Item: structuredClone(read((input as { Key: Item }).Key)) };
      case 'PutCommand':
        return { Attributes: await write({ Put: input }) };
      case 'UpdateCommand':
        return { Attributes: await write({ Update: input }) };
      case 'TransactWriteCommand':
        return transact(input);
      case 'QueryCommand':
        return query(input);
      default:
        throw new Error(`the table in memory knows no ${name}`);
    }
  };
  return {
    table: { name: 'conversations', client: { send } as unknown as Table['client'] },
    throttled: () => throttled,
    mostWritesOfOneKey: () => mostWrites,
    find: (matches) =>
      [...partitions.values()].flatMap((each) => [...each.values()].filter(matches)),
  };
}

/** Moves an item to its place in an index; it is there only while it has both keys. */
function place(
  indexed: Map<string, Map<string, Item>>,
  keys: readonly [string, string],
  id: string,
  before: Item | undefined,
  item: Item,
): void {
  if (before) indexed.get(String(before[keys[0]]))?.delete(id);
  if (keys.some((key) => item[key] === undefined)) return;
  const shard = indexed.get(String(item[keys[0]])) ?? new Map<string, Item>();
  shard.set(id, item);
  indexed.set(String(item[keys[0]]), shard);
}

function order(one: Item, other: Item, sortKey: string): number {
  const key = (item: Item) =>
    `${String(item[sortKey])} ${String(item['pk'])} ${String(item['sk'])}`;
  return key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0;
}

function attempt<Value>(work: () => Value): { value?: Value; fault?: unknown } {
  try {
    return { value: work() };
  } catch (fault) {
    return { fault };
  }
}

/** As the document client leaves them out. */
function withoutUndefined(value: Item): Item {
  const clean = (each: unknown): unknown => {
    if (Array.isArray(each)) return each.map(clean);
    if (each === null || typeof each !== 'object') return each;
    if (each instanceof Set || each instanceof Uint8Array) return structuredClone(each);
    return withoutUndefined(each as Item);
  };
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) =>
      each === undefined ? [] : [[name, clean(each)]],
    ),
  );
}
