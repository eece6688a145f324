import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { acrossShards } from '#shared/aws/store/due/due';
import type { Table } from '#shared/aws/store/table';
import { conversationKey, shardOf } from '#shared/table/keys';

const dirtyPk = (shard: number) => `DIRTY#${shard}`;

/**
 * Marks a conversation whose publishing failed, so that the sweep finds it (sparse index `dirty`). Written only on
 * the bad path; `sequence` names the entry whose updates are waiting.
 */
export async function markDirty(
  table: Table,
  conversationId: string,
  sequence: number,
  at: string,
): Promise<void> {
  await unlessRefused(table, {
    Key: conversationKey(conversationId),
    UpdateExpression:
      'SET dirtyPk = :dirty, dirtySince = if_not_exists(dirtySince, :at) ADD dirtyEntries :entries',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: {
      ':dirty': dirtyPk(shardOf(conversationId)),
      ':at': at,
      ':entries': new Set([sequence]),
    },
  });
}

/** The same mark as attributes of an item that is put, for what is stored with its mark in one write. */
export function dirtyFields(conversationId: string, sequence: number, at: string) {
  return {
    dirtyPk: dirtyPk(shardOf(conversationId)),
    dirtySince: at,
    dirtyEntries: new Set([sequence]),
  };
}

/** Removes the mark, if no later failure has set it again and everything has been published. */
export async function clearDirty(
  table: Table,
  conversationId: string,
  seen: { readonly dirtySince: string; readonly sequence: number; readonly entries: Set<number> },
): Promise<boolean> {
  return unlessRefused(table, {
    Key: conversationKey(conversationId),
    UpdateExpression: 'REMOVE dirtyPk, dirtySince, dirtyEntries',
    ConditionExpression:
      'dirtySince = :since AND #sequence = :sequence AND published = :sequence AND dirtyEntries = :entries',
    ExpressionAttributeNames: { '#sequence': 'sequence' },
    ExpressionAttributeValues: {
      ':since': seen.dirtySince,
      ':sequence': seen.sequence,
      ':entries': seen.entries,
    },
  });
}

/** Lists conversations whose publishing failed, the longest waiting first, with the time of the failure. */
export async function* dirtyConversations(
  table: Table,
  pageSize = 100,
): AsyncGenerator<{ readonly conversationId: string; readonly dirtySince: string }> {
  const items = acrossShards(table, 'dirtySince', (shard) => ({
    IndexName: 'dirty',
    KeyConditionExpression: 'dirtyPk = :dirty',
    ExpressionAttributeValues: { ':dirty': dirtyPk(shard) },
    Limit: pageSize,
  }));
  for await (const { pk, dirtySince } of items) {
    const conversationId = String(pk).slice('CONVERSATION#'.length);
    yield { conversationId, dirtySince: String(dirtySince) };
  }
}
