import { countedIn, messageIdOf } from '#shared/ids';
import { Conversation } from '#shared/model/conversation';
import { Event, type MessageReference } from '#shared/model/event';
import type { Message } from '#shared/model/message';
import type { EntryItem } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import type { EntryState } from '#shared/table/state';
import type { Update } from '#shared/table/update';

/** The fields of the conversation that every envelope repeats. */
function envelope(conversation: ConversationItem, time: string) {
  return {
    specversion: '1.0',
    source: `/channels/${conversation.channel}/${conversation.account}`,
    subject: conversation.id,
    time,
    datacontenttype: 'application/json',
    partitionkey: conversation.id,
    channel: conversation.channel,
    account: conversation.account,
  } as const;
}

/** The URN of the JSON Schema of an event type. */
export function schemaOf(type: string): string {
  return `urn:switchboard:contracts:event#${type}`;
}

/**
 * The events an entry is published with, in order. Everything is derived from the entry as it was stored, so that
 * publishing it again gives the same ids and the same bytes.
 */
export function entryEvents(conversation: ConversationItem, entry: EntryItem): Event[] {
  const events = [];
  const time = entry.message?.receivedAt ?? entry.alert?.occurredAt ?? conversation.openedAt;
  const sequence = String(entry.sequence);
  const id = eventIdOf(conversation, entry);
  if (entry.opens) {
    const type = `switchboard.conversation.${entry.opens}.v1`;
    events.push({
      ...envelope(conversation, time),
      type,
      dataschema: schemaOf(type),
      id: `${id}.${entry.opens}`,
      data: { conversation: openingConversation(conversation, entry) },
    });
  }
  events.push({
    ...envelope(conversation, time),
    sequence,
    id,
    ...body(conversation, entry),
  });
  events.push(...contactEvents(conversation, entry, time));
  return events.map((event) => Event.parse(event));
}

/** The id of an entry's own event; those beside it add a word. */
function eventIdOf({ id }: ConversationItem, { sequence, generation }: EntryItem): string {
  return `${id}.${countedIn(sequence, generation)}`;
}

/** The events about the person behind an entry, beside the message itself. */
function contactEvents(conversation: ConversationItem, entry: EntryItem, time: string) {
  const { contactId } = conversation;
  const occurredAt = entry.message?.occurredAt ?? time;
  const told = [
    { name: 'contact', type: 'switchboard.contact.updated.v1', change: entry.contactChange },
    { name: 'consent', type: 'switchboard.consent.changed.v1', change: entry.consent },
  ];
  return told
    .filter(({ change }) => change !== undefined)
    .map(({ name, type, change }) => ({
      ...envelope(conversation, time),
      type,
      dataschema: schemaOf(type),
      id: `${eventIdOf(conversation, entry)}.${name}`,
      data: { ...change, contactId, occurredAt },
    }));
}

function body(conversation: ConversationItem, entry: EntryItem) {
  if (entry.alert) {
    const type = 'switchboard.channel.alert.v1';
    return { type, dataschema: schemaOf(type), data: entry.alert };
  }
  const message = firstMessage(conversation, entry);
  if (message && entry.firstStatus === 'failed') {
    const type = 'switchboard.message.failed.v1';
    const { replyId, errors, occurredAt } = message;
    const data = { ...(replyId ? { replyId } : {}), message, status: 'failed', errors, occurredAt };
    return { type, dataschema: schemaOf(type), data };
  }
  // Messages that the business wrote elsewhere (its phone, the provider's page) are received too; their direction says
  // so.
  const kind = entry.firstStatus === 'accepted' ? 'accepted' : 'received';
  const type = `switchboard.message.${kind}.v1`;
  return { type, dataschema: schemaOf(type), data: { message } };
}

/** The event of one change; `revision` is its number within the message. */
export function updateEvent(
  conversation: ConversationItem,
  state: EntryState,
  update: Update,
  revision: number,
): Event {
  const { type, data } = updateBody(conversation, state, update);
  return Event.parse({
    ...envelope(conversation, update.occurredAt),
    sequence: String(state.sequence),
    revision: String(revision),
    id: `${conversation.id}.${state.sequence}.r${countedIn(revision, update.generation)}`,
    type,
    dataschema: schemaOf(type),
    data,
  });
}

