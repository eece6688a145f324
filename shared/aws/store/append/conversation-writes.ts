import { type TransactItem, unlessRefused } from '#shared/aws/store/conditional-writes';
import type { Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { distinctIdentities, type Identity, identityKey } from '#shared/model/identity';
import type { EntryItem } from '#shared/table/entry';
import { inboxKeys } from '#shared/table/inbox';
import type { ConversationItem } from '#shared/table/items';
import { contactKey, conversationKey, entryKey } from '#shared/table/keys';
import { broughtBy, isOfCustomer, withParticipants } from './participants.ts';

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

/** A channel's message that is appended to a conversation, and the contact of its sender. */
interface Brought {
  readonly message: ChannelMessage;
  readonly contactId: string;
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

/**
 * The changes that a message makes to what its conversation knows of the customer; null removes a field. Order is by
 * the provider's clock: a late message adds what it knows, but decides nothing.
 */
function customerChanges(
  conversation: ConversationItem,
  brought: Brought | undefined,
  occurredAt: string,
): Record<string, unknown> {
  if (!brought) return {};
  const { message, contactId } = brought;
  const participants = withParticipants(conversation, broughtBy(message));
  const handled = {
    ...handledChanges(conversation, message, occurredAt),
    ...(participants ? { participants } : {}),
  };
  if (message.direction !== 'inbound') return handled;
  if (!isOfCustomer(conversation, message, contactId)) return handled;
  const { displayName, username } = message.customer;
  return {
    ...handled,
    ...addressChanges(conversation, message, occurredAt),
    ...(displayName && displayName !== conversation.customerName
      ? { customerName: displayName }
      : {}),
    ...(username && username !== conversation.customerUsername
      ? { customerUsername: username }
      : {}),
  };
}

/** The address a customer last wrote from comes first and is the one to answer; the others stay known. */
function addressChanges(
  conversation: ConversationItem,
  { customer, replacesIdentities, assertsIdentities = [] }: ChannelMessage,
  occurredAt: string,
): Record<string, unknown> {
  const known = conversation.customerIdentities;
  const isNewest = occurredAt >= (conversation.addressedAt ?? conversation.openedAt);
  const { identities } = customer;
  const customerIdentities = distinctIdentities(
    isNewest
      ? [...identities, ...known, ...assertsIdentities]
      : [...known, ...identities, ...assertsIdentities],
  );
  const keysOf = (all: readonly Identity[]) => all.map(identityKey).join();
  const isSame = keysOf(customerIdentities) === keysOf(known);
  if (isSame && !(replacesIdentities && isNewest)) return {};
  return { customerIdentities, ...(isNewest ? { addressedAt: occurredAt } : {}) };
}

/**
 * Records whether people or an automatic agent handle the conversation. Writes nothing while no agent has ever had it.
 * An agent's first word that comes late changes nothing either: everything newer, also our own replies, came from
 * people.
 */
function handledChanges(
  conversation: ConversationItem,
  { handledBy }: ChannelMessage,
  occurredAt: string,
): Record<string, unknown> {
  if (
    handledBy === undefined ||
    occurredAt < (conversation.handledAt ?? conversation.lastActivityAt)
  )
    return {};
  if (handledBy === 'people' && conversation.handledAt === undefined) return {};
  const isSame = handledBy === (conversation.handledBy ?? 'people');
  return {
    handledAt: occurredAt,
    ...(isSame ? {} : { handledBy: handledBy === 'people' ? null : handledBy }),
  };
}
