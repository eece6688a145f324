import type { ChannelMessage } from '#shared/connector/channel-event';
import { identityKey } from '#shared/model/identity';
import { activityKeys, activityMoved } from './index-keys.ts';
import type { EntryItem, MetaItem } from './items.ts';
import { contactKey, identityItemKey, metaKey } from './keys.ts';
import type { Table } from './table.ts';
import type { TransactItem } from './transact.ts';

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

/** `sequence + 1`, and what the new message says of the conversation. A late message never turns a clock back. */
export function advanceMeta(table: Table, meta: MetaItem, entry: EntryItem): TransactItem {
  const at = entry.message?.occurredAt ?? meta.lastActivityAt;
  const lastActivityAt = at > meta.lastActivityAt ? at : meta.lastActivityAt;
  const closesAt = entry.replyWindow?.closesAt ?? '';
  const changes: Record<string, unknown> = {
    lastActivityAt,
    ...(closesAt > (meta.replyWindow?.closesAt ?? '') ? { replyWindow: entry.replyWindow } : {}),
    ...(activityMoved(meta.lastActivityAt, lastActivityAt)
      ? activityKeys(meta.id, meta.contactId, lastActivityAt)
      : {}),
  };
  const names = Object.keys(changes);
  return {
    Update: {
      TableName: table.name,
      Key: metaKey(meta.id),
      UpdateExpression: `SET #sequence = :next, ${names.map((name) => `${name} = :${name}`).join(', ')}`,
      ConditionExpression: '#sequence = :read',
      ExpressionAttributeNames: { '#sequence': 'sequence' },
      ExpressionAttributeValues: {
        ':read': meta.sequence,
        ':next': entry.sequence,
        ...Object.fromEntries(names.map((name) => [`:${name}`, changes[name]])),
      },
    },
  };
}

/** A person nobody has met before, with every address the provider named. */
export function newContactItems(
  table: Table,
  contactId: string,
  { customer }: ChannelMessage,
): TransactItem[] {
  const unique = new Map(customer.identities.map((each) => [identityKey(each), each]));
  const keys = [...unique.values()].map(identityItemKey);
  return [
    ...keys.map(
      (key): TransactItem => ({
        Put: {
          TableName: table.name,
          Item: {
            ...key,
            contactId,
            evidence: 'observed',
            aliases: keys
              .filter((other) => other !== key)
              .map(({ pk }) => pk.slice('IDENTITY#'.length)),
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      }),
    ),
    {
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
    },
  ];
}