function updateBody(conversation: ConversationItem, state: EntryState, update: Update) {
  const { occurredAt } = update;
  const inboundId = state.delivery ? undefined : state.providerMessageId;
  const message = messageReference(conversation, state, inboundId);
  switch (update.kind) {
    case 'status': {
      const { status, errors, parts, metadata, providerMessageId } = update;
      const { replyId } = state;
      return {
        type: `switchboard.message.${eventOfStatus(status)}.v1`,
        data: {
          ...(replyId ? { replyId } : {}),
          message: messageReference(conversation, state, providerMessageId ?? inboundId),
          status,
          occurredAt,
          errors,
          ...(parts ? { parts } : {}),
          metadata,
        },
      };
    }
    case 'reaction': {
      const { emoji, author } = update;
      const type = `switchboard.reaction.${emoji === '' ? 'removed' : 'added'}.v1`;
      return { type, data: { message, emoji, author, occurredAt } };
    }
    case 'edit': {
      const { content, text } = update;
      return {
        type: 'switchboard.message.updated.v1',
        data: { message, content, text, occurredAt },
      };
    }
    case 'deletion':
      return { type: 'switchboard.message.deleted.v1', data: { message, occurredAt } };
    case 'attachment': {
      const { attachment } = update;
      const type = 'switchboard.attachment.updated.v1';
      return { type, data: { message, attachment, occurredAt } };
    }
  }
}

/** A voice message that was played has been read; consumers of v1 know no separate event for it. */
function eventOfStatus(status: string): string {
  return status === 'played' ? 'read' : status;
}

/**
 * The message as the entry was appended: the content of its first event, whatever has changed since. A reply learns its
 * provider's id only later, so its first event never has one.
 */
export function firstMessage(
  conversation: ConversationItem,
  entry: EntryItem,
): Message | undefined {
  const { firstStatus, firstErrors, reply, providerMessageId } = entry;
  return compose(conversation, entry, {
    ...(firstStatus ? { status: firstStatus } : {}),
    ...(firstErrors ? { errors: firstErrors } : {}),
    ...(providerMessageId && !reply ? { providerMessageId } : {}),
  });
}

export function compose(
  conversation: ConversationItem,
  entry: EntryItem,
  changing: Partial<Pick<Message, 'status' | 'errors' | 'parts' | 'providerMessageId'>>,
): Message | undefined {
  if (!entry.message) return undefined;
  const { metadata, text, raw, recipients, ...stored } = entry.message;
  return {
    ...stored,
    text: text ?? (stored.content.type === 'text' ? stored.content.text : ''),
    recipients: recipients ?? [conversation.businessIdentity],
    ...routeOf(conversation, entry),
    metadata: metadata ?? {},
    ...(raw ? { raw: { sha256: Buffer.from(raw.sha256).toString('hex') } } : {}),
    errors: [],
    ...changing,
    ...(entry.replyWindow ? { replyWindow: entry.replyWindow } : {}),
  };
}

/** The part of a message that an update's event repeats: only fields that never change. */
function messageReference(
  conversation: ConversationItem,
  state: EntryState,
  providerMessageId: string | undefined,
): MessageReference {
  const { direction, replyId } = state;
  return {
    ...routeOf(conversation, state),
    direction,
    ...(replyId ? { replyId } : {}),
    ...(providerMessageId ? { providerMessageId } : {}),
  };
}

function routeOf(
  conversation: ConversationItem,
  entry: Pick<EntryItem, 'sequence' | 'generation'>,
) {
  const { id: conversationId, contactId, channel, connector, account, visibility } = conversation;
  const id = messageIdOf(conversationId, entry);
  return { id, conversationId, contactId, visibility, channel, connector, account };
}

/** The conversation as an entry opened it: the content of the opening event, whenever it is published. */
function openingConversation(conversation: ConversationItem, entry: EntryItem): Conversation {
  const {
    replyWindow: _window,
    customerName: _name,
    customerUsername: _username,
    handledBy: _handledBy,
    ...opened
  } = Conversation.parse(conversation);
  return {
    ...opened,
    ...entry.opening,
    status: 'open',
    sequence: entry.sequence,
    lastActivityAt: entry.message?.occurredAt ?? conversation.openedAt,
    ...(entry.replyWindow ? { replyWindow: entry.replyWindow } : {}),
  };
}
