import * as z from 'zod';
import { ConsentChange } from '#shared/model/consent';
import { ContactChange } from '#shared/model/contact';
import { Template } from '#shared/model/content';
import { Conversation } from '#shared/model/conversation';
import { DeliveryError, DeliveryStatus, statusRank } from '#shared/model/delivery-status';
import { Message } from '#shared/model/message';
import { StoredReplyContent } from '#shared/model/reply-content';
import { readable, type StoredItem } from './items.ts';
import { isStateKey, sequenceOfKey } from './keys.ts';
import { type Delivery, type EntryState, StateItem } from './state.ts';

/** A message without the fields that its conversation holds and that never change: the item stays under 1 KB. */
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
  // Stored as `html`.
  originalHtml: true,
}).extend({
  metadata: Message.shape.metadata.unwrap().optional(),
  direction: Message.shape.direction.default('inbound'),
  /** The contact of its writer, where that is not the conversation's. */
  contactId: z.string().optional(),
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

/** The data of a reply to send that the message's own content does not hold. */
const ReplyToSend = z.object({
  content: StoredReplyContent.optional(),
  /** True when the channel may show the first link of a text. */
  linkPreview: z.boolean().optional(),
  /** The HTML of a text. Its files are those of the message. */
  html: z.string().optional(),
  /** Sent instead outside the reply window. */
  fallbackTemplate: Template.optional(),
  /** The window was closed when it was taken: the message itself is the fallback. */
  usesFallback: z.boolean().optional(),
  /** The message it answers, where the caller named one. */
  inReplyToMessageId: z.string().optional(),
  /** A campaign's message: it is sent when agents' replies leave capacity in the rate limit. */
  purpose: z.literal('marketing').optional(),
  /** The time at which the provider is to send it. */
  sendAt: z.iso.datetime().optional(),
});

/**
 * `CONVERSATION#<id>` / `ENTRY#<sequence>`: one message or notice. Written once; nothing changes it (state.ts) but a
 * redaction, which takes its words away (redaction.ts).
 */
export const EntryItem = z.object({
  sequence: z.number().int().positive(),
  /** The generation of the table it was written in (shared/ids.ts); 0 is not written. */
  generation: z.number().int().positive().optional(),
  message: StoredMessage.optional(),
  alert: StoredAlert.optional(),
  /** This entry opened the conversation, or opened it again. */
  opens: z.enum(['opened', 'reopened']).optional(),
  /** The customer as the conversation knew them then: it learns more, and the opening event must not change. */
  opening: Conversation.pick({
    customerIdentities: true,
    customerName: true,
    customerUsername: true,
    handledBy: true,
    participants: true,
  }).optional(),
  /** The change of the customer's consent in this entry, published beside the message. */
  consent: ConsentChange.optional(),
  /** The change of the customer's addresses in this entry, published beside the message. */
  contactChange: ContactChange.optional(),
  replyWindow: Message.shape.replyWindow,
  /** The provider's id of a message that was not sent by us. */
  providerMessageId: z.string().optional(),
  /** The status with which an outbound message is first published. */
  firstStatus: DeliveryStatus.optional(),
  firstErrors: z.array(DeliveryError).optional(),
  /** The reply to send, for a message that we send. */
  reply: ReplyToSend.optional(),
  /** The time it is deleted, in epoch seconds; absent where messages are kept for ever. */
  expiresAt: z.number().optional(),
});
export type EntryItem = z.infer<typeof EntryItem>;

/** An entry with its state: everything that is known of it now. */
export type Entry = EntryItem & EntryState;

/**
 * The original HTML of a stored message, under the name it has in events. Releases without the sanitised copy told
 * `html` alone, and their events stay as they were.
 */
export function originalHtmlOf(
  message: NonNullable<EntryItem['message']>,
): Pick<Message, 'originalHtml'> {
  const { html, sanitizedHtml } = message;
  return html === undefined || sanitizedHtml === undefined ? {} : { originalHtml: html };
}

/** Joins an entry with its state; without one everything is as it was when the entry was written. */
export function joinEntry(item: EntryItem, state?: StateItem): Entry {
  return { ...item, ...(state ?? initialState(item)) };
}

/** An entry with another state of it than the one it was read with. */
export function withState(entry: Entry, state: StateItem): Entry {
  return joinEntry(EntryItem.parse(entry), state);
}

/** True when a state has its entry with it. */
export function isEntry(entry: EntryState | Entry): entry is Entry {
  return 'message' in entry || 'alert' in entry;
}

/** The state of an entry of which nothing has changed. */
export function initialState(entry: EntryItem): EntryState {
  const { sequence, generation, message, firstStatus, firstErrors, providerMessageId } = entry;
  const { reply, expiresAt } = entry;
  return {
    unwritten: true,
    sequence,
    ...(generation === undefined ? {} : { generation }),
    direction: message?.direction ?? 'inbound',
    revision: 0,
    publishedRevision: 0,
    pending: [],
    recent: [],
    ...(message?.replyId === undefined ? {} : { replyId: message.replyId }),
    ...(firstStatus ? { status: firstStatus, statusRank: statusRank[firstStatus] } : {}),
    ...(firstErrors ? { errors: firstErrors } : {}),
    ...(providerMessageId === undefined ? {} : { providerMessageId }),
    ...(reply ? { delivery: initialDelivery(entry) } : {}),
    ...(expiresAt === undefined ? {} : { expiresAt }),
  };
}

function initialDelivery({ firstStatus, reply }: EntryItem): Delivery {
  const state = firstStatus === 'failed' ? 'failed' : 'accepted';
  return { state, part: 0, attempt: 0, ...(reply?.usesFallback ? { usesFallback: true } : {}) };
}

/** The entries among these items, each with its state if that is there too, in the order of the items. */
export function joinEntries(stored: readonly StoredItem[]): Entry[] {
  const items = stored.map(readable);
  const states = new Map(
    items
      .filter((item) => isStateKey(sortKeyOf(item)))
      .map((item) => [sequenceOfKey(sortKeyOf(item)), StateItem.parse(item)]),
  );
  return items
    .filter((item) => !isStateKey(sortKeyOf(item)))
    .map((item) => joinEntry(EntryItem.parse(item), states.get(sequenceOfKey(sortKeyOf(item)))));
}

const sortKeyOf = (item: StoredItem) => String(item['sk']);

/**
 * True when the words of a message must not be told any more: its deletion is recorded, and they are deleted or will be.
 */
export function isRedacted({ redaction }: Pick<EntryState, 'redaction'>): boolean {
  return redaction !== undefined;
}
