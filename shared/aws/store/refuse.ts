import { ReplyItem } from '#shared/table/items';
import { replyKey } from '#shared/table/keys';
import { unlessRefused } from './cursor.ts';
import { readItem, type Table } from './table.ts';

export type Refusal = NonNullable<ReplyItem['refusal']>;

/**
 * Records a reply that belongs to no conversation (an unknown one, an unreadable command, a replyId used for
 * something else), so that nothing is published that is not stored, and a repeat is answered with the same bytes.
 * Returns what was recorded first.
 */
export async function recordRefusal(
  table: Table,
  caller: string,
  /** What makes the command this one: its replyId, or the queue's own message id where it has none. */
  identity: string,
  contentHash: string,
  refusal: Refusal,
): Promise<Refusal> {
  const key = replyKey(`refused:${caller}`, `${identity}:${contentHash}`);
  const first = await unlessRefused(table, {
    Key: key,
    UpdateExpression: 'SET contentHash = :hash, refusal = :refusal',
    ConditionExpression: 'attribute_not_exists(pk)',
    ExpressionAttributeValues: { ':hash': contentHash, ':refusal': refusal },
  });
  if (first) return refusal;
  const reply = await readItem(table, ReplyItem, key, true);
  return reply?.refusal ?? refusal;
}
