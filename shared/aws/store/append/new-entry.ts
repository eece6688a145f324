import type { Stamp } from '#shared/aws/store/table';
import type { ChannelMessage, Customer } from '#shared/connector/channel-event';
import { countedIn, derivedId } from '#shared/ids';
import { canonicalJson, omitUndefined } from '#shared/json';
import { type Identity, isGroup } from '#shared/model/identity';
import type { Author, ReplyWindow } from '#shared/model/message';
import type { KeptRaw } from '#shared/raw/item';
import type { EntryItem } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { broughtBy, isOfCustomer, withParticipants } from './participants.ts';
import type { Placement } from './thread.ts';

/** The account that received an inbound message, and what came with it. */
export interface Origin {
  readonly connector: string;
  readonly account: string;
  readonly receivedAt: string;
  /** The channel's window, as its connector declares it. */
  readonly replyWindowHours?: number;
  readonly raw?: KeptRaw;
  /** The address of its HTML, as it came. */
  readonly html?: string;
  readonly sanitizedHtml?: string;
}

const hourMilliseconds = 3_600_000;

/**
 * The time until which the business may answer freely, counted on the provider's clock, so that a webhook handled late
 * never reopens a closed window.
 */
function replyWindowOf(
  { replyWindowHours }: Origin,
  message: ChannelMessage,
  occurredAt: string,
): ReplyWindow | undefined {
  const opens = message.direction === 'inbound' && message.opensReplyWindow !== false;
  if (replyWindowHours === undefined || !opens) return undefined;
  const closesAt = new Date(Date.parse(occurredAt) + replyWindowHours * hourMilliseconds);
  return { closesAt: closesAt.toISOString(), freeForm: true };
}

/** The conversation as its first message shows it; `sequence` is 0 until that message is appended. */
export function newConversation(
  { conversationId, relatedConversationId }: Placement,
  contactId: string,
  { connector, account }: Origin,
  message: ChannelMessage,
  occurredAt: string,
): ConversationItem {
  const { customer, thread, assertsIdentities = [], handledBy = 'people' } = message;
  const customerIdentities = [...customer.identities, ...assertsIdentities];
  const members = { customerIdentities, businessIdentity: message.business };
  return {
    id: conversationId,
    channel: message.channel,
    connector,
    account,
    contactId,
    ...members,
    visibility: message.visibility,
    status: 'open',
    sequence: 0,
    published: 0,
    openedAt: occurredAt,
    lastActivityAt: occurredAt,
    ...omitUndefined({
      customerName: customer.displayName,
      customerUsername: customer.username,
      threadKey: thread?.key,
      subject: thread?.subject,
      relatedConversationId,
      participants: withParticipants(members, broughtBy(message)),
      ...(handledBy === 'people' ? {} : { handledBy, handledAt: occurredAt }),
    }),
  };
}

/** The data of an entry beside its message. */
interface Drafted {
  readonly occurredAt: string;
  readonly joinRefused: Placement['joinRefused'] | undefined;
  readonly stamp: Stamp;
  /** The contact of the sender. */
  readonly contactId: string;
}

/** Builds the entry of a channel message, with the conversation's next number. */
export function newEntry(
  conversation: ConversationItem,
  origin: Origin,
  message: ChannelMessage,
  drafted: Drafted,
): EntryItem {
  const { occurredAt, joinRefused, stamp } = drafted;
  const sequence = conversation.sequence + 1;
  const errors = message.errors?.length ? [...message.errors] : undefined;
  const elsewhere = message.direction === 'outbound';
  return {
    sequence,
    ...stamp,
    providerMessageId: message.providerMessageId,
    message: storedMessage(conversation, origin, told(message, joinRefused), drafted),
    ...omitUndefined({
      opens: conversation.sequence === 0 ? ('opened' as const) : undefined,
      opening: conversation.sequence === 0 ? openingOf(conversation) : undefined,
      replyWindow: replyWindowOf(origin, message, occurredAt),
      consent: message.consent,
      firstErrors: errors,
      // Written by the business elsewhere: the provider has it already.
      firstStatus: elsewhere ? ('sent' as const) : undefined,
    }),
  };
}

