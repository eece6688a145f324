import { requestSignal } from '#shared/aws/publish/outbound-queue';
import type { PublishTarget } from '#shared/aws/publish/publish';
import { latestEntries, readEntry, readMeta, type Table } from '#shared/aws/store/table';
import { ConnectorError } from '#shared/errors';
import { entryOfMessageId } from '#shared/ids';
import { count } from '#shared/metrics';
import { isGroup } from '#shared/model/identity';
import type { SignalCommand } from '#shared/model/reply';
import type { EntryItem, MetaItem } from '#shared/table/items';

/** How far back the customer's newest message is looked for. */
const searchedEntries = 30;

/**
 * Passes a sign of reading or typing on to the sender, in its turn among the replies; nothing is stored. Throws
 * `unknown_conversation`, and `invalid_signal` where there is no message of the customer that it could be about.
 */
export async function acceptSignal(
  { table, outbound }: PublishTarget,
  command: SignalCommand,
  queueId: string,
): Promise<void> {
  const { conversationId, signal } = command;
  const meta = await readMeta(table, conversationId);
  if (isGroup(meta.customerIdentities)) {
    throw new ConnectorError('invalid_signal', `${meta.channel} shows no signs in a group`);
  }
  const providerMessageId = await messageMeant(table, meta, command);
  await requestSignal(outbound, { conversationId, signal, providerMessageId }, queueId);
  count('SignalsQueued', meta.connector);
}

/** As the provider names it. */
async function messageMeant(
  table: Table,
  meta: MetaItem,
  { messageId }: SignalCommand,
): Promise<string> {
  const entry =
    messageId === undefined
      ? (await latestEntries(table, meta.id, searchedEntries)).find(isOfCustomer)
      : await entryNamed(table, meta, messageId);
  if (entry?.providerMessageId !== undefined && isOfCustomer(entry)) return entry.providerMessageId;
  throw new ConnectorError(
    'invalid_signal',
    messageId === undefined
      ? 'the customer has written nothing that could be read or answered'
      : `messageId is ${messageId}; this conversation has no such message of the customer`,
  );
}

async function entryNamed(
  table: Table,
  meta: MetaItem,
  messageId: string,
): Promise<EntryItem | undefined> {
  const named = entryOfMessageId(messageId);
  if (named?.conversationId !== meta.id) return undefined;
  return readEntry(table, meta.id, named.sequence);
}

/** A notice is on the customer's side of the conversation and yet nobody's message. */
function isOfCustomer({ message }: EntryItem): boolean {
  return message?.direction === 'inbound' && message.content.type !== 'notice';
}
