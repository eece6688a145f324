import { countedIn, messageIdOf } from '#shared/ids';
import { Conversation } from '#shared/model/conversation';
import { Event, type MessageReference } from '#shared/model/event';
import type { Message } from '#shared/model/message';
import { type EntryItem, originalHtmlOf } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import type { EntryState } from '#shared/table/state';
import type { StatusUpdate, Update } from '#shared/table/update';
import { envelope, schemaOf } from './envelope.ts';
import { contactEvents, eventIdOf, personEvent } from './person-events.ts';

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

/**
 * The events of one change, in order: the change itself, and the customer's consent if it tells of that too. `revision`
 * is its number within the message.
 */
export function updateEvents(
  conversation: ConversationItem,
  state: EntryState,
  update: Update,
  revision: number,
): Event[] {
  const { type, data } = updateBody(conversation, state, update);
  const event = {
    ...envelope(conversation, update.occurredAt),
    sequence: String(state.sequence),
    revision: String(revision),
    id: `${conversation.id}.${state.sequence}.r${countedIn(revision, update.generation)}`,
    ...{ type, dataschema: schemaOf(type), data },
  };
  const consent = update.kind === 'status' ? update.consent : undefined;
  const beside = consent ? [personEvent(conversation, event, 'consent', consent)] : [];
  return [event, ...beside].map((each) => Event.parse(each));
}

function updateBody(conversation: ConversationItem, state: EntryState, update: Update) {
  const { occurredAt } = update;
  const { providerMessageId, delivery } = state;
  const inboundId = delivery ? undefined : providerMessageId;
  const told = (name: string, data: object, id = inboundId) => ({
    type: `switchboard.${name}.v1`,
    data: { message: messageReference(conversation, state, id), ...data, occurredAt },
  });
  switch (update.kind) {
    case 'status': {
      const name = `message.${eventOfStatus(update.status)}`;
      return told(name, statusData(state, update), update.providerMessageId);
    }
    case 'reaction': {
      const { emoji, author } = update;
      return told(`reaction.${emoji === '' ? 'removed' : 'added'}`, { emoji, author });
    }
    case 'edit':
      return told('message.updated', { content: update.content, text: update.text });
    case 'deletion':
      return told('message.deleted', {});
    case 'delay': {
      const { reason, expectedAt } = update;
      return told('message.delayed', { reason, ...(expectedAt ? { expectedAt } : {}) });
    }
    case 'attachment':
      return told('attachment.updated', { attachment: update.attachment });
  }
}

function statusData({ replyId }: EntryState, update: StatusUpdate) {
  const { status, errors, parts, metadata, cost } = update;
  const reply = { ...(replyId ? { replyId } : {}), ...(parts ? { parts } : {}) };
  return { ...reply, status, errors, metadata, ...(cost ? { cost } : {}) };
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
  const { metadata, text, raw, recipients, contactId, ...stored } = entry.message;
  return {
    ...stored,
    text: text ?? (stored.content.type === 'text' ? stored.content.text : ''),
    recipients: recipients ?? [conversation.businessIdentity],
    ...routeOf(conversation, entry),
    ...(contactId ? { contactId } : {}),
    metadata: metadata ?? {},
    ...originalHtmlOf(entry.message),
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
    participants: _participants,
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
