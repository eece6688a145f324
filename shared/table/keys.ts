import { hashOf } from '#shared/ids';
import { type Identity, identityKey } from '#shared/model/identity';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/** Wide enough for every sequence that a number can hold exactly, so that text order is number order. */
const sequenceDigits = 15;

export const metaKey = (conversationId: string): Key => ({
  pk: `CONVERSATION#${conversationId}`,
  sk: 'META',
});

export const entryKey = (conversationId: string, sequence: number): Key => ({
  pk: `CONVERSATION#${conversationId}`,
  sk: `ENTRY#${String(sequence).padStart(sequenceDigits, '0')}`,
});

/** After every entry a conversation can have. */
export const endOfEntries = `ENTRY#${'9'.repeat(sequenceDigits)}`;

/** A provider's id is unique within one account of one connector. Hashed: ids can be long and can hold addresses. */
export const referenceKey = (connector: string, account: string, providerId: string): Key => ({
  pk: `REFERENCE#${hashOf(connector, account, providerId)}`,
  sk: 'REFERENCE',
});

export const identityItemKey = (identity: Identity): Key =>
  identityItemKeyOf(identityKey(identity));

/** Of an address as aliases name it. */
export const identityItemKeyOf = (key: string): Key => ({ pk: `IDENTITY#${key}`, sk: 'IDENTITY' });

export const contactKey = (contactId: string): Key => ({ pk: `CONTACT#${contactId}`, sk: 'META' });

/**
 * What was said under an address (named as aliases name it: channel, scope, address) of messages of a category. `*`:
 * whichever of our addresses sends them.
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

/** Of a queue message that has come again. */
export const triesKey = (messageId: string): Key => ({ pk: `TRIES#${messageId}`, sk: 'TRIES' });
