import { latestEntries, type Table } from '#shared/aws/store/table';
import { isOfCustomer, namedMessage } from '#shared/aws/store/update/named-message';
import type { ChannelCapabilities } from '#shared/connector/declaration';
import { ConnectorError } from '#shared/errors';
import { isGroup } from '#shared/model/identity';
import type { SignalCommand } from '#shared/model/reply';
import type { MetaItem } from '#shared/table/items';

/** How far back the customer's newest message is looked for. */
const searchedEntries = 30;

/**
 * The provider's id of the message that a sign of reading or typing is about. Asked before a sign is queued by HTTP,
 * and again when it is taken from the queue. Throws `content_not_supported` on a channel that has no such sign and in a
 * group, and
 * `invalid_signal` where there is no message of the customer that it could be about.
 */
export async function signalledMessage(
  table: Table,
  conversation: MetaItem,
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
      ? (await latestEntries(table, id, searchedEntries)).find(isOfCustomer)
      : await namedMessage(table, id, messageId);
  if (entry?.providerMessageId !== undefined && isOfCustomer(entry)) return entry.providerMessageId;
  throw new ConnectorError(
    'invalid_signal',
    messageId === undefined
      ? 'the customer has written nothing that could be read or answered'
      : `messageId: "${messageId}"; this conversation has no such message of the customer`,
  );
}
