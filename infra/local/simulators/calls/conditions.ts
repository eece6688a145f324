import * as z from 'zod';

/** The conditions under which a provider calls our webhook. */
export const conditions = {
  /** `none`: only `POST /_status` tells the status of our messages. */
  statuses: z.enum(['normal', 'none']).default('normal'),
  /**
   * The time for which webhooks are collected before they come: 0, or long enough for a burst where one of the three
   * below is set.
   */
  delayMilliseconds: z.int().min(0).max(60_000).optional(),
  /** Every webhook comes twice. */
  repeat: z.boolean().default(false),
  /** Webhooks that were held back together come in the opposite order. */
  reorder: z.boolean().default(false),
  /**
   * The number of updates that leave together after they were held back: in one body where the provider writes several
   * updates into one, else in as many requests at the same time.
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
