import { movePublished } from '#shared/aws/store/publishing/cursor';
import { markDirty } from '#shared/aws/store/publishing/dirty';
import { accountName } from '#shared/aws/store/sending/pause';
import { putCampaignToWait } from '#shared/aws/store/sending/wait';
import { entriesAfter, readEntry, readMeta, type Table } from '#shared/aws/store/table';
import { entryEvents } from '#shared/events/events';
import { failpoint } from '#shared/failpoint';
import type { SendCommand } from '#shared/model/send-command';
import { type Entry, type EntryItem, isEntry } from '#shared/table/entry';
import type { MetaItem } from '#shared/table/items';
import type { EntryState } from '#shared/table/state';
import { publishUpdates } from './publish-updates.ts';
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
