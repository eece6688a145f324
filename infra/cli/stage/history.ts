import { updateEvents } from '#shared/events/events';
import type { Attachment } from '#shared/model/attachment';
import type { Event } from '#shared/model/event';
import { type Entry, isRedacted } from '#shared/table/entry';
import type { ConsentItem, ConversationItem } from '#shared/table/items';
import { editKey, reactionsPrefix, shortHash } from '#shared/table/keys';
import { messageParts } from '#shared/table/parts';
import { keyOfLastEdit, type RecentUpdate, recentUpdates } from '#shared/table/recent';
import { withoutText } from '#shared/table/redaction';
import { attachmentUpdateId, EditItem, ReactionItem } from '#shared/table/state';
import type { Update } from '#shared/table/update';
import { readWords } from './consents.ts';
import { queryAll, readItem, type Table } from './table.ts';

/** A change with its number within the message. */
export type NumberedUpdate = Update & { readonly revision: number };

/** An entry with its last changes, the oldest first, and the edit whose text counts. */
export interface History {
  readonly entry: Entry;
  readonly updates: readonly NumberedUpdate[];
  readonly edit?: EditItem;
}

/** The items beside an entry that hold what its changes said. */
export interface Beside {
  /** By the key of the edit. */
  readonly edits: ReadonlyMap<string, EditItem>;
  readonly reactions: readonly ReactionItem[];
  /** The words of consent under the addresses that it went to. */
  readonly consents?: readonly ConsentItem[];
}

/** Reads what is remembered of the last changes of an entry. */
export async function readHistory(
  table: Table,
  conversation: ConversationItem,
  entry: Entry,
): Promise<History> {
  const recent = recentUpdates(entry);
  const keys = recent.filter(({ kind }) => kind === 'edit').map(({ key }) => key);
  const edits = new Map<string, EditItem>();
  for (const key of new Set([...keys, ...[keyOfLastEdit(entry) ?? []].flat()])) {
    const edit = await readItem(table, EditItem, editKey(conversation.id, entry.sequence, key));
    if (edit) edits.set(key, edit);
  }
  const isReacted = recent.some(({ kind }) => kind === 'reaction');
  const reactions = isReacted ? await readReactions(table, conversation, entry) : [];
  const hasFailed = recent.some(({ status }) => status === 'failed');
  const people = [...conversation.customerIdentities, ...(entry.message?.recipients ?? [])];
  const consents = hasFailed ? await readWords(table, people) : [];
  return historyFrom(entry, { edits, reactions, consents });
}

async function readReactions(table: Table, { id }: ConversationItem, { sequence }: Entry) {
  const { pk, sk } = reactionsPrefix(id, sequence);
  const items = await queryAll(table, {
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
    ExpressionAttributeValues: { ':pk': pk, ':sk': sk },
    ConsistentRead: true,
  });
  return items.flatMap((item) => ReactionItem.safeParse(item).data ?? []);
}

/** The last changes that an entry remembers. Only the status that holds now has its reasons. */
export function historyFrom(entry: Entry, beside: Beside): History {
  const recent = recentUpdates(entry);
  const lastOf = new Map(recent.map(({ kind, revision }) => [kind, revision]));
  const lastFailed = recent.findLast(({ status }) => status === 'failed')?.revision;
  const firstSent = recent.find(({ status }) => status === 'sent')?.revision;
  const updates = recent.flatMap((each): NumberedUpdate[] => {
    const { revision, generation, status } = each;
    const told = updateOf(entry, beside, each, revision === lastOf.get(each.kind));
    if (!told) return [];
    const isAgain = status === 'sent' && revision !== firstSent;
    const update = revision === lastFailed ? withConsent(entry, beside, told) : told;
    return [{ ...(isAgain ? withDelay(entry, update) : update), revision, generation }];
  });
  const edit = beside.edits.get(keyOfLastEdit(entry) ?? '');
  return { entry, updates, ...(edit ? { edit } : {}) };
}

