import * as z from 'zod';

/** What a customer allows or forbids us to send, as the channel told it. */
export const ConsentChange = z
  .object({
    /** In the provider's words: `marketing_messages`, `sms`. */
    category: z.string().min(1),
    state: z.enum(['granted', 'revoked']),
    /** How we know: the customer's own act on the channel, in the provider's words. */
    evidence: z.string(),
  })
  .meta({ id: 'ConsentChange' });
export type ConsentChange = z.infer<typeof ConsentChange>;
