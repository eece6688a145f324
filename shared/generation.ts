import * as z from 'zod/mini';

/**
 * The number of times the table was restored to an earlier point. Ids of items stored from then on contain it, because
 * the numbers of messages are counted again from there (shared/ids.ts).
 */
const Generation = z.int().check(z.nonnegative(), z.maximum(999_999));

/** The `GENERATION` environment variable. */
export const GenerationVariable = z.pipe(z._default(z.coerce.number(), 0), Generation);
