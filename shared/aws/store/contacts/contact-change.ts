import type { ChannelMessage } from '#shared/connector/channel-event';
import type { ContactChange } from '#shared/model/contact';
import type { ReplyWindow } from '#shared/model/message';
import type { MetaItem } from '#shared/table/items';
import type { SettledAddresses } from './addresses.ts';

/** What an entry tells of the customer's addresses. */
export interface ToldChange {
  readonly contactChange?: ContactChange;
  /** The customer wrote into a conversation that is joined to this one: its reply window is this one's. */
  readonly replyWindow?: ReplyWindow;
}

/**
 * The change an entry is published with; nothing where the message changes nothing, so that a change told twice is
 * published once. A conflict is the more urgent news. Where addresses were taken over from a contact that had come to
 * be by a late delivery, the conversation it had begun is named: it goes on here.
 */
export function contactChangeOf(
  message: ChannelMessage,
  { linked, joined, disputed }: SettledAddresses,
  begun: Pick<MetaItem, 'id' | 'replyWindow'> | undefined,
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
