import { markDirty } from '#shared/aws/store/publishing/dirty';
import {
  completed,
  keepReactions,
  movePublished,
  movePublishedRevision,
} from '#shared/aws/store/publishing/pending';
import { accountName } from '#shared/aws/store/sending/pause';
import { putCampaignToWait } from '#shared/aws/store/sending/wait';
import { readState } from '#shared/aws/store/state';
import { entriesAfter, readEntry, readMeta, type Table } from '#shared/aws/store/table';
import { entryEvents, updateEvent } from '#shared/events/events';
import { failpoint } from '#shared/failpoint';
import type { Attachment } from '#shared/model/attachment';
import type { Event } from '#shared/model/event';
import type { SendCommand } from '#shared/model/send-command';
import { type Entry, type EntryItem, isEntry } from '#shared/table/entry';
import type { MetaItem } from '#shared/table/items';
import type { EntryState, PendingUpdate } from '#shared/table/state';
import { type Queue, requestSend, sendEvent } from './queues.ts';

/** Where publishing reads from and writes to. */
export interface PublishTarget {
  readonly table: Table;
  readonly normalized: Queue;
  readonly outbound: Queue;
  readonly now: () => Date;
}

/**
 * Puts everything of a conversation that is stored and not yet published on the normalized queue: entries in order
 * of sequence, then the updates of `entry` in order of revision; the cursors move after. Of an entry that changed its
 * state is enough. Called by every function
 * that changed a conversation, before it lets go of the queue message that made it do so: a crash anywhere is
 * followed by a redelivery, which comes here again and finds what is missing.
 *
 * Throws when the queue refuses; the conversation is then marked for the sweep, and the caller must not
 * acknowledge what it was working on.
 */
export async function publish(
  target: PublishTarget,
  meta: MetaItem,
  entry: EntryState | Entry,
): Promise<void> {
  try {
    await publishEntries(target, meta, entry);
    await publishUpdates(target, meta, entry);
  } catch (fault) {
    await markDirty(target.table, meta.id, entry.sequence, target.now().toISOString()).catch(
      // The mark is a second net: the undeleted queue message is the first, and its fault is the one to report.
      () => undefined,
    );
    throw fault;
  }
}

/** Publishes up to the entry at least. The entry in hand spares the read where nothing older is waiting. */
async function publishEntries(
  target: PublishTarget,
  meta: MetaItem,
  entry: EntryState | Entry,
): Promise<void> {
  if (meta.published >= entry.sequence) return;
  if (isEntry(entry) && meta.published + 1 === entry.sequence)
    return publishOne(target, meta, entry);
  await drain(target, await readMeta(target.table, meta.id));
}

async function publishOne(target: PublishTarget, meta: MetaItem, entry: EntryItem): Promise<void> {
  await emit(target, meta, entry);
  failpoint('publish.beforeCursor');
  await movePublished(target.table, meta.id, entry.sequence);
}

/** Everything between the cursor and the end, page by page. */
async function drain(target: PublishTarget, meta: MetaItem): Promise<void> {
  let published = meta.published;
  for (;;) {
    const entries = await entriesAfter(target.table, meta.id, published);
    for (const entry of entries) await emit(target, meta, entry);
    const last = entries.at(-1);
    if (!last) return;
    published = last.sequence;
    await movePublished(target.table, meta.id, published);
  }
}

async function emit(target: PublishTarget, meta: MetaItem, entry: EntryItem): Promise<void> {
  for (const event of entryEvents(meta, entry)) {
    await sendEvent(target.normalized, event);
    failpoint('publish.afterEvent');
  }
  if (entry.firstStatus !== 'accepted') return;
  // A campaign's message goes on the queue when the sweep has room for it.
  if (entry.reply?.purpose === 'marketing') return putCampaignToWait(target.table, meta, entry);
  await requestSend(target.outbound, sendCommandOf(meta, entry));
}

function sendCommandOf(meta: MetaItem, { sequence, generation }: EntryItem): SendCommand {
  const account = accountName(meta);
  return {
    ...{ conversationId: meta.id, sequence, account },
    ...(generation === undefined ? {} : { generation }),
  };
}

/** For the sweep: entries first, then the updates of every entry that was marked. */
export async function publishMarked(
  target: PublishTarget,
  conversationId: string,
): Promise<MetaItem> {
  const meta = await readMeta(target.table, conversationId);
  await drain(target, meta);
  for (const sequence of [...(meta.dirtyEntries ?? [])].sort((a, b) => a - b)) {
    const entry = await readEntry(target.table, conversationId, sequence);
    if (entry) await publishUpdates(target, meta, entry);
  }
  return meta;
}

/** So many changes leave a state in one write: an expression holds no more than 4 KB. */
const maxAtOnce = 50;

/**
 * Publishes the changes of a message that the state in hand knows of, in order of revision. The state may be older
 * than the one stored: what came since is published by whoever wrote it. Where another publisher has moved the cursor
 * meanwhile, it goes on from there; what was sent once is not sent again.
 */
async function publishUpdates(
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
