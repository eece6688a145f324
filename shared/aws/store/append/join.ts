import { claimedContactId } from '#shared/aws/store/contacts/contact';
import { readItem, type Table } from '#shared/aws/store/table';
import type { ChannelMessage, SenderStanding } from '#shared/connector/channel-event';
import type { Followed } from '#shared/connector/thread';
import { type Identity, identityKey } from '#shared/model/identity';
import type { Authenticity } from '#shared/model/message';
import { ConversationItem } from '#shared/table/items';
import { conversationKey } from '#shared/table/keys';
import { isParticipant } from './participants.ts';

/** The reason why a message may not continue a conversation that it names. */
export type Refusal = NonNullable<Authenticity['joinRefused']>;

/** A stored message that a new one names as its ancestor. */
export interface Ancestor extends Followed {
  readonly conversationId: string;
  readonly sequence: number | undefined;
  readonly contactId: string | undefined;
  /** True if its own sender was not authenticated. */
  readonly isUnproven: boolean;
}

export type Joining = Pick<ChannelMessage, 'customer' | 'senderStanding' | 'sentFrom'>;

/** An address that a message was written from, by all that is known. */
interface Writer {
  readonly identities: readonly Identity[];
  readonly standing: SenderStanding;
  /** Its contact; absent where it is not the customer of the message. */
  readonly contactId?: string;
}

/**
 * Finds the reason why a message may not continue the conversation of an ancestor; nothing if it may. The sender is
 * asked first, then the customer for whom the message was sent.
 */
export async function refusalOf(
  table: Table,
  message: Joining,
  contactId: string,
  ancestor: Ancestor,
): Promise<Refusal | undefined> {
  const { customer, senderStanding = 'authenticated', sentFrom } = message;
  const writers: Writer[] = [
    ...(sentFrom ? [{ identities: [sentFrom.identity], standing: sentFrom.standing }] : []),
    { identities: customer.identities, standing: senderStanding, contactId },
  ];
  const certain = writers.filter(({ standing }) => isCertain(standing, ancestor));
  if (certain.length === 0) return 'not_authenticated';
  if (certain.some((writer) => writer.contactId && writer.contactId === ancestor.contactId)) {
    return undefined;
  }
  const key = conversationKey(ancestor.conversationId);
  const conversation = await readItem(table, ConversationItem, key, true);
  const takesPart = (writer: Writer) => conversation && isMember(conversation, writer, ancestor);
  return certain.some(takesPart) ? undefined : 'not_participant';
}

/** Tells if it is certain enough who wrote, for this proof. */
function isCertain(standing: SenderStanding, { proof, isUnproven }: Ancestor): boolean {
  if (standing === 'untrusted' || isUnproven) return false;
  return proof !== 'claimed' || standing === 'authenticated';
}

/**
 * Tells if a writer takes part in a conversation. By a secret every address of the customer counts: the conversation may
 * belong to a contact that only claims the address, and then its real owner takes part too. By anything else only the
 * address of a sender counts that the conversation truly belongs to.
 */
function isMember(
  conversation: ConversationItem,
  { identities, contactId }: Writer,
  { proof }: Ancestor,
): boolean {
  if (isParticipant(conversation, identities)) return true;
  const { customerIdentities } = conversation;
  if (contactId !== undefined && conversation.contactId === contactId) return true;
  if (proof !== 'secret' && (contactId !== undefined || isClaimed(conversation))) return false;
  const known = new Set(customerIdentities.map(identityKey));
  return identities.some((each) => known.has(identityKey(each)));
}

/** True for a conversation that was opened in the name of an address, without proof. */
function isClaimed({ contactId, customerIdentities }: ConversationItem): boolean {
  return customerIdentities.some((each) => claimedContactId(each) === contactId);
}
