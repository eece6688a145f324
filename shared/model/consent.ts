import * as z from 'zod';
import { Identity } from './identity.ts';

/** The category of every message, whatever it says: what a customer stops with STOP. */
export const allMessages = 'all_messages';

/** The category of advertising, as the only provider with categories calls it. */
export const marketingMessages = 'marketing_messages';

/**
 * The category of an address itself: revoked where mail to it comes back or was reported as unwanted. Nothing goes there
 * until its owner writes from it again.
 */
export const deliverability = 'deliverability';

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
     * `delivery_error` (the provider refused a message for it), `bounce` (a message came back), `complaint` (a recipient
     * reported it as unwanted), `unsubscribe` (by the link of one click). Absent on events from before this was told.
     */
    source: z
      .enum([
        ...(['provider', 'keyword', 'delivery_error'] as const),
        ...(['bounce', 'complaint', 'unsubscribe'] as const),
      ])
      .optional(),
    /** The address on our side, or the Messaging Service, that it is for. Absent: each of our addresses. */
    sender: z.string().min(1).optional(),
    /** The person's address, where that is not the customer of the conversation. */
    address: Identity.optional(),
  })
  .meta({ id: 'ConsentChange' });
export type ConsentChange = z.infer<typeof ConsentChange>;
