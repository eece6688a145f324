import * as z from 'zod';
import { Identity } from './identity.ts';

/** A change of the owner of an address, as the provider told it or as messages showed it. */
export const ContactChange = z
  .object({
    /**
     * `address_changed`: the same person under new addresses. `address_conflict`: addresses of one message belong to
     * two contacts; recorded, and the contacts are not merged.
     */
    reason: z.enum(['address_changed', 'address_conflict']),
    /** Valid from now on. */
    identities: z.array(Identity),
    /** Replaced by them. */
    previousIdentities: z.array(Identity).default([]),
    /** Another contact that has one of these addresses, or had it until now. */
    relatedContactId: z.string().optional(),
    /** A conversation that the new address had begun before the change was known; it goes on here from now on. */
    relatedConversationId: z.string().optional(),
  })
  .meta({ id: 'ContactChange' });
export type ContactChange = z.infer<typeof ContactChange>;
