import type { ChannelMessage } from '#shared/connector/channel-event';
import { type Identity, identityKey } from '#shared/model/identity';
import type { Participant } from '#shared/model/participant';
import type { ConversationItem } from '#shared/table/items';

/** Amazon SES sends a mail to at most 50 recipients, and the customer is one. */
const maxParticipants = 49;

type Members = Pick<ConversationItem, 'customerIdentities' | 'participants' | 'businessIdentity'>;

/** The people whom a message brings in: those it names, and the address that sent it for the customer. */
export function broughtBy({
  participants = [],
  sentFrom,
}: Pick<ChannelMessage, 'participants' | 'sentFrom'>): Participant[] {
  const sender: Participant[] =
    sentFrom && sentFrom.standing !== 'untrusted'
      ? [{ identity: sentFrom.identity, copied: false }]
      : [];
  return [...participants, ...sender];
}

/**
 * The participants of a conversation together with these, each once: never the customer, never the business. One who
 * was not copied is copied as soon as a message names them. Undefined where nothing changes.
 */
export function withParticipants(
  { customerIdentities, participants: known = [], businessIdentity }: Members,
  brought: readonly Participant[],
): Participant[] | undefined {
  const others = new Set([...customerIdentities, businessIdentity].map(identityKey));
  const all = new Map(known.map((each) => [identityKey(each.identity), each]));
  for (const each of brought) {
    const key = identityKey(each.identity);
    const before = all.get(key);
    if (others.has(key) || (before && !(before.copied === false && each.copied !== false)))
      continue;
    if (before || all.size < maxParticipants) all.set(key, each);
  }
  const changed = [...all.values()].some((each) => !known.includes(each));
  return changed ? [...all.values()] : undefined;
}

/**
 * The message in the name of the address that sent it: by writing for another one it may continue what it has begun for
 * that one, and nowhere else does it speak as another. Undefined where the message may stay as it is.
 */
export function speaksForItself(
  {
    participants = [],
    customerIdentities,
  }: Pick<ConversationItem, 'participants' | 'customerIdentities'>,
  message: ChannelMessage,
): ChannelMessage | undefined {
  const { sentFrom, ...named } = message;
  if (!sentFrom) return undefined;
  const sender = identityKey(sentFrom.identity);
  const hasBegun = participants.some(
    ({ identity, copied }) => copied === false && identityKey(identity) === sender,
  );
  const customers = new Set(customerIdentities.map(identityKey));
  const isForCustomer = named.customer.identities.every((each) => customers.has(identityKey(each)));
  if (hasBegun && isForCustomer) return undefined;
  const { metadata, ...own } = sentFrom.inItsName;
  return {
    ...named,
    ...own,
    senderStanding: sentFrom.standing,
    metadata: { ...named.metadata, ...metadata },
  };
}

/** True when one of these addresses is among the participants. */
export function isParticipant(
  { participants = [] }: Pick<ConversationItem, 'participants'>,
  identities: readonly Identity[],
): boolean {
  const keys = new Set(participants.map(({ identity }) => identityKey(identity)));
  return identities.some((each) => keys.has(identityKey(each)));
}

/**
 * True when a message in a conversation is the customer's own, and not that of another participant: only then it
 * changes the name and the addresses of the customer.
 */
export function isOfCustomer(
  conversation: Pick<ConversationItem, 'contactId' | 'customerIdentities'>,
  { customer }: Pick<ChannelMessage, 'customer'>,
  contactId: string,
): boolean {
  if (conversation.contactId === contactId) return true;
  const keys = new Set(conversation.customerIdentities.map(identityKey));
  return customer.identities.some((each) => keys.has(identityKey(each)));
}
