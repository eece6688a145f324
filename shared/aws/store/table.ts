import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { ConnectorError } from '#shared/errors';
import type { Retention } from '#shared/retention';
import { type Entry, joinEntries } from '#shared/table/entry';
import { ConversationItem, type ReferenceItem, readable } from '#shared/table/items';
import {
  conversationKey,
  endOfEntries,
  entryKey,
  isStateKey,
  type Key,
  stateKey,
} from '#shared/table/keys';

/** The conversations table and the client that reaches it. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
  /** The time that items are kept which may expire; for ever if absent. */
  readonly retention?: Retention;
  /** The number of times the table was restored to an earlier point; 0 if absent. */
  readonly generation?: number;
}

/**
 * Reads one item by its schema; undefined if there is none. Eventually consistent by default: half the price, and every
 * write here is conditional on what was read.
 */
export async function readItem<Schema extends z.ZodType>(
  table: Table,
  schema: Schema,
  key: Key,
  consistent = false,
): Promise<z.infer<Schema> | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: key, ConsistentRead: consistent }),
  );
  return Item === undefined ? undefined : schema.parse(readable(Item));
}

/** Reads a conversation that is known to exist. Throws `unknown_conversation` when it does not. */
export async function readConversation(
  table: Table,
  conversationId: string,
  consistent = true,
): Promise<ConversationItem> {
  const conversation = await readItem(
    table,
    ConversationItem,
    conversationKey(conversationId),
    consistent,
  );
  if (!conversation)
    throw new ConnectorError('unknown_conversation', `no conversation ${conversationId}`);
  return conversation;
}

/** Reads an entry with its state, in one query. */
export async function readEntry(
  table: Table,
  conversationId: string,
  sequence: number,
): Promise<Entry | undefined> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': conversationKey(conversationId).pk,
        ':from': entryKey(conversationId, sequence).sk,
        ':to': stateKey(conversationId, sequence).sk,
      },
      ConsistentRead: true,
    }),
  );
  return joinEntries(Items)[0];
}

/** Reads entries with `after < sequence`, oldest first; consistent, because publishing must not skip one. */
export async function entriesAfter(
  table: Table,
  conversationId: string,
  after: number,
  limit = 100,
): Promise<Entry[]> {
  const { Items = [], LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': conversationKey(conversationId).pk,
        ':from': entryKey(conversationId, after + 1).sk,
        ':to': endOfEntries,
      },
      ConsistentRead: true,
      Limit: 2 * limit,
    }),
  );
  const entries = joinEntries(Items);
  // A page may end between an entry and its state. An entry has 400 KB at most, so there is another one before it.
  const isCut = LastEvaluatedKey !== undefined && !isStateKey(String(LastEvaluatedKey['sk']));
  return (isCut ? entries.slice(0, -1) : entries).slice(0, limit);
}

/** Reads the newest entries, newest first: of those before a sequence, where one is given. */
export async function latestEntries(
  table: Table,
  conversationId: string,
  limit: number,
  before?: number,
): Promise<Entry[]> {
  if (before === 1) return [];
  const last = before === undefined ? endOfEntries : stateKey(conversationId, before - 1).sk;
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': conversationKey(conversationId).pk,
        ':from': entryKey(conversationId, 1).sk,
        ':to': last,
      },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: 2 * limit,
    }),
  );
  // If the page is cut, the last item is a state without its entry, and is left out.
  return joinEntries(Items.reverse()).reverse().slice(0, limit);
}

/** The generation of a table as an item states it: 0 is not written. */
export function inGeneration({ generation = 0 }: Pick<Table, 'generation'>): {
  readonly generation?: number;
} {
  return generation === 0 ? {} : { generation };
}

/** The attributes that the table gives to every entry: its expiry, and the generation of its number. */
export interface Stamp {
  readonly expiresAt?: number;
  readonly generation?: number;
}

export function stampOf(table: Table, receivedAt: string): Stamp {
  return { ...messageExpiry(table, receivedAt), ...inGeneration(table) };
}

/** A message that came before and was deleted when its retention ended. Nothing is to be done. */
export class MessageExpired extends Error {
  override readonly name = 'MessageExpired';
}

/** The error for a reference without its message: expired, or else a fault of the system that a later try may mend. */
export function goneOf({ expiresAt }: Pick<ReferenceItem, 'expiresAt'>): Error {
  if (expiresAt !== undefined) return new MessageExpired('the message is kept no longer');
  return new ConnectorError('unavailable', 'a reference points at no entry');
}

/** The time in epoch seconds after which an item is deleted: the attribute that DynamoDB's time to live reads. */
interface Expiry {
  readonly expiresAt?: number;
}

/** The expiry of all items of one message, counted from when it was received or accepted. */
export function messageExpiry({ retention }: Pick<Table, 'retention'>, since: string): Expiry {
  return expiryAfter(retention?.messagesDays, since);
}

/** The expiry of the item that a replyId stands for. */
export function replyIdExpiry({ retention }: Pick<Table, 'retention'>, since: string): Expiry {
  return expiryAfter(retention?.replyIdsDays, since);
}

/** Copies the expiry of an item to another that belongs to it. */
export function sameExpiry({ expiresAt }: { readonly expiresAt?: number | undefined }): Expiry {
  return expiresAt === undefined ? {} : { expiresAt };
}

function expiryAfter(days: number | undefined, since: string): Expiry {
  if (days === undefined) return {};
  return { expiresAt: Math.floor(Date.parse(since) / 1000) + days * 86_400 };
}
