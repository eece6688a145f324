import type { Table } from '#shared/aws/store/table';
import { isOfCustomer, namedMessage } from '#shared/aws/store/update/named-message';
import type { ChannelCapabilities } from '#shared/connector/declaration';
import { ConnectorError } from '#shared/errors';
import { isGroup } from '#shared/model/identity';
import type { SignalCommand } from '#shared/model/reply';
import type { ConversationItem } from '#shared/table/items';
import { newestOfCustomer } from './earlier.ts';

/**
 * Finds the provider's id of the message to which a read receipt or typing indicator belongs. Called before HTTP queues
 * a signal, and again when it is taken from the queue. Throws `content_not_supported` in a group and on a channel
 * without such signals, and `invalid_signal` if there is no message of the customer to refer to.
 */
export async function signalledMessage(
  table: Table,
  conversation: ConversationItem,
  capabilities: ChannelCapabilities | undefined,
  { messageId, signal }: SignalCommand,
): Promise<string> {
  const { channel, customerIdentities, id } = conversation;
  const signals = isGroup(customerIdentities) ? [] : (capabilities?.signals ?? []);
  if (!signals.includes(signal)) {
    const allowed = signals.length > 0 ? signals.join(', ') : 'none';
    throw new ConnectorError(
      'content_not_supported',
      `signal: "${signal}"; ${channel} cannot show it here, allowed: ${allowed}`,
    );
  }
  const entry =
    messageId === undefined
      ? await newestOfCustomer(table, id)
      : await namedMessage(table, id, messageId);
  if (entry?.providerMessageId !== undefined && isOfCustomer(entry)) return entry.providerMessageId;
  throw new ConnectorError(
    'invalid_signal',
    messageId === undefined
      ? 'the customer has written nothing that could be read or answered'
      : `messageId: "${messageId}"; this conversation has no such message of the customer`,
  );
}
