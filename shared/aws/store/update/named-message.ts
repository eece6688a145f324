import { readEntry, type Table } from '#shared/aws/store/table';
import { entryOfMessageId, isNamed } from '#shared/ids';
import type { Entry } from '#shared/table/entry';

/** Reads the message of a conversation that a command names by our id; undefined if the conversation has none. */
export async function namedMessage(
  table: Table,
  conversationId: string,
  messageId: string,
): Promise<Entry | undefined> {
  const named = entryOfMessageId(messageId);
  if (named?.conversationId !== conversationId) return undefined;
  const entry = await readEntry(table, conversationId, named.sequence);
  return entry && isNamed(named, entry) && isMessage(entry) ? entry : undefined;
}

/** A notice has a direction, yet it is not a message that a person wrote. */
function isMessage({ message }: Entry): boolean {
  return message !== undefined && message.content.type !== 'notice';
}

/** True for a message that the customer wrote. */
export function isOfCustomer(entry: Entry): boolean {
  return isMessage(entry) && entry.message?.direction === 'inbound';
}
