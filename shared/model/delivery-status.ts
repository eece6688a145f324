import * as z from 'zod';
import { Channel } from './channel.ts';
import type { ErrorCode } from './error-code.ts';

/** The progress of an outbound message. The states and their order: docs/architecture.md, "The way of a reply". */
export const DeliveryStatus = z
  .enum(['accepted', 'sending', 'uncertain', 'sent', 'failed', 'delivered', 'read', 'played'])
  .meta({ id: 'DeliveryStatus' });
export type DeliveryStatus = z.infer<typeof DeliveryStatus>;

/**
 * The ranks of statuses. The status of one part only climbs, because providers repeat and reorder their callbacks (Meta
 * and Twilio both say so). `failed` stands above `delivered` (a segment, or a member of a group, did not get it after
 * all) and below `read`: a message that was read did arrive, and a failure reported after that is told and changes
 * nothing.
 */
export const statusRank = {
  accepted: 10,
  sending: 20,
  uncertain: 25,
  sent: 30,
  delivered: 35,
  failed: 40,
  read: 50,
  played: 60,
} as const satisfies Record<DeliveryStatus, number>;

/** The rank of `failed` where we concluded that nothing was sent: a later report of the provider outranks it. */
export const unsentRank = 28;

/** One piece of personal data that a public reply would have shown, with enough of it to find it in the reply. */
export const PersonalFinding = z
  .object({
    kind: z.enum(['email_address', 'phone_number', 'iban', 'card_number', 'pattern']),
    /** Of `pattern`: its name in the settings of the account. */
    name: z.string().optional(),
    /** Masked: never the whole value. */
    excerpt: z.string(),
    /** The place in the reply: `content.text`. */
    path: z.string(),
  })
  .meta({ id: 'PersonalFinding' });
export type PersonalFinding = z.infer<typeof PersonalFinding>;

/** The other way to reach a customer who cannot be reached in this conversation. */
export const Advice = z
  .object({
    /** Any text is read, because the next version may know more. */
    action: z.string<'reply_in_private' | 'reply_in_public'>(),
    channel: Channel,
    /** The newest conversation of that kind with this customer; absent where there is none yet. */
    conversationId: z.string().optional(),
  })
  .meta({ id: 'Advice' });
export type Advice = z.infer<typeof Advice>;

/** The reason why a message was not delivered, in our words and in the provider's. */
export const DeliveryError = z
  .object({
    /** Our own code, stable: docs/errors.md. Any text is read, because the next version may know more. */
    code: z.string<ErrorCode>(),
    title: z.string(),
    providerCode: z.string().optional(),
    retryable: z.boolean().default(false),
    /** The personal data that was found, with `personal_data`. */
    findings: z.array(PersonalFinding).optional(),
    /** The other way to reach the customer; absent where there is none. */
    advice: Advice.optional(),
  })
  .meta({ id: 'DeliveryError' });
export type DeliveryError = z.infer<typeof DeliveryError>;

/** The status of one message of a reply in several, or for one member of a group. */
export const MessagePart = z
  .object({
    /** The number of the message in the reply, from 0. */
    part: z.number().int().nonnegative(),
    /** In a group: the member, as the provider names it. */
    recipient: z.string().optional(),
    providerMessageId: z.string().optional(),
    status: DeliveryStatus,
    errors: z.array(DeliveryError).default([]),
  })
  .meta({ id: 'MessagePart' });
export type MessagePart = z.infer<typeof MessagePart>;
