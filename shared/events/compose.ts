import { messageIdOf } from '#shared/ids';
import { Conversation } from '#shared/model/conversation';
import type { MessageReference } from '#shared/model/event';
import type { Message } from '#shared/model/message';
import type { Entry, EntryItem } from '#shared/table/entry';
import type { MetaItem } from '#shared/table/items';
import { messageParts } from '#shared/table/parts';
import type { EditItem, EntryState } from '#shared/table/state';

/**
 * The message as the entry was appended: the content of its first event, whatever has changed since. A reply learns its
 * provider's id only later, so its first event never has one.
 */
export function firstMessage(meta: MetaItem, entry: EntryItem): Message | undefined {
  const { firstStatus, firstErrors, reply, providerMessageId } = entry;
  return compose(meta, entry, {
    ...(firstStatus ? { status: firstStatus } : {}),
    ...(firstErrors ? { errors: firstErrors } : {}),
    ...(providerMessageId && !reply ? { providerMessageId } : {}),
  });
}

/**
 * The message as it stands now, for readers of the conversation: as it was appended, with the changes since. `edit` is
 * the last edit, of a message that was edited (keyOfLastEdit).
 */
export function currentMessage(
  meta: MetaItem,
  entry: Entry,
  edit?: Pick<EditItem, 'content' | 'text'>,
): Message | undefined {
  const { status, errors, providerMessageId } = entry;
  const parts = messageParts(entry);
  const message = compose(meta, entry, {
    ...(status ? { status } : {}),
    ...(errors ? { errors } : {}),
    ...(parts ? { parts } : {}),
    ...(providerMessageId ? { providerMessageId } : {}),
  });
  if (!message) return undefined;
  const attachments = message.attachments.map((each) => {
    const { contentType = each.contentType, ...file } = entry.files?.[each.id] ?? each;
    return { ...each, ...file, contentType };
  });
  return { ...message, attachments, ...(edit ? { content: edit.content, text: edit.text } : {}) };
}

function compose(
  meta: MetaItem,
  entry: EntryItem,
  changing: Partial<Pick<Message, 'status' | 'errors' | 'parts' | 'providerMessageId'>>,
): Message | undefined {
  if (!entry.message) return undefined;
  const { metadata, text, raw, recipients, ...stored } = entry.message;
  return {
    ...stored,
    text: text ?? (stored.content.type === 'text' ? stored.content.text : ''),
    recipients: recipients ?? [meta.businessIdentity],
    ...routeOf(meta, entry),
    metadata: metadata ?? {},
    ...(raw ? { raw: { sha256: Buffer.from(raw.sha256).toString('hex') } } : {}),
    errors: [],
    ...changing,
    ...(entry.replyWindow ? { replyWindow: entry.replyWindow } : {}),
  };
}

/** The part of a message that an update's event repeats: only fields that never change. */
export function messageReference(
  meta: MetaItem,
  state: EntryState,
  providerMessageId: string | undefined,
): MessageReference {
  const { direction, replyId } = state;
  return {
    ...routeOf(meta, state),
    direction,
    ...(replyId ? { replyId } : {}),
    ...(providerMessageId ? { providerMessageId } : {}),
  };
}

function routeOf(meta: MetaItem, entry: Pick<EntryItem, 'sequence' | 'generation'>) {
  const { id: conversationId, contactId, channel, connector, account, visibility } = meta;
  const id = messageIdOf(conversationId, entry);
  return { id, conversationId, contactId, visibility, channel, connector, account };
}

/** The conversation as an entry opened it: the content of the opening event, whenever it is published. */
export function openingConversation(meta: MetaItem, entry: EntryItem): Conversation {
  const {
    replyWindow: _window,
    customerName: _name,
    customerUsername: _username,
    handledBy: _handledBy,
    ...conversation
  } = Conversation.parse(meta);
  return {
    ...conversation,
    ...entry.opening,
    status: 'open',
    sequence: entry.sequence,
    lastActivityAt: entry.message?.occurredAt ?? meta.openedAt,
    ...(entry.replyWindow ? { replyWindow: entry.replyWindow } : {}),
  };
}
