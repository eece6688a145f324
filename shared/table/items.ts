import * as z from 'zod';
import { Attachment } from '#shared/model/attachment';
import { ConsentChange } from '#shared/model/consent';
import { ContactChange } from '#shared/model/contact';
import { Content, Template } from '#shared/model/content';
import { Conversation } from '#shared/model/conversation';
import { DeliveryError, DeliveryStatus, MessagePart } from '#shared/model/delivery-status';
import { Author, Message } from '#shared/model/message';
import { StoredReplyContent } from '#shared/model/reply-content';

/** `CONVERSATION#<id>` / `META`. */
export const MetaItem = Conversation.extend({
  /** The highest sequence that is on the normalized queue; never above `sequence`. */
  published: z.number().int().nonnegative(),
  /** Set only when publishing failed: the sparse index the sweep reads. */
  dirtySince: z.iso.datetime().optional(),
  /** Entries with updates that could not be published. */
  dirtyEntries: z.set(z.number()).optional(),
  /** When the customer wrote the message that decided which address to answer; absent while the first one does. */
  addressedAt: z.iso.datetime().optional(),
  /** When the channel last said who has the conversation; absent where it never did. */
  handledAt: z.iso.datetime().optional(),
  /** How often another contact has taken addresses over from this one (shared/aws/store/takeover.ts). */
  takeovers: z.number().int().positive().optional(),
});
export type MetaItem = z.infer<typeof MetaItem>;

const UpdateBase = z.object({ id: z.string(), occurredAt: z.iso.datetime() });

/** A change of a message, kept with everything its event needs, so that a repeat publishes the same bytes. */
export const UpdateRecord = z.discriminatedUnion('kind', [
  UpdateBase.extend({
    kind: z.literal('status'),
    status: DeliveryStatus,
    /** As known when this happened. */
    providerMessageId: z.string().optional(),
    errors: z.array(DeliveryError).default([]),
    parts: z.array(MessagePart).optional(),
    metadata: z.record(z.string(), z.string()).default({}),
  }),
  UpdateBase.extend({ kind: z.literal('reaction'), emoji: z.string(), author: Author }),
  UpdateBase.extend({ kind: z.literal('edit'), content: Content, text: z.string() }),
  UpdateBase.extend({ kind: z.literal('deletion') }),
  UpdateBase.extend({ kind: z.literal('attachment'), attachment: Attachment }),
]);
export type UpdateRecord = z.infer<typeof UpdateRecord>;
export type StatusRecord = UpdateRecord & { readonly kind: 'status' };

/** What is known of one part: said by the answer to its attempt, by a status, or by us where it will not be sent. */
const PartState = MessagePart.extend({
  /**
   * Why we conclude that a failed part was not sent: it was `refused`, or `skipped` because another one failed. A
   * provider that reports on it all the same knows better.
   */
  unsent: z.enum(['refused', 'skipped']).optional(),
});
export type PartState = z.infer<typeof PartState>;

/** How far the sending of one outbound entry is. Parts go in order; `part` is the one that is next or under way. */
const Delivery = z.object({
  /** What to send, where the message's own content does not say it all. */
  content: StoredReplyContent.optional(),
  /** Of a text: whether the channel may show its first link. */
  linkPreview: z.boolean().optional(),
  /** Sent in place of it outside the reply window. */
  fallbackTemplate: Template.optional(),
  /** The window was closed: the fallback is what goes out. */
  usesFallback: z.boolean().optional(),
  state: z.enum(['accepted', 'sending', 'uncertain', 'sent', 'failed']),
  part: z.number().int().nonnegative(),
  /** How many parts there are; known from the first claim on. */
  parts: z.number().int().positive().optional(),
  /** Claims so far, over all parts: the fencing token. */
  attempt: z.number().int().nonnegative(),
  /** Who holds the claim: tells a repeated write of one's own from somebody else's. */
  claimedBy: z.string().optional(),
  leaseUntil: z.iso.datetime().optional(),
  /** When the attempt under way, or the last one, was claimed. */
  attemptedAt: z.iso.datetime().optional(),
  /** How often a look-up of the attempt was asked for; each claim begins anew. */
  lookUps: z.number().int().positive().optional(),
  /** An attempt surely not sent is not repeated before this. */
  notBefore: z.iso.datetime().optional(),
  /** The message it answers, where the caller named one. */
  inReplyToMessageId: z.string().optional(),
});

/** What a message item leaves to its conversation, where it never changes: the item stays under 1 KB. */
const StoredMessage = Message.omit({
  id: true,
  conversationId: true,
  contactId: true,
  channel: true,
  connector: true,
  account: true,
  visibility: true,
  status: true,
  errors: true,
  providerMessageId: true,
  replyWindow: true,
  raw: true,
}).extend({
  metadata: Message.shape.metadata.unwrap().optional(),
  direction: Message.shape.direction.default('inbound'),
  /** Absent where it is the business's address alone. */
  recipients: Message.shape.recipients.optional(),
  attachments: Message.shape.attachments.default([]),
  /** Absent where the content is that very text. */
  text: z.string().optional(),
  raw: z
    .object({
      sha256: z.instanceof(Uint8Array),
      /** The id of the reference that has it or says where it is, where that is not the provider's. */
      keptUnder: z.string().optional(),
    })
    .optional(),
});

