import * as z from 'zod';
import { Attachment } from '#shared/model/attachment';
import { ConsentChange } from '#shared/model/consent';
import { Content } from '#shared/model/content';
import { Cost } from '#shared/model/cost';
import { Delay } from '#shared/model/delay';
import { DeliveryError, DeliveryStatus, MessagePart } from '#shared/model/delivery-status';
import { Author, Message } from '#shared/model/message';

/** The known state of one part: from the answer to its attempt, from a status, or from us where it will not be sent. */
const PartState = MessagePart.extend({
  /** Further names of the member of a group, by which a later report finds it. */
  aliases: z.array(z.string()).optional(),
  /**
   * The reason why we conclude that a failed part was not sent: it was `refused`, or `skipped` because another one
   * failed. A later report of the provider outranks it.
   */
  unsent: z.enum(['refused', 'skipped']).optional(),
});
export type PartState = z.infer<typeof PartState>;

/** The progress of sending one reply. Parts go in order; `part` is the one that is next or under way. */
const Delivery = z.object({
  /** The window was closed: the fallback is sent. */
  usesFallback: z.boolean().optional(),
  state: z.enum(['accepted', 'sending', 'uncertain', 'sent', 'failed']),
  part: z.number().int().nonnegative(),
  /** The number of parts; known from the first lease on. */
  parts: z.number().int().positive().optional(),
  /** Leases so far, over all parts: the fencing token. */
  attempt: z.number().int().nonnegative(),
  /** The holder of the lease: tells a repeated write of one's own from that of another holder. */
  claimedBy: z.string().optional(),
  leaseUntil: z.iso.datetime().optional(),
  /** The time when the lease of the current or the last attempt was taken. */
  attemptedAt: z.iso.datetime().optional(),
  /**
   * The part of which an earlier attempt had an unknown outcome and was then not found at the provider, and the time of
   * the first such attempt.
   */
  unknown: z.object({ part: z.number().int().nonnegative(), since: z.iso.datetime() }).optional(),
  /** The number of look-ups of the attempt; each lease begins anew. */
  lookUps: z.number().int().positive().optional(),
  /** An attempt surely not sent is not repeated before this. */
  notBefore: z.iso.datetime().optional(),
  /** The slot for the next attempt, of a reply that waits for it on the queue; used up by the lease. */
  slotAt: z.iso.datetime().optional(),
  /** A campaign's message behind which an agent's reply waits: it goes as an agent's would. */
  hurried: z.boolean().optional(),
  /** The estimated price, at a provider that charges by the use; written with each lease. */
  price: z
    .object({
      asOf: z.iso.date(),
      /** The price of all parts, in millionths of a US dollar. */
      micros: z.number().int().nonnegative(),
      /** The price of the part under way; `uses` are its uses by their names. */
      partMicros: z.number().int().nonnegative(),
      uses: z.record(z.string(), z.number().int().positive()),
    })
    .optional(),
  /**
   * The number of times it has begun to wait in `due`: distinguishes one waiting from another that ends at the same
   * time.
   */
  waits: z.number().int().positive().optional(),
  /** The wait that was told last. */
  delayed: Delay.optional(),
});
export type Delivery = z.infer<typeof Delivery>;

/** The state of a file, beside the data that its message told. */
const FileState = Attachment.pick({
  state: true,
  uri: true,
  sizeBytes: true,
  sha256: true,
  error: true,
}).extend({ contentType: Attachment.shape.contentType.optional() });
export type FileState = z.infer<typeof FileState>;

const PendingBase = z.object({
  occurredAt: z.iso.datetime(),
  /** The generation of the table in which the change was stored; 0 is not written. */
  generation: z.number().int().positive().optional(),
});

/**
 * A change that is not published yet, with everything its event needs, so that a repeat publishes the same bytes. Large
 * data stands elsewhere: the content of an edit in an item of its own, a stored file in the list of files.
 */
export const PendingUpdate = z.discriminatedUnion('kind', [
  PendingBase.extend({
    kind: z.literal('status'),
    status: DeliveryStatus,
    /** As known when this happened. */
    providerMessageId: z.string().optional(),
    errors: z.array(DeliveryError).optional(),
    parts: z.array(MessagePart).optional(),
    metadata: z.record(z.string(), z.string()).optional(),
    /** The change of the customer's consent that it tells, published beside it. */
    consent: ConsentChange.optional(),
    cost: Cost.optional(),
  }),
  PendingBase.extend({
    kind: z.literal('reaction'),
    /** The short hash of the update's id. */
    key: z.string(),
    emoji: z.string(),
    author: Author,
    /** The keys of earlier ones of the same person at the same time. */
    sameTime: z.array(z.string()).optional(),
  }),
  PendingBase.extend({ kind: z.literal('edit'), key: z.string() }),
  PendingBase.extend({ kind: z.literal('deletion') }),
  PendingBase.extend({ kind: z.literal('delay'), ...Delay.shape }),
  PendingBase.extend({
    kind: z.literal('attachment'),
    attachmentId: z.string(),
    state: Attachment.shape.state,
    error: z.string().optional(),
  }),
]);
export type PendingUpdate = z.infer<typeof PendingUpdate>;

