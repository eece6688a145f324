import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { EntryItem } from '#shared/table/items';
import { entryKey } from '#shared/table/keys';
import type { Table } from './table.ts';
import type { Place } from './update.ts';

/** One index partition for everything that must be looked after by a certain time; a few items, ever. */
export const attentionPk = 'ATTENTION';

/**
 * Takes the next part of a reply for one attempt: `accepted → sending`, `attempt + 1`, a lease. Only one caller can
 * have it; whoever comes while the lease runs gets nothing. Returns the entry as claimed, or undefined.
 *
 * The lease outlives the function and ends before the queue message shows again, so a second receiver can exist
 * only when the first is dead (docs/architecture.md, "The way of a reply").
 */
export async function claimPart(
  table: Table,
  place: Place,
  { part, parts, leaseUntil, at }: { part: number; parts: number; leaseUntil: string; at: string },
): Promise<EntryItem | undefined> {
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: entryKey(place.conversationId, place.sequence),
        UpdateExpression: `SET delivery.#state = :sending, delivery.attempt = delivery.attempt + :one,
          delivery.leaseUntil = :lease, delivery.attemptedAt = :at, delivery.#parts = :parts,
          attentionPk = :attention, attentionAt = :lease REMOVE delivery.notBefore`,
        ConditionExpression: 'delivery.#state = :accepted AND delivery.#part = :part',
        ExpressionAttributeNames: { '#state': 'state', '#part': 'part', '#parts': 'parts' },
        ExpressionAttributeValues: {
          ':sending': 'sending',
          ':accepted': 'accepted',
          ':one': 1,
          ':lease': leaseUntil,
          ':at': at,
          ':part': part,
          ':parts': parts,
          ':attention': attentionPk,
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return EntryItem.parse(Attributes);
  } catch (fault) {
    if (fault instanceof ConditionalCheckFailedException) return undefined;
    throw fault;
  }
}
