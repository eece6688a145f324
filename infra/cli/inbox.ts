import * as z from 'zod';
import type { MetaItem } from '#shared/table/items';
import { queryAll, readMetas, type Table } from './table.ts';

/** Keys of the `inbox` index: `<hour of last activity>#<conversation id>`. */
const InboxKey = z.object({ inboxSk: z.string().regex(/^.{13}#cnv_/) });

/**
 * Ids of conversations, newest hour of activity first; within an hour the index has no order of its own.
 * With `since`, those with activity in its hour or later; with `atLeast`, so many and all others of the last hour.
 */
export async function inboxIds(
  table: Table,
  { since, atLeast = Number.POSITIVE_INFINITY }: { since?: Date; atLeast?: number } = {},
): Promise<string[]> {
  const items = await queryAll(
    table,
    {
      IndexName: 'inbox',
      KeyConditionExpression: 'inboxPk = :open AND inboxSk >= :since',
      ExpressionAttributeValues: {
        ':open': 'INBOX#open',
        ':since': since ? since.toISOString().slice(0, 13) : '0',
      },
      ScanIndexForward: false,
    },
    (found) => found.length > atLeast && hourOf(found[atLeast - 1]) !== hourOf(found.at(-1)),
  );
  return items.flatMap((item) => {
    const key = InboxKey.safeParse(item);
    return key.success ? [key.data.inboxSk.slice(14)] : [];
  });
}

function hourOf(item: unknown): string | undefined {
  return InboxKey.safeParse(item).data?.inboxSk.slice(0, 13);
}

/** The conversations with the newest activity, newest first. */
export async function newestConversations(table: Table, limit: number): Promise<MetaItem[]> {
  const metas = await readMetas(table, await inboxIds(table, { atLeast: limit }));
  return metas.toSorted((a, b) => b.lastActivityAt.localeCompare(a.lastActivityAt)).slice(0, limit);
}
