import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { readItem, replyIdExpiry, type Table } from '#shared/aws/store/table';
import type { ReplyCommand } from '#shared/model/reply';
import { ConversationItem, ReplyItem } from '#shared/table/items';
import { conversationKey, type Key, replyKey } from '#shared/table/keys';

export type Refusal = NonNullable<ReplyItem['refusal']>;

/** Finds the conversation whose events include the refusal: the one that the command names, if it exists. */
export async function placeOfRefusal(
  table: Table,
  conversationId: string | undefined,
): Promise<Pick<Refusal, 'conversationId' | 'inConversation'>> {
  if (conversationId === undefined) return {};
  const conversation = await readItem(
    table,
    ConversationItem,
    conversationKey(conversationId),
    true,
  );
  return { conversationId, ...(conversation ? { inConversation: true } : {}) };
}

/**
 * Records a reply that belongs to no conversation (an unknown one, an unreadable command, a replyId used for something
 * else), so that nothing is published unstored, and a repeat is answered with the same bytes. Returns the first record.
 */
export async function recordRefusal(
  table: Table,
  caller: string,
  /** Identifies the command: its replyId, or the queue's own message id if it has none. */
  identity: string,
  contentHash: string,
  refusal: Refusal,
): Promise<Refusal> {
  const key = replyKey(`refused:${caller}`, `${identity}:${contentHash}`);
  const recorded = await recordOnce(table, key, contentHash, refusal);
  return recorded.refusal ?? refusal;
}

/**
 * Records under its own replyId that a reply was never accepted: a later command with this id gets the same answer and
 * is never sent. Returns the item of the replyId: this refusal, or the reply that was accepted after all.
 */
export async function recordNotAccepted(
  table: Table,
  { caller, replyId }: Pick<ReplyCommand, 'caller' | 'replyId'>,
  contentHash: string,
  refusal: Refusal,
): Promise<ReplyItem> {
  return recordOnce(table, replyKey(caller, replyId), contentHash, refusal);
}

async function recordOnce(
  table: Table,
  key: Key,
  contentHash: string,
  refusal: Refusal,
): Promise<ReplyItem> {
  const item = { contentHash, refusal };
  const { expiresAt } = replyIdExpiry(table, refusal.occurredAt);
  const first = await unlessRefused(table, {
    Key: key,
    UpdateExpression: `SET contentHash = :hash, refusal = :refusal${expiresAt === undefined ? '' : ', expiresAt = :expiresAt'}`,
    ConditionExpression: 'attribute_not_exists(pk)',
    ExpressionAttributeValues: {
      ':hash': contentHash,
      ':refusal': refusal,
      ...(expiresAt === undefined ? {} : { ':expiresAt': expiresAt }),
    },
  });
  if (first) return item;
  return (await readItem(table, ReplyItem, key, true)) ?? item;
}
