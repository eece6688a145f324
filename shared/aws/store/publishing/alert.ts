import * as z from 'zod';
import { putEntry } from '#shared/aws/store/append/conversation-writes';
import {
  referenceWrite,
  type TransactItem,
  transact,
  unlessRefused,
} from '#shared/aws/store/conditional-writes';
import type { SendingAccount } from '#shared/aws/store/sending/pause';
import {
  goneOf,
  messageExpiry,
  readConversation,
  readEntry,
  readItem,
  stampOf,
  type Table,
} from '#shared/aws/store/table';
import type { ChannelAlert } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { derivedId } from '#shared/ids';
import { type Entry, type EntryItem, joinEntry } from '#shared/table/entry';
import { ConversationItem, ReferenceItem } from '#shared/table/items';
import { conversationKey, referenceKey } from '#shared/table/keys';
import { dirtyFields } from './dirty.ts';

interface AlertOrigin {
  readonly connector: string;
  readonly account: string;
  readonly receivedAt: string;
}

const maxTries = 8;

/**
 * Appends an alert to the account's own feed: a conversation without a customer, which no inbox lists. So alerts have
 * the same guarantees as messages: stored once, published in order. Repeating one returns what the first one wrote.
 *
 * It is stored with the mark for the sweep: the queue message of a refused attempt finds its outcome recorded when it
 * comes again, and raises no alert a second time.
 */
export async function appendAlert(
  table: Table,
  origin: AlertOrigin,
  alert: ChannelAlert,
): Promise<{ readonly conversation: ConversationItem; readonly entry: Entry }> {
  const { connector, account } = origin;
  const reference = referenceKey(connector, account, `alert:${alert.id}`);
  const id = derivedId('cnv', 'alerts', connector, account, alert.channel);
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    const known = await told(table, await readItem(table, ReferenceItem, reference, true));
    if (known) return known;
    const conversation =
      (await readItem(table, ConversationItem, conversationKey(id), true)) ??
      feed(id, origin, alert);
    const expiry = messageExpiry(table, origin.receivedAt);
    const entry = {
      ...alertEntry(conversation, origin, alert),
      ...stampOf(table, origin.receivedAt),
    };
    const { sequence } = entry;
    const pointer = { conversationId: id, contactId: conversation.contactId, sequence, ...expiry };
    const refused = await transact(table, [
      referenceWrite(table, reference, pointer, false),
      conversation.sequence === 0
        ? putFeed(table, conversation, entry, origin)
        : advanceFeed(table, conversation, entry, origin),
      putEntry(table, id, entry),
    ]);
    if (!refused) {
      return { conversation: marked(conversation, sequence, origin), entry: joinEntry(entry) };
    }
  }
  throw new ConnectorError('unavailable', 'the alert feed is contended; try again');
}

/** Reads what an earlier append of the alert wrote. An account with several channels has a feed for each. */
async function told(table: Table, reference: ReferenceItem | undefined) {
  const { conversationId, sequence } = reference ?? {};
  if (conversationId === undefined || sequence === undefined) return undefined;
  const entry = await readEntry(table, conversationId, sequence);
  if (!entry) throw goneOf(reference ?? {});
  return { conversation: await readConversation(table, conversationId), entry };
}

/** The feed as it is after the write. */
function marked(
  conversation: ConversationItem,
  sequence: number,
  { receivedAt }: AlertOrigin,
): ConversationItem {
  const { dirtySince = receivedAt, dirtyEntries = [] } = conversation;
  return {
    ...conversation,
    sequence,
    dirtySince,
    dirtyEntries: new Set([...dirtyEntries, sequence]),
  };
}

function putFeed(
  table: Table,
  conversation: ConversationItem,
  { sequence }: EntryItem,
  { receivedAt }: AlertOrigin,
): TransactItem {
  return {
    Put: {
      TableName: table.name,
      Item: {
        ...conversationKey(conversation.id),
        ...conversation,
        ...dirtyFields(conversation.id, sequence, receivedAt),
        sequence,
      },
      ConditionExpression: 'attribute_not_exists(pk)',
    },
  };
}

function advanceFeed(
  table: Table,
  { id, sequence: read }: ConversationItem,
  { sequence }: EntryItem,
  { receivedAt }: AlertOrigin,
): TransactItem {
  const mark = dirtyFields(id, sequence, receivedAt);
  return {
    Update: {
      TableName: table.name,
      Key: conversationKey(id),
      UpdateExpression:
        'SET #sequence = :next, dirtyPk = :dirty, dirtySince = if_not_exists(dirtySince, :at) ADD dirtyEntries :entries',
      ConditionExpression: '#sequence = :read',
      ExpressionAttributeNames: { '#sequence': 'sequence' },
      ExpressionAttributeValues: {
        ':read': read,
        ':next': sequence,
        ':dirty': mark.dirtyPk,
        ':at': mark.dirtySince,
        ':entries': mark.dirtyEntries,
      },
    },
  };
}

function feed(id: string, { connector, account, receivedAt }: AlertOrigin, alert: ChannelAlert) {
  const identity = {
    channel: alert.channel,
    kind: 'sender_id',
    scope: '',
    address: account,
  } as const;
  return ConversationItem.parse({
    id,
    channel: alert.channel,
    connector,
    account,
    contactId: derivedId('con', 'alerts', connector, account),
    businessIdentity: identity,
    customerIdentities: [identity],
    visibility: 'private',
    status: 'open',
    sequence: 0,
    published: 0,
    openedAt: receivedAt,
    lastActivityAt: receivedAt,
  });
}

function alertEntry(
  conversation: ConversationItem,
  { receivedAt }: AlertOrigin,
  { code, title, details, occurredAt }: ChannelAlert,
): EntryItem {
  return {
    sequence: conversation.sequence + 1,
    alert: {
      code,
      title,
      occurredAt: occurredAt ?? receivedAt,
      ...(details === undefined ? {} : { details: z.json().parse(details) }),
    },
  };
}

/** `ACCOUNT#<connector>#<account>` / `ALERT#<reason>`: the time of the last alert for a continuing problem. */
const AlertItem = z.object({ raisedAt: z.iso.datetime() });

/** A problem that continues is reported again after this time. */
const againAfterSeconds = 3_600;
/** The age at which the item is deleted. */
const forgottenAfterSeconds = 7 * 86_400;

/**
 * Decides which alert a problem belongs to: one raised less than an hour before, else a new one. So each reason of an
 * account is reported once an hour, by the first answer or status that tells of it; repeating the same one after a
 * crash names the same alert.
 */
export async function alertSince(
  table: Table,
  { connector, account }: SendingAccount,
  reason: string,
  at: string,
): Promise<string> {
  const key = { pk: `ACCOUNT#${connector}#${account}`, sk: `ALERT#${reason}` };
  const msAfter = (seconds: number) => Date.parse(at) + seconds * 1000;
  const isFirst = await unlessRefused(table, {
    Key: key,
    UpdateExpression: 'SET raisedAt = :at, expiresAt = :expiresAt',
    ConditionExpression: 'attribute_not_exists(raisedAt) OR raisedAt <= :before',
    ExpressionAttributeValues: {
      ':at': at,
      ':before': new Date(msAfter(-againAfterSeconds)).toISOString(),
      ':expiresAt': Math.floor(msAfter(forgottenAfterSeconds) / 1000),
    },
  });
  if (isFirst) return at;
  return (await readItem(table, AlertItem, key, true))?.raisedAt ?? at;
}
