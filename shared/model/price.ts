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
