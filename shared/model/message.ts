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
    /**
     * Further addresses of a group's member that the provider named. Other customers have theirs in the conversation.
     */
    otherIdentities: z.array(Identity).optional(),
    displayName: z.string().optional(),
    username: z.string().optional(),
  })
  .meta({ id: 'Author' });
export type Author = z.infer<typeof Author>;

/**
 * The trust that the sender's address deserves. Only `verified` may unlock anything (protocol sheet: email 7.1). It
 * applies to the one address that is the customer's identity, and to no other.
 */
export const Authenticity = z
  .object({
    spf: z.string().optional(),
    dkim: z.string().optional(),
    dmarc: z.string().optional(),
    spam: z.string().optional(),
    virus: z.string().optional(),
    level: z.enum(['verified', 'aligned_unknown', 'unverified', 'failed']),
    /** Reasons why the level is not `verified`; absent when it is. */
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
          // The customer is the Reply-To address, by the sender's word.
          'reply_to',
          // A group or list sent it in its own name; the customer is the writer that it names.
          'rewritten',
          // The same, by a group that the account names as its own.
          'own_group',
        ]),
      )
      .optional(),
    /**
     * Signs that may deceive a reader, whatever the checks say. `mixed_script_domain`: letters of several scripts in one part
     * of the domain. `look_alike_domain`: letters of another script, or similar ones, that read as another domain.
     * `mixed_script_name`: the same in a word of the display name. `name_shows_address`: the display name shows another
     * address. `name_like_ours`: the display name reads as ours.
     */
    warnings: z
      .array(
        z.enum([
          ...(['mixed_script_domain', 'look_alike_domain'] as const),
          ...(['mixed_script_name', 'name_shows_address', 'name_like_ours'] as const),
        ]),
      )
      .optional(),
    /**
     * The reason why the message opened a conversation of its own, although it names one of our conversations
     * (`relatedConversationId`). `not_participant`: its sender is no participant there. `not_authenticated`: it is not
     * sure enough who sent it, or who sent the message it names.
     */
    joinRefused: z.enum(['not_participant', 'not_authenticated']).optional(),
  })
  .meta({ id: 'Authenticity' });
export type Authenticity = z.infer<typeof Authenticity>;

/** The time until which a free-form reply may be sent, where the channel limits that. */
export const ReplyWindow = z
  .object({ closesAt: z.iso.datetime(), freeForm: z.boolean() })
  .meta({ id: 'ReplyWindow' });
export type ReplyWindow = z.infer<typeof ReplyWindow>;

/** The source that led a customer here: an advertisement, a post. */
const Referral = z.object({
  sourceType: z.string().optional(),
  sourceId: z.string().optional(),
  sourceUrl: z.string().optional(),
  headline: z.string().optional(),
  body: z.string().optional(),
  clickId: z.string().optional(),
});

/** The canonical message: every channel's messages become this, and helpdesks read this. */
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
    /** Those of the recipients who were sent a copy. */
    cc: z.array(Identity).optional(),
    /** Outbound only: people who were sent a copy and whom the recipients do not learn of. */
    bcc: z.array(Identity).optional(),
    /** The provider's clock; ours when the provider's is unreadable. */
    occurredAt: z.iso.datetime(),
    /** Our clock, when the webhook or the reply arrived. */
    receivedAt: z.iso.datetime(),
    content: Content,
    /** Always a plain rendering of `content`, empty only when there is nothing to read. */
    text: z.string(),
    quotedText: z.string().optional(),
    /** The address of the HTML body as it came (`s3://…`), never the HTML itself. Untrusted: it can hold scripts. */
    originalHtml: z.string().optional(),
    /** The address of the copy of it that can be shown: no scripts, no styles, nothing that is loaded from the web. */
    sanitizedHtml: z.string().optional(),
    /** The images that the original HTML would load from the web. `tracker`: one that cannot be seen. */
    remoteImages: z
      .array(z.object({ url: z.string(), tracker: z.boolean().optional() }))
      .optional(),
    /** Deprecated: the same as `originalHtml`, for one release. */
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
    /** The parts of a reply in several messages, or into a group. `status` is true of all of them. */
    parts: z.array(MessagePart).optional(),
    /** Small data of one channel only: text values. */
    metadata: z.record(z.string(), z.string()).default({}),
    /** The hash, in hex, of the raw payload, as `switchboard show <id> --raw` prints it. */
    raw: z.object({ sha256: z.string() }).optional(),
  })
  .meta({ id: 'Message', description: 'The canonical message.' });
export type Message = z.infer<typeof Message>;
