import type { ChannelMessage } from '#shared/connector/channel-event';
import { distinctIdentities, type Identity, identityKey } from '#shared/model/identity';
import type { Participant } from '#shared/model/participant';
import type { ConversationItem } from '#shared/table/items';
import { broughtBy, isOfCustomer, withParticipants } from './participants.ts';

/** A channel's message that is appended to a conversation, and the contact of its sender; or the people of a reply. */
export type Brought =
  | { readonly message: ChannelMessage; readonly contactId: string }
  | { readonly invited: readonly Participant[] };

/**
 * The changes that a message makes to what its conversation knows of the customer; null removes a field. Order is by
 * the provider's clock: a late message adds what it knows, but decides nothing.
 */
export function customerChanges(
  conversation: ConversationItem,
  brought: Brought | undefined,
  occurredAt: string,
): Record<string, unknown> {
  if (!brought) return {};
  if ('invited' in brought) return peopleChanges(conversation, brought.invited);
  const { message, contactId } = brought;
  return {
    ...handledChanges(conversation, message, occurredAt),
    ...peopleChanges(conversation, broughtBy(message)),
    ...(isOfCustomer(conversation, message, contactId)
      ? nameChanges(conversation, message, occurredAt)
      : {}),
  };
}

function peopleChanges(
  conversation: ConversationItem,
  brought: readonly Participant[],
): Record<string, unknown> {
  const participants = brought.length > 0 && withParticipants(conversation, brought);
  return participants ? { participants } : {};
}

/** The addresses and names of a customer who has written. */
function nameChanges(
  conversation: ConversationItem,
  message: ChannelMessage,
  occurredAt: string,
): Record<string, unknown> {
  if (message.direction !== 'inbound') return {};
  const { displayName, username } = message.customer;
  return {
    ...addressChanges(conversation, message, occurredAt),
    ...(displayName && displayName !== conversation.customerName
      ? { customerName: displayName }
      : {}),
    ...(username && username !== conversation.customerUsername
      ? { customerUsername: username }
      : {}),
  };
}

/** The address a customer last wrote from comes first and is the one to answer; the others stay known. */
function addressChanges(
  conversation: ConversationItem,
  { customer, replacesIdentities, assertsIdentities = [] }: ChannelMessage,
  occurredAt: string,
): Record<string, unknown> {
  const known = conversation.customerIdentities;
  const isNewest = occurredAt >= (conversation.addressedAt ?? conversation.openedAt);
  const { identities } = customer;
  const customerIdentities = distinctIdentities(
    isNewest
      ? [...identities, ...known, ...assertsIdentities]
      : [...known, ...identities, ...assertsIdentities],
  );
  const keysOf = (all: readonly Identity[]) => all.map(identityKey).join();
  const isSame = keysOf(customerIdentities) === keysOf(known);
  if (isSame && !(replacesIdentities && isNewest)) return {};
  return { customerIdentities, ...(isNewest ? { addressedAt: occurredAt } : {}) };
}

/**
 * Records whether people or an automatic agent handle the conversation. Writes nothing while no agent has ever had it.
 * An agent's first word that comes late changes nothing either: everything newer, also our own replies, came from
 * people.
 */
function handledChanges(
  conversation: ConversationItem,
  { handledBy }: ChannelMessage,
  occurredAt: string,
): Record<string, unknown> {
  if (
    handledBy === undefined ||
    occurredAt < (conversation.handledAt ?? conversation.lastActivityAt)
  )
    return {};
  if (handledBy === 'people' && conversation.handledAt === undefined) return {};
  const isSame = handledBy === (conversation.handledBy ?? 'people');
  return {
    handledAt: occurredAt,
    ...(isSame ? {} : { handledBy: handledBy === 'people' ? null : handledBy }),
  };
}
