import { declarations } from '#connectors/declarations';
import type { ConversationItem } from '#shared/table/items';
import { type Found, pollChanges, type Seen } from './changes.ts';
import { inboxIds } from './inbox.ts';
import { alertFeed } from './pause.ts';
import type { Stack } from './stack.ts';
import { readConversations, type Table } from './table.ts';

const hour = 3_600_000;
/** Conversations that have been quiet for longer are read again when a new message comes. */
const windowHours = 24;
const maxQuietMilliseconds = 10_000;
const readAtOnce = 20;

/**
 * The events of the normalized queue, told from the table: they are derived from what is stored, so composing them here
 * gives what was published, under the same ids, whether or not a consumer has taken it off the queue meanwhile. Changes
 * are told only as far as their message remembers them (history.ts).
 * Only entries before the publishing cursors are told: nothing that is not on the queue yet.
 *
 * The first call gives everything since then, or nothing; every other call gives what is new since the call before.
 */
export function watchConversations(
  table: Table,
  feeds: readonly string[],
  since: Date | undefined,
): () => Promise<Found[]> {
  const seen = new Map<string, Seen>();
  const sinceTime = since?.getTime() ?? Number.POSITIVE_INFINITY;
  // A conversation that comes into the window later was quiet until then: its events of the last hour are new.
  const laterFrom = Date.now() - hour;
  let from = sinceTime;
  return async () => {
    const window = new Date(Math.min(Date.now() - windowHours * hour, sinceTime));
    const conversations = await readConversations(table, [
      ...feeds,
      ...(await inboxIds(table, { since: window })),
    ]);
    const due = conversations.filter((conversation) =>
      isDue(seen.get(conversation.id), conversation, Date.now()),
    );
    const found: Found[] = [];
    for (let at = 0; at < due.length; at += readAtOnce) {
      const some = due.slice(at, at + readAtOnce).map(async (conversation) => {
        const news = await pollChanges(table, conversation, seen.get(conversation.id), from);
        seen.set(conversation.id, news.seen);
        return news.found;
      });
      found.push(...(await Promise.all(some)).flat());
    }
    from = laterFrom;
    return found;
  };
}

/** Updates do not touch the conversation itself, so it is read again, the less often the longer it is quiet. */
function isDue(before: Seen | undefined, conversation: ConversationItem, now: number): boolean {
  if (!before || conversation.published > before.published) return true;
  return now - before.readAt >= Math.min(maxQuietMilliseconds, (now - before.changedAt) / 20);
}

/** Alerts stand in feeds of their own, one for each account and channel, which no inbox lists. */
export function alertFeeds({ accounts }: Pick<Stack, 'accounts'>): string[] {
  return accounts.flatMap(({ connector, account }) => {
    const channels = Object.entries(declarations).find(([name]) => name === connector)?.[1]
      .channels;
    return Object.keys(channels ?? {}).map((channel) => alertFeed({ connector, account }, channel));
  });
}
