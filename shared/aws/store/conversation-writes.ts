import type { ChannelMessage } from '#shared/connector/channel-event';
import { identityKey } from '#shared/model/identity';
import type { EntryItem, MetaItem } from '#shared/table/items';
import { contactKey, identityItemKey, metaKey } from '#shared/table/keys';
import { activityKeys, activityMoved } from './index-keys.ts';
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
    ...customerChanges(meta, message),
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

/** The address a customer wrote from last is the one to answer; the others stay known. */
function customerChanges(
  meta: MetaItem,
  message: ChannelMessage | undefined,
): Record<string, unknown> {
  if (message?.direction !== 'inbound') return {};
  const { identities, displayName, username } = message.customer;
  const named = new Map(identities.map((each) => [identityKey(each), each]));
  const older = meta.customerIdentities.filter((each) => !named.has(identityKey(each)));
  const customerIdentities = [...named.values(), ...older];
  const moved =
    customerIdentities.map(identityKey).join() !== meta.customerIdentities.map(identityKey).join();
  return {
    ...(moved ? { customerIdentities } : {}),
    ...(displayName && displayName !== meta.customerName ? { customerName: displayName } : {}),
    ...(username && username !== meta.customerUsername ? { customerUsername: username } : {}),
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
