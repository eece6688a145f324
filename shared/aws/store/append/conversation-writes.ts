import type { TransactItem } from '#shared/aws/store/conditional-writes';
import type { Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { type Identity, identityKey } from '#shared/model/identity';
import type { EntryItem } from '#shared/table/entry';
import { inboxKeys } from '#shared/table/inbox';
import type { MetaItem } from '#shared/table/items';
import { contactKey, entryKey, metaKey } from '#shared/table/keys';
import { writtenEntry } from './new-entry.ts';

/** A conversation begins with its first entry. */
export function putMeta(table: Table, meta: MetaItem, entry: EntryItem): TransactItem {
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...metaKey(meta.id),
        ...activityKeys(meta.id, meta.contactId, meta.lastActivityAt),
        ...meta,
        sequence: entry.sequence,
        ...(entry.replyWindow ? { replyWindow: entry.replyWindow } : {}),
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

/**
 * `sequence + 1`, and what the new message says of the conversation. A late message never turns a clock back. Refused
 * when an address was taken over since the conversation was read (takeover.ts).
 */
export function advanceMeta(
  table: Table,
  meta: MetaItem,
  entry: EntryItem,
  message?: ChannelMessage,
): TransactItem {
  const at = entry.message?.occurredAt ?? meta.lastActivityAt;
  const lastActivityAt = at > meta.lastActivityAt ? at : meta.lastActivityAt;
  const closesAt = entry.replyWindow?.closesAt ?? '';
  const changes: Record<string, unknown> = {
    lastActivityAt,
    ...(closesAt > (meta.replyWindow?.closesAt ?? '') ? { replyWindow: entry.replyWindow } : {}),
    ...(activityMoved(meta.lastActivityAt, lastActivityAt)
      ? activityKeys(meta.id, meta.contactId, lastActivityAt)
      : {}),
    ...customerChanges(meta, message, at),
  };
  const names = Object.keys(changes).filter((name) => changes[name] !== null);
  const removed = Object.keys(changes).filter((name) => changes[name] === null);
  const remove = removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : '';
  return {
    Update: {
      TableName: table.name,
      Key: metaKey(meta.id),
      UpdateExpression: `SET #sequence = :next, ${names.map((name) => `${name} = :${name}`).join(', ')}${remove}`,
      ConditionExpression: `#sequence = :read AND ${meta.takeovers === undefined ? 'attribute_not_exists(takeovers)' : 'takeovers = :takeovers'}`,
      ExpressionAttributeNames: { '#sequence': 'sequence' },
      ExpressionAttributeValues: {
        ':read': meta.sequence,
        ...(meta.takeovers === undefined ? {} : { ':takeovers': meta.takeovers }),
        ':next': entry.sequence,
        ...Object.fromEntries(names.map((name) => [`:${name}`, changes[name]])),
      },
    },
  };
}

/** An entry is written once and never again. */
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

/** A person nobody has met before. */
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
 * The inbox and contact indexes order conversations by last activity. Moving an item within an index costs two
 * writes, so its place is refreshed once an hour, and whoever lists sorts the page by the exact time.
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

/** Whether the two times stand in different places of the indexes. */
function activityMoved(before: string, after: string): boolean {
  return before.slice(0, 13) !== after.slice(0, 13);
}

/**
 * What a message changes of what its conversation knows of the customer; null where something is to be removed.
 * Everything by the provider's clock: what comes late is remembered and decides nothing.
 */
function customerChanges(
  meta: MetaItem,
  message: ChannelMessage | undefined,
  occurredAt: string,
): Record<string, unknown> {
  if (!message) return {};
  const handled = handledChanges(meta, message, occurredAt);
  if (message.direction !== 'inbound') return handled;
  const { displayName, username } = message.customer;
  return {
    ...handled,
    ...addressChanges(meta, message, occurredAt),
    ...(displayName && displayName !== meta.customerName ? { customerName: displayName } : {}),
    ...(username && username !== meta.customerUsername ? { customerUsername: username } : {}),
  };
}

/** The address a customer wrote from last is the one to answer; the others stay known. */
function addressChanges(
  meta: MetaItem,
  { customer, replacesIdentities, assertsIdentities = [] }: ChannelMessage,
  occurredAt: string,
): Record<string, unknown> {
  const known = meta.customerIdentities;
  const isNewest = occurredAt >= (meta.addressedAt ?? meta.openedAt);
  const { identities } = customer;
  const customerIdentities = distinct(
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
 * Nothing is written where no automatic agent has ever had the conversation; then whatever is newer than the agent's
 * first word, a reply of ours too, came from people.
 */
function handledChanges(
  meta: MetaItem,
  { handledBy }: ChannelMessage,
  occurredAt: string,
): Record<string, unknown> {
  if (handledBy === undefined || occurredAt < (meta.handledAt ?? meta.lastActivityAt)) return {};
  if (handledBy === 'people' && meta.handledAt === undefined) return {};
  const isSame = handledBy === (meta.handledBy ?? 'people');
  return {
    handledAt: occurredAt,
    ...(isSame ? {} : { handledBy: handledBy === 'people' ? null : handledBy }),
  };
}

function distinct(all: readonly Identity[]): Identity[] {
  return [...new Map(all.map((each) => [identityKey(each), each])).values()];
}
