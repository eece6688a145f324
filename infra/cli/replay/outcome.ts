import { readItem, type Table } from '#infra/cli/stage/table';
import type { ChannelEvent, ChannelMessage, ChannelUpdate } from '#shared/connector/channel-event';
import { asAddressed } from '#shared/table/addressee';
import { isAuthor } from '#shared/table/author';
import type { Entry } from '#shared/table/entry';
import { parkedOn } from '#shared/table/items';
import { editKey, reactionKey, shortHash } from '#shared/table/keys';
import { outcomeOf as effectOf } from '#shared/table/outcome';
import {
  comparedInTime,
  isEditedByAuthor,
  isRemembered,
  keyOf,
  placeInTime,
  placeOfEdit,
} from '#shared/table/recent';
import { EditItem, ReactionItem } from '#shared/table/state';
import { type Change, changesOf } from './changes.ts';
import { type Place, referenceOf, storedAt, targetOf } from './stored.ts';

/**
 * The effect of a replay on one canonical value. `new`: it is not stored, and would be. `changed`: the stored one would
 * be corrected. `same`: nothing happens. `ignored`: read, and not to be passed on.
 */
export interface Outcome {
  readonly outcome: 'new' | 'changed' | 'same' | 'ignored';
  readonly kind: ChannelEvent['kind'];
  /** The message itself, or the message that an update changes. */
  readonly messageId?: string;
  /** The text of a new message, or the reason why nothing happens. */
  readonly note?: string;
  readonly changes: readonly Change[];
}

/** Compares one value with what the table holds. */
export async function outcomeOf(table: Table, item: Place, event: ChannelEvent): Promise<Outcome> {
  const { kind } = event;
  switch (kind) {
    case 'message':
      return messageOutcome(table, item, event);
    case 'ignored':
      return { outcome: 'ignored', kind, note: event.reason, changes: [] };
    case 'alert': {
      const reference = await referenceOf(table, item, `alert:${event.id}`);
      const isStored = reference?.sequence !== undefined;
      return { outcome: isStored ? 'same' : 'new', kind, note: event.title, changes: [] };
    }
    case 'customer_deletion':
      return { outcome: 'new', kind, note: 'deletes the words of a customer', changes: [] };
    default:
      return updateOutcome(table, item, event);
  }
}

async function messageOutcome(
  table: Table,
  item: Place,
  message: ChannelMessage,
): Promise<Outcome> {
  const { kind, deduplicationId, providerMessageId, customer, text, content } = message;
  const found = await storedAt(
    table,
    await referenceOf(table, item, deduplicationId ?? providerMessageId),
  );
  if (!found) {
    const [{ address }] = customer.identities;
    const said = text || `[${content.type}]`;
    return { outcome: 'new', kind, note: `${address}: ${said}`, changes: [] };
  }
  const { messageId, entry, stored } = found;
  const same = { outcome: 'same', kind, messageId, changes: [] } as const;
  // An echo of our reply records the outcome of that reply; it is never read into a message.
  if (entry.delivery || !stored) return same;
  // A replay of the first version must not undo that.
  if (isEditedByAuthor(entry)) return { ...same, note: 'edited since by its author' };
  const changes = changesOf(stored, message);
  const corrects = changes.some(({ corrected }) => corrected);
  return { ...same, outcome: corrects ? 'changed' : 'same', changes };
}

async function updateOutcome(table: Table, item: Place, update: ChannelUpdate): Promise<Outcome> {
  const { kind, id } = update;
  const reference = await targetOf(table, item, update);
  const found = await storedAt(table, reference);
  if (!found) {
    const { providerMessageId: providerId = '' } = update.target;
    const waits = parkedOn(reference, providerId).some((each) => each.id === id);
    const note = `${waits ? 'waits' : 'would wait'} for its message`;
    return { outcome: waits ? 'same' : 'new', kind, note, changes: [] };
  }
  const { messageId, entry, conversation } = found;
  // Refused when it came, and again.
  if ('by' in update && !isAuthor(conversation, entry, update.by)) {
    const note = 'refused: not by the author of the message';
    return { outcome: 'same', kind, messageId, note, changes: [] };
  }
  const part = reference?.part ?? update.target.part ?? 0;
  const known = isRemembered(entry, id) || (await isOvertaken(table, found, update, part));
  return { outcome: known ? 'same' : 'new', kind, messageId, changes: [] };
}

interface Told {
  readonly id: string;
  readonly occurredAt: string;
}

/** True when the edit was stored before, or is older than the one that counts. */
async function isKnownEdit(
  table: Table,
  { conversationId, entry }: { readonly conversationId: string; readonly entry: Entry },
  told: Told,
): Promise<boolean> {
  const key = editKey(conversationId, entry.sequence, shortHash(told.id));
  if (await readItem(table, EditItem, key)) return true;
  return comparedInTime(placeOfEdit(told), entry.edits?.last ?? '') < 0;
}

function isKnownReaction(last: ReactionItem | undefined, { id, occurredAt }: Told): boolean {
  if (!last) return false;
  const order = comparedInTime(placeInTime(id, occurredAt), last.place);
  const known = [keyOf(last.place), ...(last.sameTime ?? [])];
  return order < 0 || (order === 0 && known.includes(shortHash(id)));
}

/** Tells if an update is out of date: a status only climbs, and of the others the latest counts. */
async function isOvertaken(
  table: Table,
  { conversationId, entry }: { readonly conversationId: string; readonly entry: Entry },
  update: ChannelUpdate,
  part: number,
): Promise<boolean> {
  const { id, occurredAt = entry.message?.receivedAt ?? '' } = update;
  switch (update.kind) {
    case 'status': {
      const ours = asAddressed(update, entry);
      if (!ours) return true;
      const { status, recipient, aliases, errors = [] } = ours;
      const named = {
        ...(recipient === undefined ? {} : { recipient }),
        ...(aliases === undefined ? {} : { aliases }),
      };
      return effectOf(entry, { part, status, errors: [...errors], ...named }) === undefined;
    }
    case 'edit':
      return isKnownEdit(table, { conversationId, entry }, { id, occurredAt });
    case 'deletion':
      return entry.deletedAt !== undefined;
    case 'reaction': {
      const [identity] = update.customer.identities;
      const key = reactionKey(conversationId, entry.sequence, identity);
      return isKnownReaction(await readItem(table, ReactionItem, key), { id, occurredAt });
    }
  }
}
