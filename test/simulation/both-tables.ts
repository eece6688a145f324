import { isDeepStrictEqual } from 'node:util';
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '#shared/aws/store/table';
import { indexes } from '#shared/table/keys';
import type { Item } from './expressions.ts';
import { type MemoryTable, memoryTable } from './memory-table.ts';

type Command = { readonly input: object };
type Send = (command: Command) => Promise<unknown>;

/** Two tables that get the same calls in the same order, and what they have said differently. */
export interface BothTables {
  /** Gives the answers of the emulator. */
  readonly table: Table;
  readonly differences: readonly string[];
  /** How many of each kind, and how many were refused. */
  readonly calls: ReadonlyMap<string, number>;
  /** Compares everything that the two hold, and every place in an index. */
  readonly compareAll: (items: readonly Item[]) => Promise<void>;
}

/** What of an input a mistake may change. */
export interface Asked {
  readonly Item?: object;
  readonly TransactItems?: unknown[];
  UpdateExpression?: string;
}
export type Mistake = (name: string, input: Asked) => void;

const unhurried = {
  writesPerSecondAndKey: Number.POSITIVE_INFINITY,
  milliseconds: { Get: 0, Query: 0, Write: 0, Transact: 0 },
};
const noClock = { nowMs: () => 0, now: () => new Date(0), sleep: async () => {} };

/** Puts the table in memory beside the one of the emulator. `mistake` changes what the one in memory is asked. */
export function bothTables(real: Table, mistake: Mistake = () => {}): BothTables {
  const memory = memoryTable({ ...noClock, at: () => {}, run: async () => {} }, unhurried);
  const differences: string[] = [];
  const calls = new Map<string, number>();
  const compare = (what: string, one: unknown, other: unknown, input: object): void => {
    if (isDeepStrictEqual(one, other)) return;
    const told = [input, one, other].map((value) => JSON.stringify(value, readably));
    differences.push(`${what} ${told[0]}\n  emulator: ${told[1]}\n  memory:   ${told[2]}`);
  };
  const sendBoth: Send = async (command) => {
    const { name } = command.constructor;
    const input = structuredClone(command.input);
    const answered = await outcome(() => (real.client.send as Send).call(real.client, command));
    const ending = 'fault' in answered ? `${name}, ${nameOf(answered.fault)}` : name;
    calls.set(ending, (calls.get(ending) ?? 0) + 1);
    mistake(name, input);
    const same = { input, constructor: { name } };
    const inMemory = await outcome(() => (memory.table.client.send as Send)(same));
    compare(name, told(answered, input), told(inMemory, input), input);
    if ('fault' in answered) throw answered.fault;
    return answered.value;
  };
  // One after the other: what is asked at the same time may be answered in any order.
  let last: Promise<unknown> = Promise.resolve();
  const send: Send = (command) => {
    const next = last.then(() => sendBoth(command));
    last = next.catch(() => undefined);
    return next;
  };
  const table = { ...real, client: { send } as unknown as Table['client'] };
  return {
    ...{ table, differences, calls },
    compareAll: async (items) => {
      compare('the whole table', sorted(items), sorted(memory.find(() => true)), {});
      await compareIndexes(table, memory);
    },
  };
}

async function compareIndexes({ client, name }: Table, memory: MemoryTable): Promise<void> {
  for (const [IndexName, { keys }] of Object.entries(indexes)) {
    const partitions = new Set(
      memory.find((item) => item[keys[0]] !== undefined).map((item) => item[keys[0]]),
    );
    for (const partition of partitions) {
      await client.send(
        new QueryCommand({
          ...{ TableName: name, IndexName, KeyConditionExpression: `${keys[0]} = :pk` },
          ExpressionAttributeValues: { ':pk': partition },
        }),
      );
    }
  }
}

const nameOf = (fault: unknown) => (fault instanceof Error ? fault.name : 'unknown');

type Outcome = { readonly value: unknown } | { readonly fault: unknown };

async function outcome(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await work() };
  } catch (fault) {
    return { fault };
  }
}

/** What the store reads of an answer, or of a fault. */
function told(answered: Outcome, input: object): unknown {
  if ('fault' in answered) {
    const { name, CancellationReasons, Item } = answered.fault as Record<string, unknown>;
    const reasons = (CancellationReasons as { Code?: string; Item?: Item }[] | undefined)?.map(
      (reason) => ({ code: reason.Code, item: reason.Item }),
    );
    return plain({ name, reasons, Item });
  }
  const value = (answered.value ?? {}) as Record<string, unknown>;
  const { Item, Items, Attributes, LastEvaluatedKey, Responses, UnprocessedKeys = {} } = value;
  // Among places of the same time in an index no order is promised.
  const isUnordered = 'IndexName' in input && LastEvaluatedKey === undefined;
  return plain({
    ...{ Item, Attributes, LastEvaluatedKey, UnprocessedKeys },
    Items: isUnordered && Array.isArray(Items) ? sorted(Items) : Items,
    Responses: Responses && Object.values(Responses).map((items) => sorted(items)),
  });
}

const idOf = ({ pk, sk }: Item) => `${String(pk)} ${String(sk)}`;

function sorted(items: readonly Item[]): unknown {
  return plain(items.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1)));
}

/** Without what is undefined, and with the kinds of bytes alike. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('base64') };
  if (value instanceof Set || value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) =>
      each === undefined ? [] : [[name, plain(each)]],
    ),
  );
}

const readably = (_: string, value: unknown) => (value instanceof Set ? [...value] : value);
