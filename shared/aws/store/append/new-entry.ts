import type { KeptRaw } from '#shared/aws/objects/raw-archive';
import { canonicalJson } from '#shared/canonical-json';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { countedIn, derivedId } from '#shared/ids';
import { omitUndefined } from '#shared/json/omit-undefined';
import { type Identity, isGroup } from '#shared/model/identity';
import type { ReplyWindow } from '#shared/model/message';
import type { EntryItem } from '#shared/table/entry';
import type { MetaItem } from '#shared/table/items';
import { authorOf } from './author.ts';
import type { Stamp } from './stamp.ts';
import type { Placement } from './thread.ts';

/** Where an inbound message came in. */
export interface Origin {
  readonly connector: string;
  readonly account: string;
  readonly receivedAt: string;
  /** Of the channel, as its connector declares it. */
  readonly replyWindowHours?: number;
  readonly raw?: KeptRaw;
  readonly html?: string;
}

const hourMilliseconds = 3_600_000;

/**
 * Until when the business may answer freely, counted on the provider's clock, so that a webhook handled late never
 * reopens a closed window.
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
export function newMeta(
  { conversationId, relatedConversationId }: Placement,
  contactId: string,
  { connector, account }: Origin,
  message: ChannelMessage,
  occurredAt: string,
): MetaItem {
  const { customer, thread, assertsIdentities = [], handledBy = 'people' } = message;
  return {
    id: conversationId,
    channel: message.channel,
    connector,
    account,
    contactId,
    businessIdentity: message.business,
    customerIdentities: [...customer.identities, ...assertsIdentities],
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
      ...(handledBy === 'people' ? {} : { handledBy, handledAt: occurredAt }),
    }),
  };
}

/** What is known of an entry beside its message. */
interface Drafted {
  readonly occurredAt: string;
  readonly joinRefused: Placement['joinRefused'] | undefined;
  readonly stamp: Stamp;
}

/** The entry a channel message becomes, at the conversation's next number. */
export function newEntry(
  meta: MetaItem,
  origin: Origin,
  message: ChannelMessage,
  drafted: Drafted,
): EntryItem {
  const { occurredAt, joinRefused, stamp } = drafted;
  const sequence = meta.sequence + 1;
  const errors = message.errors?.length ? [...message.errors] : undefined;
  const elsewhere = message.direction === 'outbound';
  return {
    sequence,
    ...stamp,
    providerMessageId: message.providerMessageId,
    message: storedMessage(meta, origin, told(message, joinRefused), drafted),
    ...omitUndefined({
      opens: meta.sequence === 0 ? ('opened' as const) : undefined,
      opening: meta.sequence === 0 ? openingOf(meta) : undefined,
      replyWindow: replyWindowOf(origin, message, occurredAt),
      consent: message.consent,
      firstErrors: errors,
      // Written by the business elsewhere: the provider has it already.
      firstStatus: elsewhere ? ('sent' as const) : undefined,
    }),
  };
}

/** The message with the reason why it stands apart, where the channel tells of its authenticity. */
function told(message: ChannelMessage, joinRefused: Drafted['joinRefused']): ChannelMessage {
  const { authenticity } = message;
  return authenticity && joinRefused
    ? { ...message, authenticity: { ...authenticity, joinRefused } }
    : message;
}

function openingOf({ customerIdentities, customerName, customerUsername, handledBy }: MetaItem) {
  return { customerIdentities, ...omitUndefined({ customerName, customerUsername, handledBy }) };
}

function storedMessage(
  meta: MetaItem,
  origin: Origin,
  message: ChannelMessage,
  { occurredAt, stamp }: Drafted,
): EntryItem['message'] {
  const number = countedIn(meta.sequence + 1, stamp.generation);
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
    attachments: message.attachments.map(({ downloadUrl: _, ...attachment }, position) => ({
      ...attachment,
      id: derivedId('att', meta.id, number, String(position)),
    })),
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
      recipients: isTheBusiness(recipients, meta) ? undefined : recipients,
      raw: rawOf(origin, message),
      html: origin.html,
    }),
  };
}

/** Its hash, and how its reference is found again; the payload itself stands there or in the archive. */
function rawOf(
  { raw }: Origin,
  { deduplicationId: keptUnder }: ChannelMessage,
): NonNullable<EntryItem['message']>['raw'] {
  return raw && { sha256: Buffer.from(raw.sha256, 'hex'), ...omitUndefined({ keptUnder }) };
}

function isItsText({ content, text }: ChannelMessage): boolean {
  return content.type === 'text' && content.text === text;
}

function isTheBusiness(recipients: readonly Identity[], { businessIdentity }: MetaItem): boolean {
  return canonicalJson(recipients) === canonicalJson([businessIdentity]);
}

/** An entry as it is written: without what its schema says when it is read, so that a text stays under 1 KB. */
export function writtenEntry({ message, ...entry }: EntryItem): Record<string, unknown> {
  if (!message) return entry;
  const { direction, attachments, ...rest } = message;
  const told = {
    ...rest,
    ...(direction === 'inbound' ? {} : { direction }),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
  return { ...entry, message: told };
}
