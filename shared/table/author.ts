import type { Customer } from '#shared/connector/channel-event';
import { type Identity, identityKey, isGroup } from '#shared/model/identity';
import type { Author } from '#shared/model/message';
import type { EntryItem } from './entry.ts';
import type { ConversationItem } from './items.ts';

/** True where the author of a message is who edits or deletes it. */
export function isAuthor(
  conversation: ConversationItem,
  { message }: EntryItem,
  by: Customer | 'business',
): boolean {
  if (by === 'business') return message?.direction === 'outbound';
  if (message?.direction !== 'inbound') return false;
  return isGroup(conversation.customerIdentities)
    ? overlaps(addressesOf(message.author), by.identities)
    : isCustomerOf(conversation, by);
}

/** True for a customer of the conversation. */
export function isCustomerOf(
  { customerIdentities }: ConversationItem,
  { identities }: Customer,
): boolean {
  return overlaps(customerIdentities, identities);
}

function addressesOf({ identity, otherIdentities = [] }: Author): readonly Identity[] {
  return identity ? [identity, ...otherIdentities] : otherIdentities;
}

/** True where one of the addresses is in both lists. */
export function overlaps(some: readonly Identity[], others: readonly Identity[]): boolean {
  const keys = new Set(some.map(identityKey));
  return others.some((each) => keys.has(identityKey(each)));
}
