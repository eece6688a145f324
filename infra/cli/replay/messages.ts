import { inboxIds } from '#infra/cli/stage/inbox';
import { keptItem } from '#infra/cli/stage/kept-item';
import { readConversations, readEntries, readItem } from '#infra/cli/stage/table';
import { isNamed, messageIdOf, type NamedEntry } from '#shared/ids';
import { EntryItem } from '#shared/table/entry';
import { ConversationItem } from '#shared/table/items';
import { conversationKey, entryKey } from '#shared/table/keys';
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
  for (const conversation of (await readConversations(table, ids)).filter((each) =>
    isOf(selection, each),
  )) {
    signal.throwIfAborted();
    for (const entry of await readEntries(table, conversation.id)) {
      const { receivedAt = '' } = entry.message ?? {};
      if (receivedAt >= since.toISOString())
        items.push(...(await itemOf(stack, conversation, entry)));
    }
  }
  return items;
}

/** The item of one message; none where nothing is kept of it. */
export async function itemsOfMessage(stack: ReplayStack, named: NamedEntry): Promise<ReplayItem[]> {
  const { conversationId, sequence } = named;
  const conversation = await readItem(
    stack.table,
    ConversationItem,
    conversationKey(conversationId),
  );
  const entry = await readItem(stack.table, EntryItem, entryKey(conversationId, sequence));
  return conversation && entry && isNamed(named, entry) ? itemOf(stack, conversation, entry) : [];
}

async function itemOf(
  stack: ReplayStack,
  conversation: ConversationItem,
  entry: EntryItem,
): Promise<ReplayItem[]> {
  const messageId = messageIdOf(conversation.id, entry);
  try {
    const text = await keptItem(stack, conversation, entry);
    return text === undefined ? [] : [{ messageId, ...parsedItem(text) }];
  } catch (fault) {
    return [{ messageId, damaged: fault instanceof Error ? fault.message : String(fault) }];
  }
}

function isOf(
  { connector, account }: Pick<Selection, 'connector' | 'account'>,
  conversation: ConversationItem,
): boolean {
  return (
    (connector ?? conversation.connector) === conversation.connector &&
    (account ?? conversation.account) === conversation.account
  );
}
