import { activityKeys, activityMoved } from '#shared/aws/store/index-keys';
import type { Table } from '#shared/aws/store/table';
import type { TransactItem } from '#shared/aws/store/transact';
import { customerChanges } from '#shared/aws/store/update/customer-changes';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { EntryItem } from '#shared/table/entry';
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
