import { readEntry, type Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { identityKey } from '#shared/model/identity';
import { ancestorsOf } from './thread.ts';

/**
 * Tells if our message that another one names went to its customer alone. A report proves only that its sender
 * knows our message, and each of several recipients does.
 */
export async function isOnlyRecipient(
  table: Table,
  { connector, account }: { readonly connector: string; readonly account: string },
  { thread, customer }: Pick<ChannelMessage, 'thread' | 'customer'>,
): Promise<boolean> {
  const [named] = await ancestorsOf(table, connector, account, thread?.follows ?? []);
  if (named?.sequence === undefined) return false;
  const entry = await readEntry(table, named.conversationId, named.sequence);
  const { recipients = [], bcc = [] } = entry?.message ?? {};
  const [only, ...others] = [...recipients, ...bcc].map(identityKey);
  return others.length === 0 && only === identityKey(customer.identities[0]);
}
