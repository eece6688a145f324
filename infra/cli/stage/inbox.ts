import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type InboxRequest, type InboxRow, inboxPage, inboxQueries } from '#shared/table/inbox';
import type { ConversationItem } from '#shared/table/items';
import { readConversations, type Table } from './table.ts';

const pageSize = 100;

/**
 * Ids of conversations, newest hour of activity first; within an hour the index has no order of its own.
 * With `since`, those with activity in its hour or later; with `atLeast`, so many and all others of the last hour.
 */
export async function inboxIds(
  table: Table,
  { since, atLeast = Number.POSITIVE_INFINITY }: { since?: Date; atLeast?: number } = {},
): Promise<string[]> {
  const rows: InboxRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage(table, { limit: pageSize, cursor, since: since?.toISOString() });
    rows.push(...page.rows);
    cursor = page.cursor;
  } while (cursor !== undefined && !isEnough(rows, atLeast, cursor));
  return rows.map(({ conversationId }) => conversationId);
}

async function readPage({ client, name }: Table, request: InboxRequest) {
  const queries = inboxQueries(request);
  const answers = await Promise.all(
    queries.map((query) => client.send(new QueryCommand({ TableName: name, ...query }))),
  );
  return inboxPage(answers, request.limit);
}

/** True when enough rows have been found, and everything of the hour of the last one. */
function isEnough(rows: readonly InboxRow[], atLeast: number, cursor: string): boolean {
  const last = rows[atLeast - 1];
  return last !== undefined && !cursor.startsWith(last.activeIn);
}

/** The conversations with the newest activity, newest first. */
export async function newestConversations(
  table: Table,
  limit: number,
): Promise<ConversationItem[]> {
  const conversations = await readConversations(table, await inboxIds(table, { atLeast: limit }));
  return conversations
    .toSorted((a, b) => b.lastActivityAt.localeCompare(a.lastActivityAt))
    .slice(0, limit);
}
