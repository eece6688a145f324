import '#test/model/quiet';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appendMessage } from '#shared/aws/store/append/append';
import { readEntry, type Table } from '#shared/aws/store/table';
import { applyChannelUpdate } from '#shared/aws/store/update/channel-update';
import { type DeliveryStatus, statusRank } from '#shared/model/delivery-status';
import { type Database, startDatabase } from '#test/model/database';
import { origin, phone, status, textMessage } from '#test/store/messages';
import { parameters } from './parameters.ts';

let database: Database;
let table: Table;
beforeAll(async () => {
  database = await startDatabase();
  table = await database.createTable('statuses');
});
afterAll(() => database.stop());

const told = fc.constantFrom('sent', 'delivered', 'read', 'failed');
/** Callbacks as they come: some missing, some twice, in any order; and the same ones in another. */
const callbacks = fc
  .array(told, { maxLength: 7 })
  .chain((some) =>
    fc.tuple(
      fc.constant(some),
      fc.shuffledSubarray(some, { minLength: some.length }),
      fc.array(fc.nat(6), { maxLength: 3 }),
    ),
  )
  .map(([some, others, repeated]) => ({
    some,
    others: [...others, ...repeated.flatMap((index) => others[index] ?? [])],
  }));

let messages = 0;

/** A message the business wrote elsewhere, and what is known of it after these callbacks. */
async function endOf(statuses: readonly ('sent' | 'delivered' | 'read' | 'failed')[]) {
  messages += 1;
  const id = `m${messages}`;
  const customer = { identities: [phone(`1650${messages}`)] as const };
  const message = textMessage(id, 'written elsewhere', { customer, direction: 'outbound' });
  const { conversation } = await appendMessage(table, origin, message);
  for (const value of statuses) await applyChannelUpdate(table, origin, status(id, value));
  const entry = await readEntry(table, conversation.id, 1);
  return { status: entry?.status, updates: entry?.pending ?? [], revision: entry?.revision };
}

function highest(statuses: readonly DeliveryStatus[]): DeliveryStatus {
  return statuses.reduce((best, each) => (statusRank[each] > statusRank[best] ? each : best));
}

describe('the statuses of one message', () => {
  it('end alike in every order and however often they are repeated', async () => {
    await fc.assert(
      fc.asyncProperty(callbacks, async ({ some, others }) => {
        const [one, other] = [await endOf(some), await endOf(others)];
        expect(one.status).toBe(highest(['sent', ...some]));
        expect(other.status).toBe(one.status);
      }),
      parameters(50),
    );
  }, 120_000);

  it('only climb on the way, one revision for each step; a failure after a reading is told beside it', async () => {
    await fc.assert(
      fc.asyncProperty(callbacks, async ({ others }) => {
        const { updates, revision } = await endOf(others);
        const told = updates.flatMap((update) => (update.kind === 'status' ? [update] : []));
        const climbs = told.every(({ status, errors = [] }, index) => {
          const before = told[index - 1];
          if (!before) return true;
          const isToldOnly =
            status === 'read' && errors.length > 0 && (before.errors ?? []).length === 0;
          return (
            statusRank[status] > statusRank[before.status] ||
            (isToldOnly && before.status === 'read')
          );
        });
        expect(climbs, told.map(({ status }) => status).join()).toBe(true);
        expect(revision).toBe(updates.length);
      }),
      parameters(50),
    );
  }, 120_000);

  it('would not end alike if the last one counted', () => {
    const careless = fc.check(
      fc.property(callbacks, ({ some, others }) => some.at(-1) === others.at(-1)),
      parameters(200),
    );
    expect(careless.failed).toBe(true);
  });
});
