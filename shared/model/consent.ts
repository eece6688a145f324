import * as z from 'zod';

/** A customer's permission or refusal for our messages, as the channel told it. */
export const ConsentChange = z
  .object({
    /** In the provider's words: `marketing_messages`, `sms`. */
    category: z.string().min(1),
    state: z.enum(['granted', 'revoked']),
    /** The customer's own act on the channel that proves it, in the provider's words. */
    evidence: z.string(),
  })
  .meta({ id: 'ConsentChange' });
export type ConsentChange = z.infer<typeof ConsentChange>;