const StoredAlert = z.object({
  code: z.string(),
  title: z.string(),
  details: z.json().optional(),
  occurredAt: z.iso.datetime(),
});

/** `CONVERSATION#<id>` / `ENTRY#<sequence>`. */
export const EntryItem = z.object({
  sequence: z.number().int().positive(),
  message: StoredMessage.optional(),
  alert: StoredAlert.optional(),
  /** This entry opened the conversation, or opened it again. */
  opens: z.enum(['opened', 'reopened']).optional(),
  /** What the conversation knew of its customer then: it learns more, and the opening event must not change. */
  opening: Conversation.pick({
    customerIdentities: true,
    customerName: true,
    customerUsername: true,
    handledBy: true,
  }).optional(),
  /** What this entry tells of the customer's consent, published beside the message. */
  consent: ConsentChange.optional(),
  /** What this entry tells of the customer's addresses, published beside the message. */
  contactChange: ContactChange.optional(),
  replyWindow: Message.shape.replyWindow,
  providerMessageId: z.string().optional(),
  status: DeliveryStatus.optional(),
  statusRank: z.number().int().optional(),
  /** What it was published with: the first event must not change when the status has climbed since. */
  firstStatus: DeliveryStatus.optional(),
  firstErrors: z.array(DeliveryError).optional(),
  errors: z.array(DeliveryError).optional(),
  revision: z.number().int().nonnegative(),
  publishedRevision: z.number().int().nonnegative(),
  updates: z.array(UpdateRecord).default([]),
  updateIds: z.set(z.string()).optional(),
  /** Of a reply in several messages, or into a group: the parts of which something is known. */
  parts: z.array(PartState).optional(),
  /** Counts the writes of `parts`, told or not. */
  partsVersion: z.number().int().positive().optional(),
  delivery: Delivery.optional(),
});
export type EntryItem = z.infer<typeof EntryItem>;

/** An update that came before its message, as `connector.parse` gave it. */
export const ParkedUpdate = z.looseObject({ id: z.string(), kind: z.string() });
export type ParkedUpdate = z.infer<typeof ParkedUpdate>;

/** `REFERENCE#<hash>`: points from a provider's id to our entry, and is the deduplication. */
export const ReferenceItem = z.object({
  conversationId: z.string().optional(),
  contactId: z.string().optional(),
  sequence: z.number().int().positive().optional(),
  part: z.number().int().nonnegative().optional(),
  parked: z.array(ParkedUpdate).optional(),
  /** In epoch seconds; absent where messages are kept for ever. */
  expiresAt: z.number().optional(),
  /** The raw item of the message, packed (shared/raw/pack.ts). */
  raw: z.instanceof(Uint8Array).optional(),
  /** Its key in the archive, where it is too large to be here. */
  rawKey: z.string().optional(),
});
export type ReferenceItem = z.infer<typeof ReferenceItem>;

/** `IDENTITY#<channel>#<scope>#<address>`. */
export const IdentityItem = z.object({
  contactId: z.string(),
  /**
   * How we know: a signed message came from it (`observed`), the customer says so (`asserted`), the provider says
   * that it replaced another one (`verified`).
   */
  evidence: z.enum(['observed', 'asserted', 'verified']),
  /** What it was named together with: looked at then, so that no later message has to look again. */
  aliases: z.array(z.string()).default([]),
  /** When the address was first seen, on the provider's clock; absent on items from before this was kept. */
  since: z.iso.datetime().optional(),
  /** When its owner changed to another address; a phone number is somebody else's after that. */
  leftAt: z.iso.datetime().optional(),
  /** Contacts that claimed the same address; recorded, never merged silently. */
  conflicts: z.array(z.string()).optional(),
});
export type IdentityItem = z.infer<typeof IdentityItem>;

/** `CONSENT#<hash of address>` / `<category>#<sender or *>`: the last word of the customer, on the provider's clock. */
export const ConsentItem = ConsentChange.extend({
  occurredAt: z.iso.datetime(),
  /** Of which of our addresses; `*` of all. */
  sender: z.string().default('*'),
  /** Who said it: a phone number can be another person's later. */
  contactId: z.string().optional(),
});
export type ConsentItem = z.infer<typeof ConsentItem>;

/** `REPLY#<hash of caller, replyId>`. */
export const ReplyItem = z.object({
  contentHash: z.string(),
  conversationId: z.string().optional(),
  sequence: z.number().int().positive().optional(),
  /** A reply refused before it belonged to a conversation: the event it was answered with. */
  refusal: z
    .object({
      replyId: z.string().optional(),
      conversationId: z.string().optional(),
      /** There was such a conversation: the answer is among its events. */
      inConversation: z.literal(true).optional(),
      error: DeliveryError,
      occurredAt: z.iso.datetime(),
    })
    .optional(),
});
export type ReplyItem = z.infer<typeof ReplyItem>;
