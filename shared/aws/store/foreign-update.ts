import type { ChannelUpdate, Customer } from '#shared/connector/channel-event';
import { type Identity, identityKey, isGroup } from '#shared/model/identity';
import type { Author } from '#shared/model/message';
import type { EntryItem } from '#shared/table/entry';
import type { MetaItem } from '#shared/table/items';
import type { Place } from './state.ts';
import { readEntry, readMeta, type Table } from './table.ts';

/**
 * Whether an update is none of the message's, whichever message it names. A group's news changes that group alone; a
 * customer reacts in their own conversation; an edit or a deletion is its author's: the customer's own message, the
 * member's own in a group, the business's own.
 */
export async function isForeign(
  table: Table,
  { conversationId, sequence }: Place,
  update: ChannelUpdate,
): Promise<boolean> {
  const { group, kind } = update;
  if (kind === 'status' && group === undefined) return false;
  const meta = await readMeta(table, conversationId);
  if (group !== undefined && !overlaps(meta.customerIdentities, [group])) return true;
  switch (kind) {
    case 'status':
      return false;
    case 'reaction':
      return !isGroup(meta.customerIdentities) && !isCustomerOf(meta, update.customer);
    default: {
      const entry = await readEntry(table, conversationId, sequence);
      return entry !== undefined && !isAuthor(meta, entry, update.by);
    }
  }
}

function isAuthor(meta: MetaItem, { message }: EntryItem, by: Customer | 'business'): boolean {
  if (by === 'business') return message?.direction === 'outbound';
  if (message?.direction !== 'inbound') return false;
  return isGroup(meta.customerIdentities)
    ? overlaps(addressesOf(message.author), by.identities)
    : isCustomerOf(meta, by);
}

function isCustomerOf({ customerIdentities }: MetaItem, { identities }: Customer): boolean {
  return overlaps(customerIdentities, identities);
}

function addressesOf({ identity, otherIdentities = [] }: Author): readonly Identity[] {
  return identity ? [identity, ...otherIdentities] : otherIdentities;
}

function overlaps(some: readonly Identity[], others: readonly Identity[]): boolean {
  const keys = new Set(some.map(identityKey));
  return others.some((each) => keys.has(identityKey(each)));
}
