import type { Table } from '#shared/aws/store/table';

interface Capacity {
  readonly CapacityUnits?: number;
}

/** What some work has cost in the table. */
export interface Cost {
  readonly read: number;
  readonly write: number;
  readonly calls: readonly string[];
}

/** Counts the capacity of every call of a table from now on; dynoxide counts it exactly as AWS bills it. */
export function countCosts({ client }: Table): (work: () => Promise<unknown>) => Promise<Cost> {
  const consumed = { read: 0, write: 0, calls: [] as string[] };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'INDEXES' });
      const result = await next(args);
      const output = result.output as { ConsumedCapacity?: Capacity | Capacity[] };
      const name = context.commandName ?? '';
      const kind = /^(Get|Query|BatchGet)/.test(name) ? 'read' : 'write';
      consumed.calls.push(name);
      for (const { CapacityUnits = 0 } of [output.ConsumedCapacity ?? []].flat()) {
        consumed[kind] += CapacityUnits;
      }
      return result;
    },
    { step: 'initialize', name: 'countCapacity' },
  );
  return async (work) => {
    Object.assign(consumed, { read: 0, write: 0, calls: [] });
    await work();
    return { ...consumed };
  };
}
