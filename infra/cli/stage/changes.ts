import { entryEvents } from '#shared/events/events';
import type { Event } from '#shared/model/event';
import type { ConversationItem } from '#shared/table/items';
import { type History, publishedEvents, readHistory } from './history.ts';
import { readEntries, type Table } from './table.ts';

/** The number of a conversation's newest entries that are read for changes. */
const watchedEntries = 25;

/** The state of a conversation as it was last shown. */
export interface Seen {
  readonly published: number;
  readonly revisions: ReadonlyMap<number, number>;
  /** Milliseconds since 1970, our clock. */
  readonly readAt: number;
  readonly changedAt: number;
}

export interface Found {
  /** The position of the event among those of other entries. */
  readonly at: string;
  readonly event: Event;
}

/**
 * Reads the events published in a conversation since it was last read; in one not seen before, everything from a time
 * on (milliseconds since 1970, or infinity for nothing).
 */
export async function pollChanges(
  table: Table,
  conversation: ConversationItem,
  before: Seen | undefined,
  from: number,
): Promise<{ readonly seen: Seen; readonly found: readonly Found[] }> {
  const isWhole = before === undefined && Number.isFinite(from);
  const newest = before?.published ?? conversation.published;
  const stored = await readEntries(
    table,
    conversation.id,
    isWhole ? 1 : newest - watchedEntries + 1,
  );
  const entries = stored.filter(({ sequence }) => sequence <= conversation.published);
  const changed = entries.map((each) =>
    each.publishedRevision > (before?.revisions.get(each.sequence) ?? 0)
      ? readHistory(table, conversation, each)
      : { entry: each, updates: [] },
  );
  const all = changesOf(conversation, await Promise.all(changed), before);
  const found = before ? all : all.filter(({ event }) => Date.parse(event.time) >= from);
  const readAt = Date.now();
  const seen = {
    published: Math.max(newest, conversation.published),
    revisions: new Map(entries.map((each) => [each.sequence, each.publishedRevision])),
    readAt,
    changedAt: before && found.length === 0 ? before.changedAt : readAt,
  };
  return { seen, found };
}

/**
 * Entries are published in their order, and the updates of one in theirs, whatever their clocks say: a status
 * carries the provider's, which may be behind ours.
 */
function changesOf(
  conversation: ConversationItem,
  histories: readonly History[],
  before: Seen | undefined,
): Found[] {
  const found: Found[] = [];
  let begun = '';
  for (const history of histories) {
    const { entry } = history;
    const { sequence } = entry;
    begun = later(begun, entry.message?.receivedAt ?? '');
    let at = begun;
    const events = [
      ...(sequence > (before?.published ?? 0) ? entryEvents(conversation, entry) : []),
      ...publishedEvents(conversation, history, before?.revisions.get(sequence)),
    ];
    for (const event of events) {
      at = later(at, event.time);
      found.push({ at, event });
    }
  }
  return found;
}

function later(one: string, other: string): string {
  return one > other ? one : other;
}
