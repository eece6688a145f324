import * as z from 'zod/mini';
import { jsonVariable } from './env.ts';

/** Longer than any provider or queue repeats its messages: an item that detects repeats is kept as long. */
export const leastDays = 14;

const days = z.optional(z.int().check(z.minimum(leastDays)));

/** Days for which the table keeps items that expire; without a value, for ever. */
export const Retention = z.strictObject({
  /** Messages, with everything that belongs to one: its state, and the references that point at it. */
  messagesDays: days,
  /** The results of replies by `replyId`, which detect a repeat. */
  replyIdsDays: days,
});
export type Retention = z.infer<typeof Retention>;

/** The `RETENTION` environment variable. */
export const RetentionVariable = z.pipe(
  z.pipe(z._default(z.string(), '{}'), jsonVariable('RETENTION')),
  Retention,
);
