import { inboxIds } from '#infra/cli/stage/inbox';
import { keptItem } from '#infra/cli/stage/kept-item';
import { readEntries, readItem, readMetas } from '#infra/cli/stage/table';
import { isNamed, messageIdOf, type NamedEntry } from '#shared/ids';
import { EntryItem } from '#shared/table/entry';
import { MetaItem } from '#shared/table/items';
import { entryKey, metaKey } from '#shared/table/keys';
import { parsedItem, type ReplayItem } from './item.ts';
import type { Selection } from './selection.ts';
import type { ReplayStack } from './stack.ts';

/**
 * The inbox is ordered by the provider's clock, and a message may come long after it was written: conversations that
 * were active so much earlier are looked at too.
 */
const latenessHours = 24;

/** The items of messages received since, of every conversation that may hold one. */
export async function itemsSince(
  stack: ReplayStack,
  since: Date,
  selection: Pick<Selection, 'connector' | 'account'>,
  signal: AbortSignal,
): Promise<ReplayItem[]> {
  const { table } = stack;
  const ids = await inboxIds(table, {
    since: new Date(since.getTime() - latenessHours * 3_600_000),
  });
  const items: ReplayItem[] = [];
  for (const meta of (await readMetas(table, ids)).filter((each) => isOf(selection, each))) {
    signal.throwIfAborted();
    for (const entry of await readEntries(table, meta.id)) {
      const { receivedAt = '' } = entry.message ?? {};
      if (receivedAt >= since.toISOString()) items.push(...(await itemOf(stack, meta, entry)));
    }
  }
  return items;
}

/** The item of one message; none where nothing is kept of it. */
export async function itemsOfMessage(stack: ReplayStack, named: NamedEntry): Promise<ReplayItem[]> {
  const { conversationId, sequence } = named;
  const meta = await readItem(stack.table, MetaItem, metaKey(conversationId));
  const entry = await readItem(stack.table, EntryItem, entryKey(conversationId, sequence));
  return meta && entry && isNamed(named, entry) ? itemOf(stack, meta, entry) : [];
}

async function itemOf(stack: ReplayStack, meta: MetaItem, entry: EntryItem): Promise<ReplayItem[]> {
  const messageId = messageIdOf(meta.id, entry);
  try {
    const text = await keptItem(stack, meta, entry);
    return text === undefined ? [] : [{ messageId, ...parsedItem(text) }];
  } catch (fault) {
    return [{ messageId, damaged: fault instanceof Error ? fault.message : String(fault) }];
  }
}

function isOf(
  { connector, account }: Pick<Selection, 'connector' | 'account'>,
  meta: MetaItem,
): boolean {
  return (
    (connector ?? meta.connector) === meta.connector && (account ?? meta.account) === meta.account
  );
}
