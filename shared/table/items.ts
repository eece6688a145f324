import * as z from 'zod';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { hashOf } from '#shared/ids';
import { ConsentChange } from '#shared/model/consent';
import { Conversation } from '#shared/model/conversation';
import { DeliveryError } from '#shared/model/delivery-status';

/** The conversation: `CONVERSATION#<id>` / `META`. */
export const ConversationItem = Conversation.extend({
  /** The highest sequence that is on the normalized queue; never above `sequence`. */
  published: z.number().int().nonnegative(),
  /** Set only when publishing failed: the sparse index the sweep reads. */
  dirtySince: z.iso.datetime().optional(),
  /** Entries with updates that could not be published. */
  dirtyEntries: z.set(z.number()).optional(),
  /** The time of the customer's message that decided which address to answer; absent while the first one does. */
  addressedAt: z.iso.datetime().optional(),
  /** The time when the channel last named the handler of the conversation; absent where it never did. */
  handledAt: z.iso.datetime().optional(),
  /**
   * Replies that wait in `due`, or were released from it and are not done: later ones wait behind the lowest. A set, so
   * that adding one and taking one away never meet.
   */
  waiting: z.set(z.number()).optional(),
  /**
   * The number of times another contact has taken addresses over from this one (shared/aws/store/contacts/takeover.ts).
   */
  takeovers: z.number().int().positive().optional(),
});
export type ConversationItem = z.infer<typeof ConversationItem>;

/** An update that came before its message, as `connector.parse` gave it; shortened by `toPark`. */
export const ParkedUpdate = z.looseObject({
  kind: z.string(),
  id: z.string().optional(),
  /** The end of the update's id, after the provider's id of the message. */
  idEnd: z.string().optional(),
});
export type ParkedUpdate = z.infer<typeof ParkedUpdate>;

/** `REFERENCE#<hash>` / `EDIT#<mark>`: the content of an edit that came before its message; the list names it. */
export const ParkedEditItem = z.object({
  content: z.unknown(),
  text: z.string(),
  expiresAt: z.number(),
});
export type ParkedEditItem = z.infer<typeof ParkedEditItem>;

/** `REFERENCE#<hash>`: points from a provider's id to our entry, and is the deduplication. */
export const ReferenceItem = z.object({
  conversationId: z.string().optional(),
  contactId: z.string().optional(),
  sequence: z.number().int().positive().optional(),
  part: z.number().int().nonnegative().optional(),
  parked: z.array(ParkedUpdate).optional(),
  /** Marks of the parked updates, each once. */
  parkedIds: z.set(z.string()).optional(),
  /** In epoch seconds; absent where messages are kept for ever. */
  expiresAt: z.number().optional(),
  /** The raw item of the message, packed (shared/raw/item.ts). */
  raw: z.instanceof(Uint8Array).optional(),
  /** Its key in the archive, where it is too large to be here. */
  rawKey: z.string().optional(),
});
export type ReferenceItem = z.infer<typeof ReferenceItem>;

/** `REFERENCE#<hash>` / `COPY#<name>`: another message came with a copy of the words of the one that is referred to. */
export const CopyItem = z.object({
  /** The own id of that message: its reference leads to it. */
  copiedIn: z.string(),
  /** Its `quotedText` is the copy; else only its raw item has one. */
  quoted: z.literal(true).optional(),
  /** The key of the author of the original (`identityKey`); absent where the provider did not name them. */
  author: z.string().optional(),
  expiresAt: z.number().optional(),
});
export type CopyItem = z.infer<typeof CopyItem>;

/** `REFERENCE#<hash>` / `VERSION#<name>`: another version of the same message, before or after it. */
export const VersionItem = z.object({
  providerMessageId: z.string(),
  expiresAt: z.number().optional(),
});

/** `IDENTITY#…` / `DELETED`: the provider deleted a customer of whom nothing was stored then. */
export const DeletedCustomerItem = z.object({
  deletedAt: z.iso.datetime(),
  expiresAt: z.number(),
});
export type DeletedCustomerItem = z.infer<typeof DeletedCustomerItem>;

