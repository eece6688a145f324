import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { ConnectorError } from '#shared/errors';
import type { Retention } from '#shared/retention';
import { EntryItem, MetaItem } from '#shared/table/items';
import { endOfEntries, entryKey, type Key, metaKey } from '#shared/table/keys';

/** The conversations table and the client that reaches it. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
  /** How long items are kept that may expire; for ever where it says nothing. */
  readonly retention?: Retention;
}

/**
 * One item, read by its schema; undefined when there is none. Eventually consistent unless asked otherwise: half
 * the price, and every write here is conditional on what was read.
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
  return Item === undefined ? undefined : schema.parse(Item);
}

/** A conversation that is known to exist. Throws `unknown_conversation` when it does not. */
export async function readMeta(
  table: Table,
  conversationId: string,
  consistent = true,
): Promise<MetaItem> {
  const meta = await readItem(table, MetaItem, metaKey(conversationId), consistent);
  if (!meta) throw new ConnectorError('unknown_conversation', `no conversation ${conversationId}`);
  return meta;
}

export async function readEntry(
  table: Table,
  conversationId: string,
  sequence: number,
): Promise<EntryItem | undefined> {
  return readItem(table, EntryItem, entryKey(conversationId, sequence), true);
}

/** Entries with `after < sequence`, oldest first; consistent, because publishing must not skip one. */
export async function entriesAfter(
  table: Table,
  conversationId: string,
  after: number,
  limit = 100,
): Promise<EntryItem[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': metaKey(conversationId).pk,
        ':from': entryKey(conversationId, after + 1).sk,
        ':to': endOfEntries,
      },
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return Items.map((item) => EntryItem.parse(item));
}

/** The newest entries, newest first. */
export async function latestEntries(
  table: Table,
  conversationId: string,
  limit: number,
): Promise<EntryItem[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :entry)',
      ExpressionAttributeValues: { ':pk': metaKey(conversationId).pk, ':entry': 'ENTRY#' },
      ConsistentRead: true,
      ScanIndexForward: false,
      Limit: limit,
    }),
  );
  return Items.map((item) => EntryItem.parse(item));
}
