import { readHistory } from '#infra/cli/stage/history';
import { readEntry, readItem, type Table } from '#infra/cli/stage/table';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { currentMessage } from '#shared/events/current-message';
import { entryOfMessageId, messageIdOf } from '#shared/ids';
import type { IngressMessage } from '#shared/model/ingress';
import { ConversationItem, ReferenceItem } from '#shared/table/items';
import { conversationKey, referenceKey } from '#shared/table/keys';

/** The account within which a provider's ids are unique. */
export type Place = Pick<IngressMessage, 'connector' | 'account'>;

/** The reference that the table holds under a provider's id. */
export async function referenceOf(
  table: Table,
  { connector, account }: Place,
  providerId: string,
): Promise<ReferenceItem | undefined> {
  return readItem(table, ReferenceItem, referenceKey(connector, account, providerId));
}

/** The entry something points at, and the message it is now; undefined when it points at none. */
export async function storedAt(
  table: Table,
  reference: Pick<ReferenceItem, 'conversationId' | 'sequence'> | undefined,
) {
  const { conversationId, sequence } = reference ?? {};
  if (conversationId === undefined || sequence === undefined) return undefined;
  const entry = await readEntry(table, conversationId, sequence);
  const conversation = await readItem(table, ConversationItem, conversationKey(conversationId));
  if (!entry || !conversation) return undefined;
  const messageId = messageIdOf(conversationId, entry);
  const { edit } = await readHistory(table, conversation, entry);
  return {
    messageId,
    conversationId,
    conversation,
    entry,
    stored: currentMessage(conversation, entry, edit),
  };
}

/** The reference of the message an update is about: by our id where it is echoed, or by the provider's. */
export async function targetOf(
  table: Table,
  place: Place,
  { target: { messageId, providerMessageId } }: ChannelUpdate,
): Promise<ReferenceItem | undefined> {
  const own = messageId === undefined ? undefined : entryOfMessageId(messageId);
  if (own ?? providerMessageId === undefined) return own;
  return referenceOf(table, place, providerMessageId ?? '');
}
