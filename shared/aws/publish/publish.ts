import type { ObjectEraser } from '#shared/aws/objects/erase';
import { type Queue, requestSend, sendEvent } from '#shared/aws/queues/queue';
import { movePublished } from '#shared/aws/store/append/conversation-writes';
import { markDirty } from '#shared/aws/store/publishing/dirty';
import {
  completed,
  keepReactions,
  movePublishedRevision,
} from '#shared/aws/store/publishing/pending';
import { redact } from '#shared/aws/store/redaction/redact';
import { accountName } from '#shared/aws/store/sending/pause';
import { putCampaignToWait } from '#shared/aws/store/sending/wait';
import { readState } from '#shared/aws/store/state';
import { entriesAfter, readConversation, readEntry, type Table } from '#shared/aws/store/table';
import { entryEvents, updateEvents } from '#shared/events/events';
import { failpoint } from '#shared/failpoint';
import type { Attachment } from '#shared/model/attachment';
import type { Event } from '#shared/model/event';
import type { SendCommand } from '#shared/model/send-command';
import { type Entry, type EntryItem, isEntry, isRedacted } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';
import { withoutText } from '#shared/table/redaction';
import type { EntryState, PendingUpdate } from '#shared/table/state';

/** The table and queues that publishing works with. */
export interface PublishTarget {
  readonly table: Table;
  readonly normalized: Queue;
  readonly outbound: Queue;
  readonly now: () => Date;
  /** Deletes the files of deleted messages; absent in a function without the right: it leaves them to the sweep. */
  readonly eraser?: ObjectEraser;
}

/**
 * Puts everything of a conversation that is stored and not yet published on the normalized queue: entries in order of
 * sequence, then the updates of `entry` in order of revision; the cursors move after. For a changed entry its state is
 * enough. Every function that changed a conversation calls it before it acknowledges its queue message: after a crash
 * the message is redelivered, and this call finds what is missing.
 *
 * Throws when the queue refuses; the conversation is then marked for the sweep, and the caller must not acknowledge its
 * message.
 */
export async function publish(
  target: PublishTarget,
  conversation: ConversationItem,
  entry: EntryState | Entry,
): Promise<void> {
  try {
    await publishEntries(target, conversation, entry);
    await publishChanges(target, conversation, entry);
  } catch (fault) {
    await markDirty(
      target.table,
      conversation.id,
      entry.sequence,
      target.now().toISOString(),
    ).catch(
      // The mark is a second safety net: the undeleted queue message is the first, and its fault is the one to report.
      () => undefined,
    );
    throw fault;
  }
}

/** Publishes at least up to the entry. If nothing older is waiting, the given entry saves a read. */
async function publishEntries(
  target: PublishTarget,
  conversation: ConversationItem,
  entry: EntryState | Entry,
): Promise<void> {
  if (conversation.published >= entry.sequence) return;
  if (isEntry(entry) && conversation.published + 1 === entry.sequence)
    return publishOne(target, conversation, entry);
  await drain(target, await readConversation(target.table, conversation.id));
}

async function publishOne(
  target: PublishTarget,
  conversation: ConversationItem,
  entry: Entry,
): Promise<void> {
  await emit(target, conversation, entry);
  failpoint('publish.beforeCursor');
  await movePublished(target.table, conversation.id, entry.sequence);
}

/** Publishes everything after the cursor, page by page. */
async function drain(target: PublishTarget, conversation: ConversationItem): Promise<void> {
  let published = conversation.published;
  for (;;) {
    const entries = await entriesAfter(target.table, conversation.id, published);
    for (const entry of entries) await emit(target, conversation, entry);
    const last = entries.at(-1);
    if (!last) return;
    published = last.sequence;
    await movePublished(target.table, conversation.id, published);
  }
}

async function emit(
  target: PublishTarget,
  conversation: ConversationItem,
  entry: Entry,
): Promise<void> {
  const told = isRedacted(entry) ? withoutText(entry) : entry;
  for (const event of entryEvents(conversation, told)) {
    await sendEvent(target.normalized, event);
    failpoint('publish.afterEvent');
  }
  if (entry.firstStatus !== 'accepted') return;
  // A campaign's message goes on the queue when the sweep has room for it.
  if (entry.reply?.purpose === 'marketing')
    return putCampaignToWait(target.table, conversation, entry);
  await requestSend(target.outbound, sendCommandOf(conversation, entry));
}

