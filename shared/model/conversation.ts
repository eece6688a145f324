import * as z from 'zod';
import { Channel } from './channel.ts';
import { Identity } from './identity.ts';
import { ReplyWindow } from './message.ts';
import { Participant } from './participant.ts';

/** One thread between one contact and one business address. */
export const Conversation = z
  .object({
    id: z.string(),
    channel: Channel,
    connector: z.string(),
    account: z.string(),
    contactId: z.string(),
    businessIdentity: Identity,
    /** The address to answer, first; then the customer's other known addresses on this channel. */
    customerIdentities: z.array(Identity).min(1),
    customerName: z.string().optional(),
    customerUsername: z.string().optional(),
    /** The people who take part beside the customer. Only a message whose sender is certain can bring one in. */
    participants: z.array(Participant).optional(),
    /** The provider's thread, where the channel has threads: the root of an email thread or of a public post. */
    threadKey: z.string().optional(),
    subject: z.string().optional(),
    visibility: z.enum(['private', 'public']),
    status: z.enum(['open', 'closed']),
    /** The number of entries; gap-free. */
    sequence: z.number().int().nonnegative(),
    openedAt: z.iso.datetime(),
    lastActivityAt: z.iso.datetime(),
    replyWindow: ReplyWindow.optional(),
    /** The automatic agent of the channel that handles the conversation: answer by hand only, or both talk at once. */
    handledBy: z.string().optional(),
    /** The conversation that a new thread names without the right to continue it. */
    relatedConversationId: z.string().optional(),
  })
  .meta({ id: 'Conversation' });
export type Conversation = z.infer<typeof Conversation>;
