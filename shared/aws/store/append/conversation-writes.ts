import { type TransactItem, unlessRefused } from '#shared/aws/store/conditional-writes';
import type { Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { EntryItem } from '#shared/table/entry';
import { inboxKeys } from '#shared/table/inbox';
import type { ConversationItem } from '#shared/table/items';
import { contactKey, conversationKey, entryKey } from '#shared/table/keys';
import { type Brought, customerChanges } from './customer-changes.ts';

/** Creates the conversation with its first entry. */
export function putConversation(
  table: Table,
  conversation: ConversationItem,
  entry: EntryItem,
): TransactItem {
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...conversationKey(conversation.id),
        ...activityKeys(conversation.id, conversation.contactId, conversation.lastActivityAt),
        ...conversation,
        sequence: entry.sequence,
        ...(entry.replyWindow ? { replyWindow: entry.replyWindow } : {}),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/**
 * Moves the conversation to the next sequence, with the changes that the message brings. A late message never turns a
 * clock back. Refused if an address was taken over since the conversation was read (takeover.ts).
 */
export function advanceConversation(
  table: Table,
  conversation: ConversationItem,
  entry: EntryItem,
  brought?: Brought,
): TransactItem {
  const at = entry.message?.occurredAt ?? conversation.lastActivityAt;
  const lastActivityAt = at > conversation.lastActivityAt ? at : conversation.lastActivityAt;
  const closesAt = entry.replyWindow?.closesAt ?? '';
  const changes: Record<string, unknown> = {
    lastActivityAt,
    ...(closesAt > (conversation.replyWindow?.closesAt ?? '')
      ? { replyWindow: entry.replyWindow }
      : {}),
    ...(activityMoved(conversation.lastActivityAt, lastActivityAt)
      ? activityKeys(conversation.id, conversation.contactId, lastActivityAt)
      : {}),
    ...customerChanges(conversation, brought, at),
  };
  const names = Object.keys(changes).filter((name) => changes[name] !== null);
  const removed = Object.keys(changes).filter((name) => changes[name] === null);
  const remove = removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : '';
  return {
    Update: {
      TableName: table.name,
      Key: conversationKey(conversation.id),
      UpdateExpression: `SET #sequence = :next, ${names.map((name) => `${name} = :${name}`).join(', ')}${remove}`,
      ConditionExpression: `#sequence = :read AND ${conversation.takeovers === undefined ? 'attribute_not_exists(takeovers)' : 'takeovers = :takeovers'}`,
      ExpressionAttributeNames: { '#sequence': 'sequence' },
      ExpressionAttributeValues: {
        ':read': conversation.sequence,
        ...(conversation.takeovers === undefined ? {} : { ':takeovers': conversation.takeovers }),
        ':next': entry.sequence,
        ...Object.fromEntries(names.map((name) => [`:${name}`, changes[name]])),
      },
    },
  };
}

/** Moves the conversation's cursor forward, never back. */
export async function movePublished(
  table: Table,
  conversationId: string,
  published: number,
): Promise<void> {
  await unlessRefused(table, {
    Key: conversationKey(conversationId),
    UpdateExpression: 'SET published = :published',
    ConditionExpression: 'published < :published',
    ExpressionAttributeValues: { ':published': published },
  });
}

/** Writes an entry, once and never again. */
export function putEntry(table: Table, conversationId: string, entry: EntryItem): TransactItem {
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...entryKey(conversationId, entry.sequence),
        ...writtenEntry(entry),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/** The entry as written: without fields that its schema fills in on reading, so that a text stays under 1 KB. */
function writtenEntry({ message, ...entry }: EntryItem): Record<string, unknown> {
  if (!message) return entry;
  const { direction, attachments, ...rest } = message;
  const told = {
    ...rest,
    ...(direction === 'inbound' ? {} : { direction }),
    ...(attachments.length === 0 ? {} : { attachments }),
  };
  return { ...entry, message: told };
}

/** Creates the contact of a new customer. */
export function newContactItem(
  table: Table,
  contactId: string,
  { customer }: ChannelMessage,
): TransactItem {
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...contactKey(contactId),
        contactId,
        ...(customer.displayName ? { displayName: customer.displayName } : {}),
      },
      ConditionExpression: 'attribute_not_exists(pk) OR contactId = :contact',
      ExpressionAttributeValues: { ':contact': contactId },
    },
  };
}

/**
 * The keys of the inbox and contact indexes, which order conversations by last activity. Moving an item within an index
 * costs two writes, so the keys change once an hour, and a reader sorts the page by the exact time.
 */
function activityKeys(
  conversationId: string,
  contactId: string,
  lastActivityAt: string,
): Record<string, string> {
  const hour = lastActivityAt.slice(0, 13);
  return {
    ...inboxKeys(conversationId, lastActivityAt),
    contactPk: `CONTACT#${contactId}`,
    contactSk: `${hour}#${conversationId}`,
  };
}

/** Tells whether two times have different index keys. */
function activityMoved(before: string, after: string): boolean {
  return before.slice(0, 13) !== after.slice(0, 13);
}