function sendCommandOf(
  conversation: ConversationItem,
  { sequence, generation }: EntryItem,
): SendCommand {
  const account = accountName(conversation);
  return {
    ...{ conversationId: conversation.id, sequence, account },
    ...(generation === undefined ? {} : { generation }),
  };
}

/** Publishes a conversation that the sweep found marked: entries first, then the updates of every marked entry. */
export async function publishMarked(
  target: PublishTarget,
  conversationId: string,
): Promise<ConversationItem> {
  const conversation = await readConversation(target.table, conversationId);
  await drain(target, conversation);
  for (const sequence of [...(conversation.dirtyEntries ?? [])].sort((a, b) => a - b)) {
    const entry = await readEntry(target.table, conversationId, sequence);
    if (entry) await publishChanges(target, conversation, entry);
  }
  return conversation;
}

/**
 * Publishes the changes of a message. Where a deletion takes its words, they are gone before it is told; a function that
 * may not delete files marks the conversation instead, and the sweep does both.
 */
async function publishChanges(
  target: PublishTarget,
  conversation: ConversationItem,
  entry: EntryState | Entry,
): Promise<void> {
  const { table, eraser, now } = target;
  if (entry.redaction !== 'due') return publishUpdates(target, conversation, entry);
  if (!eraser) return markDirty(table, conversation.id, entry.sequence, now().toISOString());
  await publishUpdates(target, conversation, await redact(table, eraser, conversation, entry));
}

/** Changes that one write may remove from a state: an update expression holds at most 4 KB. */
const maxAtOnce = 50;

/**
 * Publishes the changes of a message that the given state knows, in order of revision. The stored state may be newer;
 * each writer publishes its own changes. If another publisher has moved the cursor meanwhile, this one continues from
 * there, and sends nothing twice.
 */
async function publishUpdates(
  { table, normalized }: { readonly table: Table; readonly normalized: Queue },
  conversation: ConversationItem,
  known: EntryState | Entry,
): Promise<void> {
  const place = { conversationId: conversation.id, sequence: known.sequence };
  const upTo = known.revision;
  let sent = known.publishedRevision;
  let state: EntryState = known;
  while (state.publishedRevision < upTo) {
    const next = nextOf(state, upTo);
    const changes = await changesOf(table, conversation, known, { ...state, pending: next });
    sent = await sendChanges(normalized, changes, sent);
    await keepReactions(table, conversation.id, state, next);
    const moved = await movePublishedRevision(table, place, state, next.length);
    const now = moved ?? (await readState(table, place));
    if (!now) return;
    state = now;
  }
}

/** Sends the events of changes after the one sent last. Resolves with the number of the last. */
async function sendChanges(
  normalized: Queue,
  changes: readonly { readonly number: number; readonly events: readonly Event[] }[],
  sentBefore: number,
): Promise<number> {
  let sent = sentBefore;
  for (const { number, events } of changes) {
    if (number <= sent) continue;
    for (const event of events) await sendEvent(normalized, event);
    sent = number;
    failpoint('publish.afterRevisionEvent');
  }
  return sent;
}

function nextOf({ sequence, pending, publishedRevision }: EntryState, upTo: number) {
  const next = pending.slice(0, Math.min(maxAtOnce, upTo - publishedRevision));
  if (next.length === 0) throw new Error(`a change of entry ${sequence} is missing`);
  return next;
}

/** The events of the pending changes of a state, each with its revision. */
async function changesOf(
  table: Table,
  conversation: ConversationItem,
  known: EntryState | Entry,
  state: EntryState,
): Promise<{ readonly number: number; readonly events: readonly Event[] }[]> {
  const attachments = await attachmentsFor(table, conversation, known, state.pending);
  const updates = await completed(table, conversation.id, state, attachments);
  return updates.map((update, index) => {
    const number = state.publishedRevision + 1 + index;
    return { number, events: updateEvents(conversation, state, update, number) };
  });
}

/** The attachments of the message, read only if a change of one is to be published. */
async function attachmentsFor(
  table: Table,
  { id }: ConversationItem,
  known: EntryState | Entry,
  pending: readonly PendingUpdate[],
): Promise<readonly Attachment[]> {
  if (!pending.some(({ kind }) => kind === 'attachment')) return [];
  const isWhole = isEntry(known) && !isRedacted(known);
  const entry = isWhole ? known : await readEntry(table, id, known.sequence);
  return entry?.message?.attachments ?? [];
}
