import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSpending, readSpending } from '#shared/aws/store/spending/spending';
import { type PriceTable, priceMicros } from '#shared/model/price';
import { type Emulators, startEmulators } from '#test/support/aws/emulators';

let emulators: Emulators;
beforeAll(async () => {
  emulators = await startEmulators();
});
afterAll(() => emulators.stop());

const prices: PriceTable = {
  asOf: '2026-04-20',
  currency: 'USD',
  perUse: { 'dm.received': 0.01, 'post.create': 0.015 },
};

describe('the spending of an account', () => {
  it('sums uses by name and by day of UTC', async () => {
    const account = { connector: 'twitter', account: 'main' };
    const lateAt = new Date('2026-11-27T23:59:59.000Z');
    const uses = [
      { use: 'dm.received', count: 3 },
      { use: 'post.create', count: 1 },
    ];
    const spent = { uses, micros: priceMicros(prices, uses) };
    await addSpending(emulators.table, account, lateAt, spent);
    expect(await addSpending(emulators.table, account, lateAt, spent)).toEqual({
      micros: 90_000,
      uses: { 'dm.received': 6, 'post.create': 2 },
    });
    const nextDay = new Date('2026-11-28T00:00:00.000Z');
    expect(await readSpending(emulators.table, account, nextDay)).toEqual({ micros: 0, uses: {} });
    expect((await readSpending(emulators.table, account, lateAt)).micros).toBe(90_000);
  });

  it('a use without a price costs nothing, and is counted', async () => {
    const uses = [{ use: 'dm.sent', count: 2 }];
    expect(priceMicros(prices, uses)).toBe(0);
    const account = { connector: 'twitter', account: 'other' };
    const at = new Date('2026-11-27T10:00:00.000Z');
    const spent = await addSpending(emulators.table, account, at, { uses, micros: 0 });
    expect(spent).toEqual({ micros: 0, uses: { 'dm.sent': 2 } });
  });
});