/**
 * The update that a change made; undefined where nothing of it is left: a reaction after which the same person chose
 * another; a wait that was told once more.
 */
function updateOf(
  entry: Entry,
  { edits, reactions }: Beside,
  { kind, status, occurredAt, key, revision }: RecentUpdate,
  isLast: boolean,
): Update | undefined {
  switch (kind) {
    case 'status':
      return status && statusOf(entry, status, occurredAt, isLast);
    case 'deletion':
      return { kind, occurredAt };
    case 'delay':
      return isLast ? lastDelay(entry, occurredAt) : undefined;
    case 'edit': {
      const { content, text } = edits.get(key) ?? {};
      return content && text !== undefined ? { kind, occurredAt, content, text } : undefined;
    }
    case 'reaction': {
      const known = reactions.find((each) => each.revision === revision);
      return known && { kind, occurredAt, emoji: known.emoji, author: known.author };
    }
    case 'attachment': {
      const attachment = fileOf(entry, key);
      return attachment && { kind, occurredAt, attachment };
    }
  }
}

function lastDelay({ delivery }: Entry, occurredAt: string): Update | undefined {
  return delivery?.delayed && { kind: 'delay', occurredAt, ...delivery.delayed };
}

function statusOf(
  entry: Entry,
  status: NonNullable<RecentUpdate['status']>,
  occurredAt: string,
  isLast: boolean,
): Update {
  const { errors = [], providerMessageId } = entry;
  const parts = isLast ? messageParts(entry) : undefined;
  return {
    ...{ kind: 'status', status, occurredAt, providerMessageId, metadata: {} },
    errors: isLast ? errors : [],
    ...(parts ? { parts } : {}),
  };
}

const delayed = { code: 'delivery_delayed', title: 'not delivered yet', retryable: false } as const;

/** A message of one part is told as sent a second time for a delay only. The words of the delay are gone by then. */
function withDelay({ parts }: Entry, update: Update): Update {
  if (update.kind !== 'status' || parts !== undefined || update.errors.length > 0) return update;
  return { ...update, errors: [delayed] };
}

/** The sources of a word that a status tells; the others come with a message. */
const statusSources = ['provider', 'delivery_error', 'bounce'];

/** The ledger holds the word that a failure told, at the time of the attempt. */
function withConsent({ delivery }: Entry, { consents = [] }: Beside, update: Update): Update {
  const times = [delivery?.attemptedAt, update.occurredAt];
  const word = consents.find(
    ({ occurredAt, source = '' }) => times.includes(occurredAt) && statusSources.includes(source),
  );
  if (!word) return update;
  const { category, state, evidence, source, sender } = word;
  const consent = { category, state, evidence, source, ...(sender === '*' ? {} : { sender }) };
  return { ...update, consent } as Update;
}

const fileStates = ['stored', 'failed', 'expired'] as const;

/** A file as a change told it. Of a deleted message it is told as it is now: it has expired. */
function fileOf(entry: Entry, key: string): Attachment | undefined {
  const { message } = isRedacted(entry) ? withoutText(entry) : entry;
  for (const attachment of message?.attachments ?? []) {
    const state = fileStates.find(
      (each) => shortHash(attachmentUpdateId(attachment.id, each)) === key,
    );
    if (state) return isRedacted(entry) ? attachment : fileIn(entry, attachment, state);
  }
  return undefined;
}

function fileIn(
  { files }: Entry,
  attachment: Attachment,
  state: (typeof fileStates)[number],
): Attachment {
  const now = files?.[attachment.id];
  if (now?.state !== state) return { ...attachment, state };
  return { ...attachment, ...now, contentType: now.contentType ?? attachment.contentType };
}

/** The events of changes that were published after this revision. */
export function publishedEvents(
  conversation: ConversationItem,
  { entry, updates }: History,
  after = 0,
): Event[] {
  return updates
    .filter(({ revision }) => revision > after && revision <= entry.publishedRevision)
    .flatMap(({ revision, ...update }) => updateEvents(conversation, entry, update, revision));
}
