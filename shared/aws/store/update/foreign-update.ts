import type { Place } from '#shared/aws/store/state';
import { readEntry, readMeta, type Table } from '#shared/aws/store/table';
import type { ChannelUpdate, Customer } from '#shared/connector/channel-event';
import { type Identity, identityKey, isGroup } from '#shared/model/identity';
import type { Author } from '#shared/model/message';
import type { EntryItem } from '#shared/table/entry';
import type { MetaItem } from '#shared/table/items';

/**
 * Whether an update is none of the message's, whichever message it names. A group's news changes that group alone; a
 * customer reacts in their own conversation; an edit or a deletion is its author's: the customer's own message, the
 * member's own in a group, the business's own.
 */
export async function isForeign(
  table: Table,
  place: Place,
  update: ChannelUpdate,
): Promise<boolean> {
  return foreignTo(table, place)(update);
}

/** The same question for many updates of one message: conversation and entry are read once, if at all. */
export function foreignTo(
  table: Table,
  { conversationId, sequence }: Place,
): (update: ChannelUpdate) => Promise<boolean> {
  let meta: Promise<MetaItem> | undefined;
  let entry: Promise<EntryItem | undefined> | undefined;
  return async (update) => {
    if (update.kind === 'status' && update.group === undefined) return false;
    meta ??= readMeta(table, conversationId);
    const conversation = await meta;
    if (isElsewhere(conversation, update)) return true;
    if (update.kind === 'status' || update.kind === 'reaction') return false;
    entry ??= readEntry(table, conversationId, sequence);
    const known = await entry;
    return known !== undefined && !isAuthor(conversation, known, update.by);
  };
}

/** As far as the conversation tells. */
function isElsewhere(meta: MetaItem, update: ChannelUpdate): boolean {
  const { customerIdentities } = meta;
  if (update.group !== undefined && !overlaps(customerIdentities, [update.group])) return true;
  if (update.kind !== 'reaction' || isGroup(customerIdentities)) return false;
  return !isCustomerOf(meta, update.customer);
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
