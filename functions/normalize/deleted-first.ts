import { redactsDeleted } from '#connectors/capabilities';
import type { PublishTarget } from '#shared/aws/publish/publish';
import type { Appended } from '#shared/aws/store/append/append';
import { deletedOriginals, isRedaction, redactCopies } from '#shared/aws/store/redaction/copies';
import { customerDeletedAt } from '#shared/aws/store/redaction/customer';
import { readEntry } from '#shared/aws/store/table';
import { applyUpdate } from '#shared/aws/store/update/apply-changes';
import { applyParked } from '#shared/aws/store/update/apply-parked';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { IngressMessage } from '#shared/model/ingress';
import { isRedacted } from '#shared/table/entry';

/**
 * Applies what was deleted before the message came, so that it is never told: the message itself, whose deletion waited
 * for it or whose author the provider has deleted, and messages that it quotes. Costs nothing for any other message.
 */
export async function deletedFirst(
  { table, eraser }: PublishTarget,
  item: IngressMessage,
  message: ChannelMessage,
  appended: Appended,
): Promise<Appended> {
  const { conversation, entry, parked } = appended;
  const occurredAt = await authorDeletedAt(table, item, message, appended);
  const deletions = parked.filter(isRedaction);
  const originals = await deletedOriginals(table, item, message);
  if (deletions.length + originals.length === 0 && occurredAt === undefined) return appended;
  await applyParked(table, item, deletions, message);
  if (occurredAt !== undefined) {
    const place = { conversationId: conversation.id, sequence: entry.sequence };
    const deletion = { kind: 'deletion', id: 'customer', occurredAt, redacts: true } as const;
    await applyUpdate(table, place, deletion);
  }
  for (const id of originals) if (eraser) await redactCopies(table, eraser, item, id);
  return { ...appended, entry: (await readEntry(table, conversation.id, entry.sequence)) ?? entry };
}

/** The time when the customer who wrote a message was deleted, if that was after it was written: it comes late. */
async function authorDeletedAt(
  table: PublishTarget['table'],
  item: IngressMessage,
  message: ChannelMessage,
  { entry }: Appended,
): Promise<string | undefined> {
  const isTheirs = redactsDeleted(item.connector) && message.direction === 'inbound';
  if (!isTheirs || isRedacted(entry)) return undefined;
  const deletedAt = await customerDeletedAt(table, message.customer);
  return deletedAt !== undefined && (entry.message?.occurredAt ?? '') <= deletedAt
    ? deletedAt
    : undefined;
}
