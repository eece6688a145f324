import { readEntry, type Table } from '#shared/aws/store/table';
import { entryOfMessageId, isNamed } from '#shared/ids';
import type { Entry } from '#shared/table/entry';

/** The message of a conversation that a command names by our id; undefined where the conversation has no such one. */
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

/** A notice is on one side of the conversation and yet no message of anybody. */
function isMessage({ message }: Entry): boolean {
  return message !== undefined && message.content.type !== 'notice';
}

/** One that the customer wrote. */
export function isOfCustomer(entry: Entry): boolean {
  return isMessage(entry) && entry.message?.direction === 'inbound';
}