/** `IDENTITY#<channel>#<scope>#<address>`. */
export const IdentityItem = z.object({
  contactId: z.string(),
  /**
   * The evidence for the address: a signed message came from it (`observed`), the customer says so (`asserted`), the
   * provider says that it replaced another one (`verified`).
   */
  evidence: z.enum(['observed', 'asserted', 'verified']),
  /** Addresses it was named together with: they were read then, so that no later message has to read them again. */
  aliases: z.array(z.string()).default([]),
  /** The time when the address was first seen, on the provider's clock; absent on items from before this was kept. */
  since: z.iso.datetime().optional(),
  /** The time when its owner changed to another address; after that a phone number may belong to another person. */
  leftAt: z.iso.datetime().optional(),
  /** The time when the provider deleted its owner: what they wrote before and comes late is deleted as it comes. */
  deletedAt: z.iso.datetime().optional(),
  /** Contacts that use the same address; recorded, never merged silently. */
  conflicts: z.array(z.string()).optional(),
});
export type IdentityItem = z.infer<typeof IdentityItem>;

/** `CONSENT#<hash of address>` / `<category>#<sender or *>`: the last word of the customer, on the provider's clock. */
export const ConsentItem = ConsentChange.omit({ address: true }).extend({
  occurredAt: z.iso.datetime(),
  /** The address on our side, or the Messaging Service, that the consent is for; `*` for all. */
  sender: z.string().default('*'),
  /** Our addresses to which words with this sender were said: the numbers of a Messaging Service, as far as known. */
  saidTo: z.set(z.string()).optional(),
  /** The contact who said it: a phone number can be another person's later. */
  contactId: z.string().optional(),
});
export type ConsentItem = z.infer<typeof ConsentItem>;

/** `AUTOMATIC#<hash of address>`: the last automatic reply to an address, until the next one may go. */
export const AutomaticReplyItem = z.object({
  repliedAt: z.iso.datetime(),
  /** The key of the reply, so that its repeat is no second one. */
  reply: z.string(),
  expiresAt: z.number(),
});
export type AutomaticReplyItem = z.infer<typeof AutomaticReplyItem>;

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

/**
 * The format of stored items that this release writes and reads. The first one is not written, because each byte of an
 * item is paid for with every write; a later one will be, as the number `format` (docs/decisions/0013-formats-have-numbers.md).
 */
export const itemFormat = 1;

/** An item as it is stored, whatever its kind. */
export type StoredItem = Readonly<Record<string, unknown>>;

/** The same item. Throws `unavailable` for one of a newer release: its meaning is not to be guessed. */
export function readable<Item extends StoredItem>(item: Item): Item {
  const { format = itemFormat, pk, sk } = item;
  if (typeof format === 'number' && format <= itemFormat) return item;
  const place = `${String(pk)} ${String(sk)}`;
  const reason = `${place} is stored in format ${String(format)}; this release reads up to ${itemFormat}`;
  throw new ConnectorError('unavailable', reason);
}

/** Tells an update of one message from its others, in a few bytes. */
export function parkedMark(updateId: string): string {
  return Buffer.from(hashOf(updateId).slice(0, 16), 'hex').toString('base64url');
}

/**
 * An update as it waits for its message. Fields of a status that its message will say again are removed, so that three
 * of them fit the kilobyte of one write unit: its target, the provider's id at the beginning of its own, and the time
 * it was received, where the provider tells the time it happened. The content of an edit is an item of its own: a list
 * of many would not fit into the reference.
 */
export function toPark(
  update: ChannelUpdate,
  providerId: string,
  receivedAt: string,
): Omit<ParkedUpdate, 'id'> {
  if (update.kind === 'edit') {
    const { content: _, text: __, ...told } = update;
    return { ...told, receivedAt };
  }
  if (update.kind !== 'status') return { ...update, receivedAt };
  const { target: _, accountTroubles: __, id, ...told } = update;
  const isPrefixed = id.startsWith(providerId);
  return {
    ...told,
    ...(isPrefixed ? { idEnd: id.slice(providerId.length) } : { id }),
    ...(update.occurredAt === undefined ? { receivedAt } : {}),
  };
}

/** The updates parked on the reference of a provider's id, whole again but for their target. */
export function parkedOn(reference: ReferenceItem | undefined, providerId: string) {
  return (reference?.parked ?? []).map(({ idEnd, ...parked }) => ({
    ...parked,
    id: parked.id ?? `${providerId}${idEnd ?? ''}`,
  }));
}