/**
 * `CONVERSATION#<id>` / `ENTRY#<sequence>#STATE`: the fields of an entry that change, below 1 KB, so that a change
 * costs the same whatever the message says. Written first by the first change. It repeats the fields of its entry that
 * the events of changes need.
 */
export const StateItem = z.object({
  sequence: z.number().int().positive(),
  /** The generation of its entry. */
  generation: z.number().int().positive().optional(),
  direction: Message.shape.direction,
  replyId: z.string().optional(),
  /** The number of changes that were or will be told. */
  revision: z.number().int().nonnegative(),
  /** The highest revision that is on the normalized queue. */
  publishedRevision: z.number().int().nonnegative(),
  /** The changes in between, in order. */
  pending: z.array(PendingUpdate),
  /** The last changes, the pending ones included, in order (recent.ts). */
  recent: z.array(z.string()),
  status: DeliveryStatus.optional(),
  statusRank: z.number().int().optional(),
  errors: z.array(DeliveryError).optional(),
  providerMessageId: z.string().optional(),
  /** The known parts of a reply in several messages, or into a group. */
  parts: z.array(PartState).optional(),
  /** Counts the writes of `parts`, told or not. */
  partsVersion: z.number().int().positive().optional(),
  delivery: Delivery.optional(),
  /** The files of which something is known, by the id of their attachment. */
  files: z.record(z.string(), FileState).optional(),
  /** The number of edits told, and the place in time of the last one, which ends with its key (recent.ts). */
  edits: z.object({ count: z.number().int().positive(), last: z.string() }).optional(),
  /** The number of reactions told. */
  reactions: z.number().int().positive().optional(),
  deletedAt: z.iso.datetime().optional(),
  /**
   * Present where the deletion takes the words and files too (shared/aws/store/redaction): `due` from the write that
   * records the deletion until all of them are gone, `done` after it.
   */
  redaction: z.enum(['due', 'done']).optional(),
  /** The key and the time of the sweep's due check; when all goes well it never happens. */
  duePk: z.string().optional(),
  dueAt: z.iso.datetime().optional(),
  /** The account that it waits for. */
  dueFor: z.string().optional(),
  /** With its entry. */
  expiresAt: z.number().optional(),
});
export type StateItem = z.infer<typeof StateItem>;

/** A state as it was read, or as it is before anything has changed. */
export type EntryState = StateItem & {
  /** Nothing has changed yet: the first change writes the item. */
  readonly unwritten?: true;
};

/** `CONVERSATION#<id>` / `EDIT#<sequence>#<key>`: put before the state names it; one that no state names counts for nothing. */
export const EditItem = z.object({
  occurredAt: z.iso.datetime(),
  content: Content,
  text: z.string(),
  /** The place in time of the edit that counted when this one came; absent where it was the first. */
  after: z.string().optional(),
  expiresAt: z.number().optional(),
});
export type EditItem = z.infer<typeof EditItem>;

/**
 * `CONVERSATION#<id>` / `REACTION#<sequence>#<author>`: the last reaction of one person that was told. Put when it is
 * published, before it leaves the state, so that a repeat finds it in one of the two.
 */
export const ReactionItem = z.object({
  emoji: z.string(),
  author: Author,
  occurredAt: z.iso.datetime(),
  /** Its place in time among those of the same person (recent.ts). */
  place: z.string(),
  revision: z.number().int().positive(),
  /** The keys of earlier ones of the same person at the same time. */
  sameTime: z.array(z.string()).optional(),
  expiresAt: z.number().optional(),
});
export type ReactionItem = z.infer<typeof ReactionItem>;

/** The id of an attachment's update: each state is reached once. */
export function attachmentUpdateId(attachmentId: string, state: Attachment['state']): string {
  return `media:${attachmentId}:${state}`;
}

/** True when our copy of a file is stored: no later update applies to it. */
export function isAttachmentStored({ files }: EntryState, attachmentId: string): boolean {
  return files?.[attachmentId]?.state === 'stored';
}
