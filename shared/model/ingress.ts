import * as z from 'zod';

/** One verified item on its way through `ingress.fifo`, written by the receivers and read by normalize. */
export const IngressMessage = z.object({
  connector: z.string(),
  account: z.string(),
  receivedAt: z.iso.datetime(),
  deduplicationId: z.string(),
  payload: z.unknown(),
  /** The place of a payload that is too large for the queue: as JSON in S3 (claim check). */
  claim: z.object({ bucket: z.string(), key: z.string() }).optional(),
  /** The body kept in S3 beside it: a mail. */
  raw: z.object({ bucket: z.string(), key: z.string() }).optional(),
  /** Read again by `switchboard replay`: the new reading may correct the stored message. */
  replay: z.boolean().optional(),
  /** A person has let it in: what an account's settings hold back (spam) is read as if it were not held. */
  released: z.boolean().optional(),
  /** Of a customer's deletion in several steps: the place after which the next step goes on. */
  reached: z.object({ conversationId: z.string(), sequence: z.number().int() }).optional(),
  /**
   * Several items of one group in place of `payload`, in their order: a webhook may hold a thousand updates of one
   * customer, and entries of one group cannot share a batch.
   */
  items: z
    .array(
      z.object({
        deduplicationId: z.string(),
        payload: z.unknown(),
        unreadable: z.string().optional(),
      }),
    )
    .optional(),
  /** The reason why an authentic item cannot be read. Normalize quarantines it. */
  unreadable: z.string().optional(),
});
export type IngressMessage = z.infer<typeof IngressMessage>;
