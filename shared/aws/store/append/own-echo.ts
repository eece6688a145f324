import { findContact } from '#shared/aws/store/contacts/contact';
import { recordSent } from '#shared/aws/store/sending/record-sent';
import { latestEntries, readItem, type Table } from '#shared/aws/store/table';
import { joinParked } from '#shared/aws/store/update/apply-parked';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { RetryLater } from '#shared/retry-later';
import type { Entry } from '#shared/table/entry';
import { ConversationItem, ReferenceItem } from '#shared/table/items';
import { conversationKey, referenceKey } from '#shared/table/keys';
import type { EntryState } from '#shared/table/state';
import { placeMessage } from './thread.ts';

/** Entries to look at. Replies under way are among the newest; people do not type faster. */
const lookedAt = 25;

/**
 * Handles the echo of one of our own replies, from a provider that echoes everything the business sends. If the echo
 * overtakes the answer to our call, its id is still unknown: a reply under way with the same text is that message, and
 * the echo proves that it was sent. A different text while a call is open is undecided, and comes again.
 *
 * Returns the message whose outcome was recorded; nothing if the message was written elsewhere and is to be appended.
 */
export async function recordOwnEcho(
  table: Table,
  origin: { readonly connector: string; readonly account: string; readonly receivedAt: string },
  message: ChannelMessage,
): Promise<{ readonly conversation: ConversationItem; readonly entry: EntryState } | undefined> {
  const key = referenceKey(origin.connector, origin.account, message.providerMessageId);
  const known = await readItem(table, ReferenceItem, key, true);
  if (known?.conversationId) return undefined;
  const { contactId } = await findContact(
    table,
    message,
    message.occurredAt ?? origin.receivedAt,
    false,
  );
  const { conversationId } = await placeMessage(table, origin, message, contactId);
  const conversation = await readItem(
    table,
    ConversationItem,
    conversationKey(conversationId),
    true,
  );
  if (!conversation) return undefined;
  const underWay = (await latestEntries(table, conversation.id, lookedAt)).filter(isUnderWay);
  const own = underWay.find((entry) => textOf(entry) === message.text.trim());
  if (own) {
    const { providerMessageId, occurredAt: at = origin.receivedAt } = message;
    const part = own.delivery?.part ?? 0;
    const entry = await recordSent(table, conversation, own.sequence, {
      part,
      providerMessageId,
      at,
    });
    const joined = await joinParked(table, conversation, providerMessageId, at);
    return { conversation, entry: joined.at(-1)?.entry ?? entry };
  }
  if (underWay.some(({ delivery }) => delivery?.state === 'sending')) {
    throw new RetryLater(2, 'an echo came while a call is open');
  }
  return undefined;
}

function isUnderWay({ delivery }: Entry): boolean {
  return delivery?.state === 'sending' || delivery?.state === 'uncertain';
}

function textOf({ message }: Entry): string {
  const text = message?.text ?? (message?.content.type === 'text' ? message.content.text : '');
  return text.trim();
}
