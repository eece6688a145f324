import * as z from 'zod';
import { Attachment } from './attachment.ts';
import { Channel } from './channel.ts';
import { ConsentChange } from './consent.ts';
import { ContactChange } from './contact.ts';
import { Content } from './content.ts';
import { Conversation } from './conversation.ts';
import { Cost } from './cost.ts';
import { Delay } from './delay.ts';
import { DeliveryError, DeliveryStatus, MessagePart } from './delivery-status.ts';
import { Author, Message } from './message.ts';

/** The message an update speaks of: only fields that never change, so that a repeated event has the same body. */
export const MessageReference = Message.pick({
  id: true,
  conversationId: true,
  contactId: true,
  direction: true,
  visibility: true,
  channel: true,
  connector: true,
  account: true,
  providerMessageId: true,
  replyId: true,
}).meta({ id: 'MessageReference' });
export type MessageReference = z.infer<typeof MessageReference>;

const MessageData = z.object({ message: Message });

/** `message` is absent only where a reply was refused before it belonged to any conversation. */
const StatusData = z.object({
  replyId: z.string().optional(),
  message: MessageReference.optional(),
  status: DeliveryStatus,
  occurredAt: z.iso.datetime(),
  errors: z.array(DeliveryError).default([]),
  /** The parts of a reply in several messages, or into a group, each as it was then. */
  parts: z.array(MessagePart).optional(),
  metadata: z.record(z.string(), z.string()).default({}),
  /** The estimated price of a `sent` one, at a provider that charges by the use. */
  cost: Cost.optional(),
});

const UpdatedData = z.object({
  message: MessageReference,
  content: Content,
  text: z.string(),
  occurredAt: z.iso.datetime(),
});
const DeletedData = z.object({ message: MessageReference, occurredAt: z.iso.datetime() });
const DelayedData = z.object({
  message: MessageReference,
  ...Delay.shape,
  occurredAt: z.iso.datetime(),
});
const ReactionData = z.object({
  message: MessageReference,
  emoji: z.string(),
  author: Author,
  occurredAt: z.iso.datetime(),
});
/** An attachment whose `state` has changed: our copy is there, or there will be none. */
const AttachmentData = z.object({
  message: MessageReference,
  attachment: Attachment,
  occurredAt: z.iso.datetime(),
});
const ConversationData = z.object({ conversation: Conversation });
const ConsentData = ConsentChange.extend({
  /** Absent where `address` names another person. */
  contactId: z.string().optional(),
  occurredAt: z.iso.datetime(),
});
const ContactData = ContactChange.extend({ contactId: z.string(), occurredAt: z.iso.datetime() });
const AlertData = z.object({
  code: z.string(),
  title: z.string(),
  details: z.json().optional(),
  occurredAt: z.iso.datetime(),
});

/** Each event type with the shape of its `data`. Changes within v1 are additive; anything else is a `.v2`. */
export const eventData = {
  'switchboard.message.received.v1': MessageData,
  'switchboard.message.accepted.v1': MessageData,
  'switchboard.message.delayed.v1': DelayedData,
  'switchboard.message.sent.v1': StatusData,
  'switchboard.message.delivered.v1': StatusData,
  'switchboard.message.read.v1': StatusData,
  'switchboard.message.failed.v1': StatusData,
  'switchboard.message.uncertain.v1': StatusData,
  'switchboard.message.updated.v1': UpdatedData,
  'switchboard.message.deleted.v1': DeletedData,
  'switchboard.attachment.updated.v1': AttachmentData,
  'switchboard.reaction.added.v1': ReactionData,
  'switchboard.reaction.removed.v1': ReactionData,
  'switchboard.conversation.opened.v1': ConversationData,
  'switchboard.conversation.reopened.v1': ConversationData,
  'switchboard.contact.updated.v1': ContactData,
  'switchboard.consent.changed.v1': ConsentData,
  'switchboard.channel.alert.v1': AlertData,
} as const;

export type EventType = keyof typeof eventData;

function envelope<Type extends EventType>(type: Type) {
  return z.object({
    specversion: z.literal('1.0'),
    /** Derived from the change it tells: the same change always has the same id, so consumers deduplicate on it. */
    id: z.string().min(1),
    source: z.string().min(1),
    type: z.literal(type),
    /** The conversation, except where there is none. */
    subject: z.string().optional(),
    time: z.iso.datetime(),
    datacontenttype: z.literal('application/json'),
    dataschema: z.string(),
    /** The entry's number in its conversation: 1, 2, 3 … without gaps. */
    sequence: z.string().optional(),
    /** The change's number within its message: 1, 2, 3 … without gaps. */
    revision: z.string().optional(),
    partitionkey: z.string(),
    traceparent: z.string().optional(),
    dataref: z.string().optional(),
    /**
     * Our extensions of CloudEvents, also sent as SQS message attributes so that a consumer can filter without parsing.
     */
    channel: Channel.optional(),
    account: z.string().optional(),
    data: eventData[type],
  });
}

/** The events that consumers get: CloudEvents 1.0 in structured JSON, one union member for each type. */
export const Event = z
  .discriminatedUnion('type', [
    envelope('switchboard.message.received.v1'),
    envelope('switchboard.message.accepted.v1'),
    envelope('switchboard.message.delayed.v1'),
    envelope('switchboard.message.sent.v1'),
    envelope('switchboard.message.delivered.v1'),
    envelope('switchboard.message.read.v1'),
    envelope('switchboard.message.failed.v1'),
    envelope('switchboard.message.uncertain.v1'),
    envelope('switchboard.message.updated.v1'),
    envelope('switchboard.message.deleted.v1'),
    envelope('switchboard.attachment.updated.v1'),
    envelope('switchboard.reaction.added.v1'),
    envelope('switchboard.reaction.removed.v1'),
    envelope('switchboard.conversation.opened.v1'),
    envelope('switchboard.conversation.reopened.v1'),
    envelope('switchboard.contact.updated.v1'),
    envelope('switchboard.consent.changed.v1'),
    envelope('switchboard.channel.alert.v1'),
  ])
  .meta({
    id: 'Event',
    description: 'What consumers of the normalized queue get (CloudEvents 1.0).',
  });
export type Event = z.infer<typeof Event>;
