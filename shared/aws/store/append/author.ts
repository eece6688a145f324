import type { ChannelMessage, Customer } from '#shared/connector/channel-event';
import { isGroup } from '#shared/model/identity';
import type { Author } from '#shared/model/message';

/** Who wrote a message: the business, the customer, or of a group the member; a group itself only gives notice. */
export function authorOf(message: ChannelMessage): Author {
  const { author, business, content, customer, direction } = message;
  if (direction === 'outbound') return { role: 'agent', identity: business };
  if (!isGroup(customer.identities)) return personAs(customer);
  if (author) return memberAs(author);
  return { role: content.type === 'notice' ? 'system' : 'customer' };
}

/** The customer of a conversation: its other addresses stand in the conversation. */
export function personAs({ identities, displayName, username }: Customer): Author {
  return {
    role: 'customer',
    identity: identities[0],
    ...(displayName ? { displayName } : {}),
    ...(username ? { username } : {}),
  };
}

/** A member of a group, with all addresses: the conversation is the group's and has none of them. */
export function memberAs(member: Customer): Author {
  const [, ...otherIdentities] = member.identities;
  return { ...personAs(member), ...(otherIdentities.length > 0 ? { otherIdentities } : {}) };
}
