import type { ChannelMessage } from '#shared/connector/channel-event';
import type { ContactChange } from '#shared/model/contact';
import type { ReplyWindow } from '#shared/model/message';
import type { ConversationItem } from '#shared/table/items';
import type { SettledAddresses } from './addresses.ts';

/** The changes to the customer's addresses that an entry reports. */
export interface ToldChange {
  readonly contactChange?: ContactChange;
  /** The reply window of a conversation that is joined to this one, and from now on this one's. */
  readonly replyWindow?: ReplyWindow;
}

/**
 * The change that an entry is published with; nothing if the message changes nothing, so a change reported twice is
 * published once. A conflict comes before a change, as more urgent. If addresses were taken over from a contact that
 * exists only through a late delivery, the event names the conversation it had begun: it continues here.
 */
export function contactChangeOf(
  message: ChannelMessage,
  { linked, joined, disputed }: SettledAddresses,
  begun: Pick<ConversationItem, 'id' | 'replyWindow'> | undefined,
): ToldChange {
  const related = joined[0] ?? disputed[0];
  if (!related && !(message.replacesIdentities && linked > 0)) return {};
  const contactChange: ContactChange = {
    reason: disputed.length > 0 ? 'address_conflict' : 'address_changed',
    identities: [...message.customer.identities],
    previousIdentities: [...(message.replacesIdentities ?? [])],
    ...(related ? { relatedContactId: related } : {}),
  };
  if (!begun) return { contactChange };
  const { id: relatedConversationId, replyWindow } = begun;
  return {
    contactChange: { ...contactChange, relatedConversationId },
    ...(replyWindow ? { replyWindow } : {}),
  };
}
