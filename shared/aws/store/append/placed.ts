import { findContact, type KnownContact } from '#shared/aws/store/contacts/contact';
import { readItem, type Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { ConversationItem } from '#shared/table/items';
import { conversationKey } from '#shared/table/keys';
import type { Origin } from './new-entry.ts';
import { isOnlyRecipient } from './only-recipient.ts';
import { speaksForItself } from './participants.ts';
import { type Placement, placeMessage } from './thread.ts';

/** A message with its sender's contact, its place, and the conversation there, if there is one. */
interface PlacedMessage {
  readonly message: ChannelMessage;
  readonly contact: KnownContact;
  readonly place: Placement;
  readonly stored: ConversationItem | undefined;
}

/** Finds contact and conversation; a message that may not speak for its customer there speaks for its sender. */
export async function placed(
  table: Table,
  origin: Origin,
  message: ChannelMessage,
  consistent: boolean,
): Promise<PlacedMessage> {
  const occurredAt = message.occurredAt ?? origin.receivedAt;
  const contact = await findContact(table, message, occurredAt, consistent);
  const place = await placeMessage(table, origin, message, contact.contactId);
  const key = conversationKey(place.conversationId);
  const stored = await readItem(table, ConversationItem, key, consistent);
  const inItsName = stored && place.joins && speaksForItself(stored, message);
  if (inItsName) return placed(table, origin, inItsName, consistent);
  return { message, contact, place, stored };
}

/** Tells if a message that opens no conversation has one to stand in. */
export async function mayJoin(
  table: Table,
  origin: Origin,
  message: ChannelMessage,
  stored: ConversationItem | undefined,
): Promise<boolean> {
  if (!stored) return false;
  return message.joinsOnly === true || isOnlyRecipient(table, origin, message);
}