/** Adds the reason why the message did not join a thread, if the channel reports authenticity. */
function told(message: ChannelMessage, joinRefused: Drafted['joinRefused']): ChannelMessage {
  const { authenticity } = message;
  return authenticity && joinRefused
    ? { ...message, authenticity: { ...authenticity, joinRefused } }
    : message;
}

function openingOf({
  customerIdentities,
  customerName,
  customerUsername,
  handledBy,
  participants,
}: ConversationItem) {
  const told = { customerName, customerUsername, handledBy, participants };
  return { customerIdentities, ...omitUndefined(told) };
}

function storedMessage(
  conversation: ConversationItem,
  origin: Origin,
  message: ChannelMessage,
  { occurredAt, stamp, contactId }: Drafted,
): EntryItem['message'] {
  const number = countedIn(conversation.sequence + 1, stamp.generation);
  const { direction, business, customer, inReplyToProviderMessageId: answered } = message;
  const isAddressed = direction === 'outbound' || isGroup(customer.identities);
  const opposite = isAddressed ? customer.identities[0] : business;
  const recipients = [...(message.recipients ?? [opposite])];
  return {
    direction,
    author: authorOf(message),
    occurredAt,
    receivedAt: origin.receivedAt,
    content: message.content,
    attachments: message.attachments.map(
      ({ downloadUrl: _, bytes: __, ...attachment }, position) => ({
        ...attachment,
        id: derivedId('att', conversation.id, number, String(position)),
      }),
    ),
    ...omitUndefined({
      text: isItsText(message) ? undefined : message.text,
      providerThreadId: message.thread?.key,
      inReplyTo: answered === undefined ? undefined : { providerMessageId: answered },
      quotedText: message.quotedText,
      subject: message.subject,
      authenticity: message.authenticity,
      automated: message.automated,
      forwarded: message.forwarded,
      referral: message.referral,
      language: message.language,
      metadata: message.metadata,
      recipients: isTheBusiness(recipients, conversation) ? undefined : recipients,
      cc: message.cc ? [...message.cc] : undefined,
      // The writer's own, where that is not the customer.
      contactId: isOfCustomer(conversation, message, contactId) ? undefined : contactId,
      raw: rawOf(origin, message),
      html: origin.html,
      sanitizedHtml: origin.sanitizedHtml,
      remoteImages: message.remoteImages,
    }),
  };
}

/** The hash of the raw payload, and the key to find its reference; the payload itself is there or in the archive. */
function rawOf(
  { raw }: Origin,
  { deduplicationId: keptUnder }: ChannelMessage,
): NonNullable<EntryItem['message']>['raw'] {
  return raw && { sha256: Buffer.from(raw.sha256, 'hex'), ...omitUndefined({ keptUnder }) };
}

function isItsText({ content, text }: ChannelMessage): boolean {
  return content.type === 'text' && content.text === text;
}

function isTheBusiness(
  recipients: readonly Identity[],
  { businessIdentity }: ConversationItem,
): boolean {
  return canonicalJson(recipients) === canonicalJson([businessIdentity]);
}

/** The author of a message: the business, the customer or, in a group, the member. A group itself gives only notice. */
function authorOf(message: ChannelMessage): Author {
  const { author, business, content, customer, direction } = message;
  if (direction === 'outbound') return { role: 'agent', identity: business };
  if (!isGroup(customer.identities)) return personAs(customer);
  if (author) return memberAs(author);
  return { role: content.type === 'notice' ? 'system' : 'customer' };
}

/** The customer of a conversation, with one address; the others are in the conversation. */
export function personAs({ identities, displayName, username }: Customer): Author {
  return {
    role: 'customer',
    identity: identities[0],
    ...(displayName ? { displayName } : {}),
    ...(username ? { username } : {}),
  };
}

/** A member of a group, with all addresses: the conversation belongs to the group and holds none of them. */
export function memberAs(member: Customer): Author {
  const [, ...otherIdentities] = member.identities;
  return { ...personAs(member), ...(otherIdentities.length > 0 ? { otherIdentities } : {}) };
}
