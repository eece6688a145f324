import { redactsDeleted } from '#connectors/capabilities';
import type { PublishTarget } from '#shared/aws/publish/publish';
import type { Appended } from '#shared/aws/store/append/append';
import { deletedOriginals, isRedaction, redactCopies } from '#shared/aws/store/redaction/copies';
import {
  customerDeletedAt,
  forgetNames,
  forgetNamesIn,
} from '#shared/aws/store/redaction/customer';
import { eraseRawOf } from '#shared/aws/store/redaction/redact';
import { deletedTime, versionsOf } from '#shared/aws/store/redaction/versions';
import { readConversation, readEntry, type Table } from '#shared/aws/store/table';
import { applyUpdate } from '#shared/aws/store/update/apply-changes';
import { applyParked } from '#shared/aws/store/update/apply-parked';
import type { ChannelMessage } from '#shared/connector/channel-event';
import type { IngressMessage } from '#shared/model/ingress';
import { isRedacted } from '#shared/table/entry';

/**
 * Applies what was deleted before the message came, so that it is never told: the message itself, whose deletion waited
 * for it, whose other version is deleted, or whose customer the provider has deleted, and messages that it quotes. Costs
 * one read for any other message.
 */
export async function deletedFirst(
  target: PublishTarget,
  item: IngressMessage,
  message: ChannelMessage,
  appended: Appended,
): Promise<Appended> {
  const { table, eraser } = target;
  const { conversation, entry, parked } = appended;
  const withCustomer = await deletedWithCustomer(target, item, message, appended);
  const occurredAt = withCustomer.deletedAt ?? (await versionDeletedAt(table, item, message));
  const deletions = parked.filter(isRedaction);
  const originals = await deletedOriginals(table, item, message);
  const isTouched = deletions.length + originals.length > 0 || occurredAt !== undefined;
  if (!isTouched && !withCustomer.isForgotten) return appended;
  await applyParked(table, item, deletions, message);
  if (occurredAt !== undefined && !isRedacted(entry)) {
    const place = { conversationId: conversation.id, sequence: entry.sequence };
    const id = withCustomer.deletedAt === undefined ? 'version' : 'customer';
    await applyUpdate(table, place, { kind: 'deletion', id, occurredAt, redacts: true });
  }
  if (eraser) await Promise.all(originals.map((id) => redactCopies(table, eraser, item, id)));
  return readAgain(table, appended);
}

/** Reads the appended message as it is now. */
async function readAgain(table: Table, appended: Appended): Promise<Appended> {
  const { id } = appended.conversation;
  const conversation = await readConversation(table, id);
  const { entry } = appended;
  return {
    ...{ ...appended, conversation },
    entry: (await readEntry(table, id, entry.sequence)) ?? entry,
  };
}

interface WithCustomer {
  /** The time of the customer's deletion, where the message is theirs. */
  readonly deletedAt?: string;
  /** The names were taken: from entry, conversation and contact, and from the raw item of our message. */
  readonly isForgotten: boolean;
}

/** Takes the names that a message of, or to, a deleted customer brings, if it is older than the deletion: it comes late. */
async function deletedWithCustomer(
  { table, eraser }: PublishTarget,
  item: IngressMessage,
  message: ChannelMessage,
  { conversation, entry }: Appended,
): Promise<WithCustomer> {
  const none = { isForgotten: false };
  if (!redactsDeleted(item.connector) || isRedacted(entry)) return none;
  const deletedAt = await customerDeletedAt(table, message.customer);
  if (deletedAt === undefined || (entry.message?.occurredAt ?? '') > deletedAt) return none;
  await forgetNamesIn(table, conversation.id, entry, message.customer);
  await forgetNames(table, conversation);
  if (message.direction === 'inbound') return { deletedAt, isForgotten: true };
  if (eraser) await eraseRawOf(table, eraser, conversation, entry);
  return { isForgotten: true };
}

/** The time when another version of an edited message was deleted. */
async function versionDeletedAt(
  table: Table,
  item: IngressMessage,
  message: ChannelMessage,
): Promise<string | undefined> {
  if (!message.earlierVersions) return undefined;
  const versions = await versionsOf(table, item, message.providerMessageId);
  return deletedTime(table, item, message, versions);
}
