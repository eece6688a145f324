import { hashOf } from '#shared/ids';
import { type Identity, identityKey } from '#shared/model/identity';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Wide enough for every sequence that a number can hold exactly, so that text order is number order. */
const sequenceDigits = 15;

/** Names one update within its message: 60 bits of its id's hash, because the state keeps the last ones. */
const shortHashLength = 10;

export const conversationKey = (conversationId: string): Key => ({
  pk: `CONVERSATION#${conversationId}`,
  sk: 'META',
});

const padded = (sequence: number) => String(sequence).padStart(sequenceDigits, '0');

export const entryKey = (conversationId: string, sequence: number): Key => ({
  pk: `CONVERSATION#${conversationId}`,
  sk: `ENTRY#${padded(sequence)}`,
});

/** Right behind its entry, so that one query reads both. */
export const stateKey = (conversationId: string, sequence: number): Key => ({
  pk: `CONVERSATION#${conversationId}`,
  sk: `${entryKey(conversationId, sequence).sk}#STATE`,
});

export const isStateKey = (sk: string): boolean => sk.endsWith('#STATE');

/** The sequence in the sort key of an entry, its state, an edit or a reaction. */
export const sequenceOfKey = (sk: string): number => Number(sk.split('#')[1]);

/** After every entry and state a conversation can have. */
export const endOfEntries = `ENTRY#${'9'.repeat(sequenceDigits)}#STATE`;

/** Before every entry: a message can have thousands of edits, and no page of entries reads them. */
export const editKey = (conversationId: string, sequence: number, key: string): Key => ({
  pk: `CONVERSATION#${conversationId}`,
  sk: `EDIT#${padded(sequence)}#${key}`,
});

/** One for each person who reacted, after every entry. */
export const reactionKey = (
  conversationId: string,
  sequence: number,
  author: Identity | undefined,
): Key => ({
  pk: `CONVERSATION#${conversationId}`,
  sk: `REACTION#${padded(sequence)}#${shortHash(author ? identityKey(author) : '')}`,
});

/** The start of the keys of all reactions to one message. */
export const reactionsPrefix = (conversationId: string, sequence: number): Key => ({
  pk: `CONVERSATION#${conversationId}`,
  sk: `REACTION#${padded(sequence)}#`,
});

/** A short name of an update's id. */
export function shortHash(id: string): string {
  return Buffer.from(hashOf(id), 'hex').toString('base64url').slice(0, shortHashLength);
}

/** A provider's id is unique within one account of one connector. Hashed: ids can be long and can hold addresses. */
export const referenceKey = (connector: string, account: string, providerId: string): Key => ({
  pk: `REFERENCE#${hashOf(connector, account, providerId)}`,
  sk: 'REFERENCE',
});

/** The key of an edit that came before its message. */
export const parkedEditKey = (reference: Key, mark: string): Key => ({
  pk: reference.pk,
  sk: `EDIT#${mark}`,
});

/** The start of the keys of all notes of copies of one message. */
export const copiesPrefix = ({ pk }: Key): Key => ({ pk, sk: 'COPY#' });

/** The key of the note that a message came with a copy of the one that is referred to. */
export const copyKey = (original: Key, copiedIn: string): Key => ({
  pk: original.pk,
  sk: `${copiesPrefix(original).sk}${shortHash(copiedIn)}`,
});

/** The start of the keys of all notes of other versions of one message. */
export const versionsPrefix = ({ pk }: Key): Key => ({ pk, sk: 'VERSION#' });

/** The key of the note that one message has another version. */
export const versionKey = (reference: Key, version: string): Key => ({
  pk: reference.pk,
  sk: `${versionsPrefix(reference).sk}${shortHash(version)}`,
});

/** The key of the note that the provider deleted a customer of whom nothing was stored. */
export const deletedCustomerKey = (identity: Identity): Key => ({
  pk: identityItemKey(identity).pk,
  sk: 'DELETED',
});

export const identityItemKey = (identity: Identity): Key =>
  identityItemKeyOf(identityKey(identity));

/** The key of an address, written as aliases name it. */
export const identityItemKeyOf = (key: string): Key => ({ pk: `IDENTITY#${key}`, sk: 'IDENTITY' });

export const contactKey = (contactId: string): Key => ({ pk: `CONTACT#${contactId}`, sk: 'META' });

/**
 * The key of a customer's consent: the address (named as aliases name it: channel, scope, address), the category of
 * messages, and the sender on our side. `*`: any sender.
 */
export const consentKey = (address: string, category: string, sender: string): Key => ({
  pk: `CONSENT#${hashOf(address)}`,
  sk: `${category}#${sender}`,
});

/** The key of the last automatic reply to an address, named as aliases name it. */
export const automaticReplyKey = (address: string): Key => ({
  pk: `AUTOMATIC#${hashOf(address)}`,
  sk: 'AUTOMATIC',
});

/** Reply ids belong to their caller; hashed, because a helpdesk may put anything into them. */
export const replyKey = (caller: string, replyId: string): Key => ({
  pk: `REPLY#${hashOf(caller, replyId)}`,
  sk: 'REPLY',
});

/** The key of the tries of a queue message that has come again. */
export const triesKey = (messageId: string): Key => ({ pk: `TRIES#${messageId}`, sk: 'TRIES' });

interface IndexDefinition {
  /** Partition key and sort key. Sparse: an item is in an index only while it has both. */
  readonly keys: readonly [string, string];
  /** Attributes that the index holds beside the keys. */
  readonly include?: readonly string[];
}

/** The indexes of the table. The keys of the first three contain a shard (`shardOf`). */
export const indexes = {
  /** Items with a time by which they must be checked (`dueAs`). */
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

/**
 * The classes of items that the sweep must check by a certain time, apart so that none delays another: `uncertain`
 * attempts of replies, every other `reply` without an outcome, replies that wait for a `slot`, messages of a
 * `campaign`, parked `update`s, and sent replies whose `status` is to be looked up.
 */
export type DueClass = 'uncertain' | 'reply' | 'slot' | 'campaign' | 'update' | 'status';

/**
 * The attributes of an item that is due at a time. `owner` is its conversation or reference and decides the shard.
 * `notDue` takes the item out of the index, and so does a write that removes `dueAttributes`.
 */
export function dueAs(dueClass: DueClass, owner: string, at: string) {
  return { duePk: `DUE#${dueClass}#${shardOf(owner)}`, dueAt: at };
}

export const notDue = { duePk: undefined, dueAt: undefined, dueFor: undefined };
export const dueAttributes = 'duePk, dueAt, dueFor';

/** The class of an item; undefined if it is not in the index. */
export function dueClassOf({ duePk }: { readonly duePk?: string | undefined }): string | undefined {
  return duePk?.split('#')[1];
}
