import { isDeepStrictEqual } from 'node:util';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '#shared/aws/store/table';
import { ConnectorError } from '#shared/errors';
import { storable, wellFormed } from '#shared/storable';
import { type Database, startDatabase } from '#test/model/database';
import { jsonValue } from './json-values.ts';
import { parameters } from './parameters.ts';

let database: Database;
let table: Table;
beforeAll(async () => {
  database = await startDatabase();
  table = await database.createTable('storable');
});
afterAll(() => database.stop());

/** Where a provider's value stands at its deepest: in the content of a remembered update of a parked one. */
const entryAround = (value: unknown) => ({ updates: [{ content: { raw: value } }] });

async function throughTable(value: unknown): Promise<unknown> {
  const Key = { pk: 'VALUE', sk: 'VALUE' };
  const { client, name: TableName } = table;
  await client.send(new PutCommand({ TableName, Item: { ...Key, ...entryAround(value) } }));
  const { Item } = await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }));
  return Item?.['updates'][0].content.raw;
}

/** The value, or undefined where it is not to be stored. */
function checked(value: unknown): unknown {
  try {
    return storable(wellFormed(value));
  } catch (fault) {
    if (fault instanceof ConnectorError) return undefined;
    throw fault;
  }
}

const nested = fc
  .integer({ min: 1, max: 60 })
  .map((levels): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`));
const large = fc.constantFrom(2 ** 53, 1.5e18, -9e125, 1e126, 1e-130, 5e-324, 1.2345e-20);

describe('a storable value', () => {
  it('comes back from the table as it was', async () => {
    let stored = 0;
    await fc.assert(
      fc.asyncProperty(fc.oneof(jsonValue, nested, large), async (any) => {
        const value = checked(any);
        fc.pre(value !== undefined);
        stored += 1;
        expect(isDeepStrictEqual(await throughTable(value), value)).toBe(true);
      }),
      parameters(300),
    );
    expect(stored).toBeGreaterThan(0);
  }, 60_000);

  it.each([
    ['is too deep', '['.repeat(40) + ']'.repeat(40)],
    ['has a prototype for a member', '{"a":{"__proto__":{"b":1}}}'],
    ['looks like an instance of a class', '{"constructor":{"name":"Set"}}'],
    ['holds a number too large', '[1e126]'],
    ['holds a number too small', '[1e-131]'],
  ])('is not one that %s, and the table shows why', async (_, text) => {
    const value: unknown = JSON.parse(text);
    expect(() => storable(value)).toThrow(ConnectorError);
    const returned = await throughTable(value).catch(() => 'refused');
    expect(isDeepStrictEqual(returned, value)).toBe(false);
  });
});
