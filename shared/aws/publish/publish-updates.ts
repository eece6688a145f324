import { movePublishedRevision } from '#shared/aws/store/publishing/cursor';
import { readState } from '#shared/aws/store/state';
import { readEntry, type Table } from '#shared/aws/store/table';
import { completed, keepReactions } from '#shared/aws/store/update/pending';
import { updateEvent } from '#shared/events/events';
import { failpoint } from '#shared/failpoint';
import type { Attachment } from '#shared/model/attachment';
import type { Event } from '#shared/model/event';
import { type Entry, isEntry } from '#shared/table/entry';
import type { MetaItem } from '#shared/table/items';
import type { EntryState, PendingUpdate } from '#shared/table/state';
import { type Queue, sendEvent } from './queues.ts';

/** So many changes leave a state in one write: an expression holds no more than 4 KB. */
const maxAtOnce = 50;

/**
 * Publishes the changes of a message that the state in hand knows of, in order of revision. The state may be older
 * than the one stored: what came since is published by whoever wrote it. Where another publisher has moved the cursor
 * meanwhile, it goes on from there; what was sent once is not sent again.
 */
export async function publishUpdates(
  { table, normalized }: { readonly table: Table; readonly normalized: Queue },
  meta: MetaItem,
  known: EntryState | Entry,
): Promise<void> {
  const place = { conversationId: meta.id, sequence: known.sequence };
  const upTo = known.revision;
  let sent = known.publishedRevision;
  let state: EntryState = known;
  while (state.publishedRevision < upTo) {
    const next = nextOf(state, upTo);
    for (const event of await eventsOf(table, meta, known, { ...state, pending: next })) {
      if (event.number <= sent) continue;
      await sendEvent(normalized, event.event);
      sent = event.number;
      failpoint('publish.afterRevisionEvent');
    }
    await keepReactions(table, meta.id, state, next);
    const moved = await movePublishedRevision(table, place, state, next.length);
    const now = moved ?? (await readState(table, place));
    if (!now) return;
    state = now;
  }
}

function nextOf({ sequence, pending, publishedRevision }: EntryState, upTo: number) {
  const next = pending.slice(0, Math.min(maxAtOnce, upTo - publishedRevision));
  if (next.length === 0) throw new Error(`a change of entry ${sequence} is missing`);
  return next;
}

/** The events of the pending changes of a state, each with its revision. */
async function eventsOf(
  table: Table,
  meta: MetaItem,
  known: EntryState | Entry,
  state: EntryState,
): Promise<{ readonly number: number; readonly event: Event }[]> {
  const attachments = await attachmentsFor(table, meta, known, state.pending);
  const updates = await completed(table, meta.id, state, attachments);
  return updates.map((update, index) => {
    const number = state.publishedRevision + 1 + index;
    return { number, event: updateEvent(meta, state, update, number) };
  });
}

/** What the message told of its files, where a change of one is to be published. */
async function attachmentsFor(
  table: Table,
  { id }: MetaItem,
  known: EntryState | Entry,
  pending: readonly PendingUpdate[],
): Promise<readonly Attachment[]> {
  if (!pending.some(({ kind }) => kind === 'attachment')) return [];
  const entry = isEntry(known) ? known : await readEntry(table, id, known.sequence);
  return entry?.message?.attachments ?? [];
}
