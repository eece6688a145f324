import * as z from 'zod';

/** The category of every message, whatever it says: what a customer stops with STOP. */
export const allMessages = 'all_messages';

/** The category of advertising, as the only provider with categories calls it. */
export const marketingMessages = 'marketing_messages';

/** A customer's permission or refusal for our messages. */
export const ConsentChange = z
  .object({
    /** `all_messages`, or a kind of messages in the provider's words: `marketing_messages`. */
    category: z.string().min(1),
    state: z.enum(['granted', 'revoked']),
    /** The customer's own act that proves it, in the provider's words. */
    evidence: z.string(),
    /**
     * The way it was learnt: `provider` (the provider says so), `keyword` (the customer wrote a word that stands for it),
     * `delivery_error` (the provider refused a message for it). Absent on events from before this was told.
     */
    source: z.enum(['provider', 'keyword', 'delivery_error']).optional(),
    /** The address on our side, or the Messaging Service, that it is for. Absent: each of our addresses. */
    sender: z.string().min(1).optional(),
  })
  .meta({ id: 'ConsentChange' });
export type ConsentChange = z.infer<typeof ConsentChange>;
