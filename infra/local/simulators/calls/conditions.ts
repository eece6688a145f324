import * as z from 'zod';

/** How a provider tells our webhook what it has to tell. */
export const conditions = {
  /** `none`: what became of our messages is told by `POST /_status` alone. */
  statuses: z.enum(['normal', 'none']).default('normal'),
  /** How long is collected before it comes: 0, or long enough for a burst where one of the three below is set. */
  delayMilliseconds: z.int().min(0).max(60_000).optional(),
  /** Every webhook comes twice. */
  repeat: z.boolean().default(false),
  /** What was held back together comes in the opposite order. */
  reorder: z.boolean().default(false),
  /**
   * At most so much of what was held back leaves together: in one body where the provider writes several updates
   * into one, else in as many requests at the same time.
   */
  batch: z.int().min(1).max(1000).default(1),
};

const Conditions = z.object(conditions);
/** The conditions of every provider; some have further ones. */
export type Conditions = z.infer<typeof Conditions> & Readonly<Record<string, unknown>>;

/** The conditions a simulator starts with, its own ones among them. */
export function usualConditions(own: z.ZodRawShape = {}): Conditions {
  return { ...Conditions.parse({}), ...z.object(own).parse({}) };
}
