import * as z from 'zod';

const Dollars = z.string().regex(/^\d+\.\d{3,6}$/);

/** The estimated price of a message at its provider, by the price table that was in force when it was sent. */
export const Cost = z
  .object({
    amount: Dollars,
    currency: z.literal('USD'),
    estimated: z.literal(true),
    /** The day of the prices. */
    asOf: z.iso.date(),
    /** The spending of the account on the day of UTC, this message included, as far as it was counted then. */
    dayTotal: Dollars.optional(),
  })
  .meta({ id: 'Cost' });
export type Cost = z.infer<typeof Cost>;
