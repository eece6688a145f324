import * as z from 'zod';

/**
 * Several delivery statuses of one account on their way through `statuses`, written by the receivers and read by
 * normalize.
 */
export const StatusesMessage = z.object({
  connector: z.string(),
  account: z.string(),
  receivedAt: z.iso.datetime(),
  items: z.array(z.object({ deduplicationId: z.string(), payload: z.unknown() })).min(1),
});
export type StatusesMessage = z.infer<typeof StatusesMessage>;
