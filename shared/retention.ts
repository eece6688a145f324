import * as z from 'zod/mini';
import { jsonVariable } from './env.ts';

/** Longer than any provider or queue repeats what it has sent: an item that tells repeats apart is kept as long. */
export const leastDays = 14;

const days = z.optional(z.int().check(z.minimum(leastDays)));

/** How long the table keeps what expires by itself; for ever where nothing is said. */
export const Retention = z.strictObject({
  /** Messages, with everything that belongs to one: its state, and the references that point at it. */
  messagesDays: days,
  /** What a replyId stands for. */
  replyIdsDays: days,
});
export type Retention = z.infer<typeof Retention>;

/** The `RETENTION` environment variable. */
export const RetentionVariable = z.pipe(
  z.pipe(z._default(z.string(), '{}'), jsonVariable('RETENTION')),
  Retention,
);
