import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import type {
  BatchGetCommandInput,
  QueryCommandInput,
  TransactWriteCommandInput,
  UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/store/table';
import { indexes } from '#shared/table/keys';
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
  readonly maxWritesOfOneKey: () => number;
  readonly find: (matches: (item: Item) => boolean) => Item[];
}

type Condition = Placeholders & { readonly ConditionExpression?: string | undefined };
type Put = Condition & { readonly Item?: Item };
type Write = { readonly Put?: Put; readonly Update?: UpdateCommandInput };

/** An item as a write leaves it, and the attributes that an update names. */
interface Written {
  readonly item: Item;
  readonly names?: ReadonlySet<string> | undefined;
}

/** The SDK's own tries, after these waits. */
const retryMilliseconds = [50, 100];

/**
 * The table in memory, as far as the store uses it, with DynamoDB's limit for one partition key and with the time that
 * its calls take. dynoxide knows no such limit and needs two milliseconds of the real clock for each of the half million
 * calls that 20,000 replies make. `memory-table.test.ts` compares the two, call by call.
 */
export function memoryTable(clock: VirtualClock, rules: TableRules): MemoryTable {
  const partitions = new Map<string, Map<string, Item>>();
  const indexed = new Map<string, Map<string, Item>>();
  const written = new Map<string, { second: number; count: number }>();
  let throttled = 0;
  let maxWrites = 0;
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
  const apply = (write: Write): (() => Written) => {
    const target = write.Put?.Item ?? write.Update?.Key ?? {};
    const before = read(target) ?? {};
    const condition: Condition = write.Put ?? write.Update ?? {};
    if (!holds(condition.ConditionExpression, before, condition)) {
      throw new ConditionalCheckFailedException({ message: 'refused', $metadata: {} });
    }
    const { Update } = write;
    const change = Update && updated(Update.UpdateExpression ?? '', before, Update);
    const item = withoutUndefined(change ? { ...Update.Key, ...change.item } : target);
    return () => {
      put(item);
      return { item, names: change?.names };
    };
  };
  const isHot = (pk: string): boolean => {
    const second = Math.floor(clock.nowMs() / 1000);
    const now = written.get(pk);
    const count = now?.second === second ? now.count + 1 : 1;
    if (count > rules.writesPerSecondAndKey) return true;
    written.set(pk, { second, count });
    maxWrites = Math.max(maxWrites, count);
    return false;
  };
  const write = async (one: Write): Promise<Written> => {
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
    const owners = Object.values(values).flatMap((value) => own.get(String(value)) ?? []);
    return page(
      owners.flatMap((owner) => [...owner.values()]),
      input,
    );
  };
  const send = async ({ input, constructor: { name } }: { input: never } & object) => {
    switch (name) {
      case 'GetCommand':
        await clock.sleep(rules.milliseconds.Get);
        return { Item: structuredClone(read((input as { Key: Item }).Key)) };
      case 'PutCommand':
        await write({ Put: input });
        return {};
      case 'UpdateCommand':
        return returned(input, await write({ Update: input }));
      case 'BatchGetCommand':
        await clock.sleep(rules.milliseconds.Get);
        return batch(input, read);
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
    maxWritesOfOneKey: () => maxWrites,
    find: (matches) =>
      [...partitions.values()].flatMap((each) => [...each.values()].filter(matches)),
  };
}

/** The items that a query finds, up to its limit, and where it goes on. */
function page(items: readonly Item[], input: QueryCommandInput) {
  const { IndexName: name, ExclusiveStartKey: start, Limit } = input;
  if (input.FilterExpression) throw new Error('the table in memory knows no filters');
  const sortKey = name === undefined ? 'sk' : indexes[name as IndexName].keys[1];
  const sign = input.ScanIndexForward === false ? -1 : 1;
  const found = items
    .filter((item) => holds(input.KeyConditionExpression, item, input))
    .toSorted((one, other) => sign * order(one, other, sortKey))
    .filter((item) => !start || sign * order(item, start, sortKey) > 0);
  const cut = found.slice(0, Limit ?? found.length);
  const shown = name === undefined ? cut : cut.map((item) => projected(item, name));
  // DynamoDB does not look beyond the limit: a page that is full may be the last one.
  const last = cut.length === Limit ? cut.at(-1) : undefined;
  return {
    Items: structuredClone(shown),
    ...(last ? { LastEvaluatedKey: keyOf(last, name) } : {}),
  };
}

/** What an update tells of the item, as its `ReturnValues` asks. */
function returned(
  { ReturnValues }: UpdateCommandInput,
  { item, names = new Set() }: Written,
): { readonly Attributes?: Item } {
  if (ReturnValues === 'ALL_NEW') return { Attributes: item };
  if (ReturnValues !== 'UPDATED_NEW') return {};
  const Attributes = only(item, [...names]);
  return Object.keys(Attributes).length > 0 ? { Attributes } : {};
}

function batch({ RequestItems = {} }: BatchGetCommandInput, read: (key: Item) => Item | undefined) {
  const found = Object.entries(RequestItems).map(
    ([name, { Keys = [] }]) => [name, Keys.flatMap((key) => read(key) ?? [])] as const,
  );
  return { Responses: structuredClone(Object.fromEntries(found)), UnprocessedKeys: {} };
}

function only(item: Item, names: readonly string[]): Item {
  return Object.fromEntries(names.filter((name) => name in item).map((name) => [name, item[name]]));
}

type IndexName = keyof typeof indexes;

function keyOf(item: Item, index: string | undefined): Item {
  const own = index === undefined ? [] : indexes[index as IndexName].keys;
  return only(item, ['pk', 'sk', ...own]);
}

/** An item as an index holds it. */
function projected(item: Item, index: string): Item {
  const { keys, include = [] }: { keys: readonly string[]; include?: readonly string[] } =
    indexes[index as IndexName];
  return only(item, ['pk', 'sk', ...keys, ...include]);
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
