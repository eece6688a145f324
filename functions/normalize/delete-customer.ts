import { type PublishTarget, publish } from '#shared/aws/publish/publish';
import { handOn } from '#shared/aws/queues/hand-on';
import type { Queue } from '#shared/aws/queues/queue';
import {
  conversationIds,
  conversationOn,
  entriesFrom,
  forgetNames,
  forgetNamesIn,
  isWrittenBy,
  markDeleted,
} from '#shared/aws/store/redaction/customer';
import { eraseRawOf } from '#shared/aws/store/redaction/redact';
import { applyUpdate } from '#shared/aws/store/update/apply-changes';
import type { CustomerDeletion } from '#shared/connector/customer-deletion';
import { logger } from '#shared/logger';
import type { IngressMessage } from '#shared/model/ingress';
import type { Entry } from '#shared/table/entry';
import type { ConversationItem } from '#shared/table/items';

interface Dependencies {
  readonly target: PublishTarget;
  /** The queue that the item came from; absent where it is not to be handed on. */
  readonly ingress?: Queue;
}

/** Messages changed before the rest is handed on: each takes some tenths of a second at worst, a function 30 s. */
const maxMessages = 100;

/** The customer's deletion on its way through their history. */
interface Walk {
  readonly dependencies: Dependencies;
  readonly item: IngressMessage;
  readonly deletion: CustomerDeletion;
  readonly deletedAt: string;
  /** The messages changed in this step. */
  redacted: number;
}

/**
 * Takes the words and files of every message that a customer wrote on a channel, one after the other, and their names
 * from conversation, contact and the raw items of our messages to them. A long history is handed on in steps: the item goes on the queue again with the place
 * that was reached. Repeating a step changes nothing of what it has done.
 */
export async function deleteCustomer(
  dependencies: Dependencies,
  item: IngressMessage,
  deletion: CustomerDeletion,
): Promise<void> {
  const { table } = dependencies.target;
  const deletedAt = deletion.occurredAt ?? item.receivedAt;
  const contacts = await markDeleted(table, deletion.customer, deletedAt);
  const ids: string[] = [];
  for (const contactId of contacts) ids.push(...(await conversationIds(table, contactId)));
  const reached = item.reached?.conversationId ?? '';
  const walk: Walk = { dependencies, item, deletion, deletedAt, redacted: 0 };
  for (const id of ids.toSorted().filter((each) => each >= reached)) {
    const conversation = await conversationOn(table, id, deletion.channel);
    if (conversation && (await walkConversation(walk, conversation)) === 'handed on') return;
  }
  logger.info('customer deleted', { connector: item.connector, conversations: ids.length });
}

async function walkConversation(
  walk: Walk,
  conversation: ConversationItem,
): Promise<'done' | 'handed on'> {
  const { dependencies, deletion, item } = walk;
  const { table } = dependencies.target;
  const { id } = conversation;
  const after = item.reached?.conversationId === id ? item.reached.sequence : 0;
  for await (const entry of entriesFrom(table, id, after)) {
    await forgetNamesIn(table, id, entry, deletion.customer);
    if (isWrittenBy(deletion.customer, entry)) await deleteMessage(walk, conversation, entry);
    else walk.redacted += await forgetProfile(walk, conversation, entry);
    if (walk.redacted < maxMessages || !dependencies.ingress) continue;
    await handOn(dependencies.ingress, item, { conversationId: id, sequence: entry.sequence });
    return 'handed on';
  }
  await forgetNames(table, conversation);
  return 'done';
}

/** Deletes the raw item of a message to the customer: the provider sent their names along. */
async function forgetProfile(
  { dependencies: { target } }: Walk,
  conversation: ConversationItem,
  entry: Entry,
): Promise<number> {
  const { table, eraser } = target;
  return eraser && (await eraseRawOf(table, eraser, conversation, entry)) ? 1 : 0;
}

async function deleteMessage(
  walk: Walk,
  conversation: ConversationItem,
  entry: Entry,
): Promise<void> {
  if (entry.redaction === 'done' && entry.publishedRevision === entry.revision) return;
  const { target } = walk.dependencies;
  const place = { conversationId: conversation.id, sequence: entry.sequence };
  const { entry: state } = await applyUpdate(target.table, place, {
    ...{ kind: 'deletion', id: `customer:${walk.deletion.id}` },
    ...{ occurredAt: walk.deletedAt, redacts: true },
  });
  if (state) await publish(target, conversation, state);
  walk.redacted += 1;
}
