import * as z from 'zod';
import { Identity } from './identity.ts';

/** A person beside the customer who takes part in a conversation: copied by the customer, or written to by an agent. */
export const Participant = z
  .object({
    identity: Identity,
    displayName: z.string().optional(),
    /** False for one who may write here and is not copied: the address that sent a form for the customer. */
    copied: z.literal(false).optional(),
  })
  .meta({ id: 'Participant', description: 'A person beside the customer of a conversation.' });
export type Participant = z.infer<typeof Participant>;
