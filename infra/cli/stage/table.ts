import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type * as z from 'zod';
import { type Entry, EntryItem, joinEntry } from '#shared/table/entry';
import { ConversationItem } from '#shared/table/items';
import {
  conversationKey,
  endOfEntries,
  entryKey,
  isStateKey,
  type Key,
  stateKey,
} from '#shared/table/keys';
import { StateItem } from '#shared/table/state';
import type { Stack } from './stack.ts';

/** The conversations table, for reading. */
export interface Table {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;
}

/** The limit of keys in one `BatchGetItem`. */
const maxKeys = 100;

export function openTable({ endpoints, region, credentials, table }: Stack): Table {
  const client = new DynamoDBClient({ endpoint: endpoints.dynamodb, region, credentials });
  return { client: DynamoDBDocumentClient.from(client), name: table };
}

/** One item; undefined when there is none, or none that can be read. */
export async function readItem<Schema extends z.ZodType>(
  { client, name }: Table,
  schema: Schema,
  key: Key,
): Promise<z.infer<Schema> | undefined> {
  const { Item } = await client.send(
    new GetCommand({ TableName: name, Key: key, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : schema.safeParse(Item).data;
}

/** The conversations of these ids that exist, in no particular order. */
export async function readConversations(
  table: Table,
  ids: readonly string[],
): Promise<ConversationItem[]> {
  const conversations: ConversationItem[] = [];
  for (let at = 0; at < ids.length; at += maxKeys) {
    let keys: Record<string, unknown>[] = ids
      .slice(at, at + maxKeys)
      .map((id) => ({ ...conversationKey(id) }));
    while (keys.length > 0) {
      const { Responses, UnprocessedKeys } = await table.client.send(
        new BatchGetCommand({
          RequestItems: { [table.name]: { Keys: keys, ConsistentRead: true } },
        }),
      );
      conversations.push(...readable(ConversationItem, Responses?.[table.name]));
      keys = UnprocessedKeys?.[table.name]?.Keys ?? [];
    }
  }
  return conversations;
}

/** The entries of a conversation from this sequence on, oldest first. */
export async function readEntries(
  table: Table,
  conversationId: string,
  from = 1,
): Promise<Entry[]> {
  const items = await queryAll(table, {
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
    ExpressionAttributeValues: {
      ':pk': conversationKey(conversationId).pk,
      ':from': entryKey(conversationId, Math.max(1, from)).sk,
      ':to': endOfEntries,
    },
    ConsistentRead: true,
  });
  const { states = [], entries = [] } = Object.groupBy(items, ({ sk }) =>
    isStateKey(String(sk)) ? 'states' : 'entries',
  );
  const bySequence = new Map(readable(StateItem, states).map((each) => [each.sequence, each]));
  return readable(EntryItem, entries).map((each) => joinEntry(each, bySequence.get(each.sequence)));
}

/** One entry; undefined when there is none, or none that can be read. */
export async function readEntry(
  table: Table,
  conversationId: string,
  sequence: number,
): Promise<Entry | undefined> {
  const item = await readItem(table, EntryItem, entryKey(conversationId, sequence));
  const state = await readItem(table, StateItem, stateKey(conversationId, sequence));
  return item && joinEntry(item, state);
}

/** Everything a query finds, page by page. */
export async function queryAll(
  { client, name }: Table,
  query: Omit<QueryCommandInput, 'TableName'>,
): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  let ExclusiveStartKey: QueryCommandInput['ExclusiveStartKey'];
  do {
    const page = await client.send(
      new QueryCommand({ TableName: name, ...query, ExclusiveStartKey }),
    );
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return items;
}

/** Keeps the items that can be read: one that cannot must not hide its neighbours during the search for a fault. */
function readable<Schema extends z.ZodType>(
  schema: Schema,
  items: readonly unknown[] = [],
): z.infer<Schema>[] {
  return items.flatMap((item) => {
    const read = schema.safeParse(item);
    return read.success ? [read.data] : [];
  });
}
