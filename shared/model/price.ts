import * as z from 'zod/mini';

/** The prices of a provider that charges for each use, as one source gave them on one day. */
export const PriceTable = z.object({
  /** The day on which the prices were read, `YYYY-MM-DD`. */
  asOf: z.iso.date(),
  currency: z.literal('USD'),
  /** US dollars for one use, by the connector's names of uses (`dm.received`, `post.create`). */
  perUse: z.record(z.string(), z.number().check(z.nonnegative())),
});
export type PriceTable = z.infer<typeof PriceTable>;

/** A number of uses of one kind: `dm.received` three times. */
export interface PricedUse {
  readonly use: string;
  readonly count: number;
  /** Another use would have done, and why it does not: for a warning where that one is cheaper. */
  readonly insteadOf?: { readonly use: string; readonly because: string };
}

/** The settings of a stage that replace prices of a connector: those of these uses, as they were on this day. */
export const PriceSettings = z.strictObject({
  asOf: z.iso.date(),
  perUse: z.record(z.string(), z.number().check(z.nonnegative())),
});
export type PriceSettings = z.infer<typeof PriceSettings>;

/** A price table with some of its prices replaced. */
export function withPrices(table: PriceTable, { asOf, perUse }: PriceSettings): PriceTable {
  return { ...table, asOf, perUse: { ...table.perUse, ...perUse } };
}

/** One US dollar in the whole units that are stored and summed: no sum of them is off by a rounding. */
export const microsPerDollar = 1_000_000;

/** The estimated price of some uses, in millionths of a US dollar. A use without a price costs nothing. */
export function priceMicros({ perUse }: PriceTable, uses: readonly PricedUse[]): number {
  return uses.reduce(
    (sum, { use, count }) => sum + Math.round((perUse[use] ?? 0) * microsPerDollar) * count,
    0,
  );
}

/** Micros as dollars, with at least three decimals: `0.015`. */
export function dollarsOf(micros: number): string {
  return (micros / microsPerDollar).toFixed(6).replace(/0{1,3}$/, '');
}

/** Says that some uses are dearer than others that would have done, and why; undefined where they are not. */
export function priceWarning(prices: PriceTable, uses: readonly PricedUse[]): string | undefined {
  const because = uses.find(({ insteadOf }) => insteadOf !== undefined)?.insteadOf?.because;
  const cheaper = uses.map(({ use, count, insteadOf }) => ({ use: insteadOf?.use ?? use, count }));
  const [given, possible] = [priceMicros(prices, uses), priceMicros(prices, cheaper)];
  if (because === undefined || given <= possible) return undefined;
  const { currency, asOf } = prices;
  return `${because}: about ${dollarsOf(given)} ${currency} instead of ${dollarsOf(possible)} (prices of ${asOf})`;
}
