import * as z from 'zod';

/**
 * The send rate of an account: `burst` at once, `perSecond` after that. For an account whose provider allows more or
 * less than the connector declares.
 */
export const Pacing = z.strictObject({
  perSecond: z.number().positive().max(1000),
  burst: z.int().min(1).max(10_000),
});
