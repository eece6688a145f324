import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { EntryItem } from '#shared/table/items';
import { entryKey } from '#shared/table/keys';
import { dueAs } from './due.ts';
import { readEntry, type Table } from './table.ts';
import type { Place } from './update.ts';

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
  const claimedBy = randomUUID();
  const { duePk, dueAt } = dueAs('reply', place.conversationId, leaseUntil);
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: entryKey(place.conversationId, place.sequence),
        UpdateExpression: `SET delivery.#state = :sending, delivery.attempt = delivery.attempt + :one,
          delivery.leaseUntil = :lease, delivery.attemptedAt = :at, delivery.claimedBy = :claimer, delivery.#parts = :parts,
          duePk = :duePk, dueAt = :dueAt REMOVE delivery.notBefore, delivery.lookUps`,
        ConditionExpression: 'delivery.#state = :accepted AND delivery.#part = :part',
        ExpressionAttributeNames: { '#state': 'state', '#part': 'part', '#parts': 'parts' },
        ExpressionAttributeValues: {
          ':sending': 'sending',
          ':accepted': 'accepted',
          ':one': 1,
          ':lease': leaseUntil,
          ':claimer': claimedBy,
          ':at': at,
          ':part': part,
          ':parts': parts,
          ':duePk': duePk,
          ':dueAt': dueAt,
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return EntryItem.parse(Attributes);
  } catch (fault) {
    if (!(fault instanceof ConditionalCheckFailedException)) throw fault;
    return ownClaim(table, place, claimedBy);
  }
}

/**
 * The SDK repeats a write whose answer was lost, and then its own claim stands in its way: without this look, such a
 * reply would never be sent and nobody could tell.
 */
async function ownClaim(
  table: Table,
  { conversationId, sequence }: Place,
  claimedBy: string,
): Promise<EntryItem | undefined> {
  const entry = await readEntry(table, conversationId, sequence);
  const isOurs = entry?.delivery?.state === 'sending' && entry.delivery.claimedBy === claimedBy;
  return isOurs ? entry : undefined;
}
