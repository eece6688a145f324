import * as z from 'zod';
import { Attachment } from './attachment.ts';
import { Channel } from './channel.ts';
import { Content } from './content.ts';
import { DeliveryError, DeliveryStatus, MessagePart } from './delivery-status.ts';
import { Identity } from './identity.ts';

export const Author = z
  .object({
    role: z.enum(['customer', 'agent', 'bot', 'system']),
    identity: Identity.optional(),
    /** Of a group's member: the other addresses the provider named. Elsewhere they stand in the conversation. */
    otherIdentities: z.array(Identity).optional(),
    displayName: z.string().optional(),
    username: z.string().optional(),
  })
  .meta({ id: 'Author' });
export type Author = z.infer<typeof Author>;

/**
 * How much the sender's address can be believed. Only `verified` may unlock anything (protocol sheet: email 7.1). It
 * is said of the one address that is the customer's identity, and of no other.
 */
export const Authenticity = z
  .object({
    spf: z.string().optional(),
    dkim: z.string().optional(),
    dmarc: z.string().optional(),
    spam: z.string().optional(),
    virus: z.string().optional(),
    level: z.enum(['verified', 'aligned_unknown', 'unverified', 'failed']),
    /** Why the level is not `verified`; absent when it is. */
    reasons: z
      .array(
        z.enum([
          'dmarc_fail',
          'dmarc_not_passed',
          'no_from',
          'several_from',
          'group_from',
          'malformed_from',
          'ambiguous_from',
          'own_mailbox',
        ]),
      )
      .optional(),
    /**
     * Why the message opened a conversation of its own, although it names one of ours (`relatedConversationId`).
     * `not_participant`: its sender is no participant there. `not_authenticated`: it is not known well enough who
     * sent it, or who sent the message it names.
     */
    joinRefused: z.enum(['not_participant', 'not_authenticated']).optional(),
  })
  .meta({ id: 'Authenticity' });
export type Authenticity = z.infer<typeof Authenticity>;

/** Until when a free-form reply may be sent, where the channel limits that. */
export const ReplyWindow = z
  .object({ closesAt: z.iso.datetime(), freeForm: z.boolean() })
  .meta({ id: 'ReplyWindow' });
export type ReplyWindow = z.infer<typeof ReplyWindow>;

/** Where a customer came from: an advertisement, a post. */
const Referral = z.object({
  sourceType: z.string().optional(),
  sourceId: z.string().optional(),
  sourceUrl: z.string().optional(),
  headline: z.string().optional(),
  body: z.string().optional(),
  clickId: z.string().optional(),
});

/** The canonical message: what every channel becomes and every helpdesk reads. */
export const Message = z
  .object({
    id: z.string(),
    conversationId: z.string(),
    contactId: z.string(),
    direction: z.enum(['inbound', 'outbound']),
    visibility: z.enum(['private', 'public']),
    channel: Channel,
    connector: z.string(),
    account: z.string(),
    /** Absent on an outbound message until the provider has taken it. */
    providerMessageId: z.string().optional(),
    providerThreadId: z.string().optional(),
    inReplyTo: z
      .object({ messageId: z.string().optional(), providerMessageId: z.string() })
      .optional(),
    author: Author,
    recipients: z.array(Identity),
    /** The provider's clock; ours when the provider's is unreadable. */
    occurredAt: z.iso.datetime(),
    /** Our clock, when the webhook or the reply arrived. */
    receivedAt: z.iso.datetime(),
    content: Content,
    /** Always a plain rendering of `content`, empty only when there is nothing to read. */
    text: z.string(),
    quotedText: z.string().optional(),
    /** Where the HTML body is (`s3://…`), never the HTML itself. Untrusted. */
    html: z.string().optional(),
    subject: z.string().optional(),
    attachments: z.array(Attachment),
    language: z.string().optional(),
    replyWindow: ReplyWindow.optional(),
    authenticity: Authenticity.optional(),
    automated: z.boolean().optional(),
    forwarded: z.boolean().optional(),
    referral: Referral.optional(),
    /** Outbound only. */
    replyId: z.string().optional(),
    status: DeliveryStatus.optional(),
    errors: z.array(DeliveryError).default([]),
    /** Of a reply in several messages, or into a group: each part. `status` is what is true of all of them. */
    parts: z.array(MessagePart).optional(),
    /** What is peculiar to the channel and small: text values only. */
    metadata: z.record(z.string(), z.string()).default({}),
    /** Of the raw payload, as `switchboard show <id> --raw` prints it. Hex. */
    raw: z.object({ sha256: z.string() }).optional(),
  })
  .meta({ id: 'Message', description: 'The canonical message.' });
export type Message = z.infer<typeof Message>;
