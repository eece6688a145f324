import { messageIdOf } from '#shared/ids';
import { Conversation } from '#shared/model/conversation';
import type { MessageReference } from '#shared/model/event';
import type { Message } from '#shared/model/message';
import type { EntryItem, MetaItem, UpdateRecord } from '#shared/table/items';
import { messageParts } from '#shared/table/parts';

/**
 * The message as the entry was appended: what its first event says, whatever has changed since. A reply learns its
 * provider's id only later, so its first event never has one.
 */
export function firstMessage(meta: MetaItem, entry: EntryItem): Message | undefined {
  const { firstStatus, firstErrors, delivery, providerMessageId } = entry;
  return compose(meta, entry, {
    ...(firstStatus ? { status: firstStatus } : {}),
    ...(firstErrors ? { errors: firstErrors } : {}),
    ...(providerMessageId && !delivery ? { providerMessageId } : {}),
  });
}

/** The message as it stands now, for whoever reads the conversation: as it was appended, and every change since. */
export function currentMessage(meta: MetaItem, entry: EntryItem): Message | undefined {
  const { status, errors, providerMessageId } = entry;
  const parts = messageParts(entry);
  const message = compose(meta, entry, {
    ...(status ? { status } : {}),
    ...(errors ? { errors } : {}),
    ...(parts ? { parts } : {}),
    ...(providerMessageId ? { providerMessageId } : {}),
  });
  return message && entry.updates.reduce(changed, message);
}

/** What is stored with an entry never changes, or its first event would: later content stands in the updates. */
function changed(message: Message, update: UpdateRecord): Message {
  switch (update.kind) {
    case 'edit':
      return { ...message, content: update.content, text: update.text };
    case 'attachment': {
      const { attachment } = update;
      const attachments = message.attachments.map((each) =>
        each.id === attachment.id ? attachment : each,
      );
      return { ...message, attachments };
    }
    default:
      return message;
  }
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

/** What an update's event says of its message: only what never changes. */
export function messageReference(
  meta: MetaItem,
  entry: EntryItem,
  providerMessageId: string | undefined,
): MessageReference {
  return {
    ...routeOf(meta, entry),
    direction: entry.message?.direction ?? 'inbound',
    ...(entry.message?.replyId ? { replyId: entry.message.replyId } : {}),
    ...(providerMessageId ? { providerMessageId } : {}),
  };
}

function routeOf(meta: MetaItem, { sequence }: EntryItem) {
  const { id: conversationId, contactId, channel, connector, account, visibility } = meta;
  const id = messageIdOf(conversationId, sequence);
  return { id, conversationId, contactId, visibility, channel, connector, account };
}

/** The conversation as an entry opened it: what the opening event says, whenever it is published. */
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
