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

/** Reply ids belong to their caller; hashed, because a helpdesk may put anything into them. */
export const replyKey = (caller: string, replyId: string): Key => ({
  pk: `REPLY#${hashOf(caller, replyId)}`,
  sk: 'REPLY',
});

/** The key of the tries of a queue message that has come again. */
export const triesKey = (messageId: string): Key => ({ pk: `TRIES#${messageId}`, sk: 'TRIES' });
