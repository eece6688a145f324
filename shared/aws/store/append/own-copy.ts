import { readItem, type Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';

/** Whether a message is nothing but a copy of one we sent that came back. */
export async function isOwnCopy(
  table: Table,
  { connector, account }: { readonly connector: string; readonly account: string },
  { copyOf }: ChannelMessage,
): Promise<boolean> {
  if (copyOf === undefined) return false;
  const key = referenceKey(connector, account, copyOf);
  const reference = await readItem(table, ReferenceItem, key, true);
  return reference?.conversationId !== undefined;
}
