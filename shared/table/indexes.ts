import { hashOf } from '#shared/ids';

interface IndexDefinition {
  /** Partition key and sort key. Sparse: an item is in an index only while it has both. */
  readonly keys: readonly [string, string];
  /** Attributes that the index holds beside the keys. */
  readonly include?: readonly string[];
}

/** The indexes of the table. The keys of the first three are made from what they are spread by (`shardOf`). */
export const indexes = {
  /** Items with a time by which they must be checked (shared/aws/store/due/due.ts). */
  due: { keys: ['duePk', 'dueAt'], include: ['dueFor'] },
  /** Conversations whose publishing failed, by the time of the failure. */
  dirty: { keys: ['dirtyPk', 'dirtySince'] },
  /** Conversations by last activity, with the attributes that a list is filtered by. */
  inbox: {
    keys: ['inboxPk', 'inboxSk'],
    include: ['status', 'channel', 'connector', 'account', 'contactId'],
  },
  /** Conversations of a contact by last activity. */
  contact: { keys: ['contactPk', 'contactSk'] },
} as const satisfies Record<string, IndexDefinition>;

/**
 * The number of keys an index is spread over. DynamoDB takes about 1,000 write units a second for one key, and an index
 * that is throttled throttles the writes of the table. To move an item within an index costs two units, so eight keys
 * take 4,000 moves a second: more than all conversations of a stage that has 10,000 messages a second need in the
 * inbox, where a place moves once an hour. More keys would make each list and each sweep ask more often.
 *
 * Both may grow, never shrink: first `read`, and `written` in the release after it. An item stays where it was written
 * until its place changes, and every reader asks all keys up to `read`.
 */
export const shards = { written: 8, read: 8 };

/** The shard of an item, by the id of its owner: all items of one conversation stay in one shard. */
export function shardOf(id: string): number {
  return Number.parseInt(hashOf(id).slice(0, 8), 16) % shards.written;
}

/** Every shard that may hold items. */
export function everyShard(): number[] {
  return Array.from({ length: shards.read }, (_, shard) => shard);
}
