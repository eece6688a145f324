import { isParticipant } from '#shared/aws/store/append/participants';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { readItem, type Table } from '#shared/aws/store/table';
import type { ConsentChange } from '#shared/model/consent';
import type { ContactChange } from '#shared/model/contact';
import { type Identity, identityKey, isGroup } from '#shared/model/identity';
import type { EntryItem } from '#shared/table/entry';
import { type ConsentItem, type ConversationItem, IdentityItem } from '#shared/table/items';
import { consentKey, identityItemKey } from '#shared/table/keys';
import { type Customer, ownAddresses, wordsAt } from './consent.ts';

/** The sender of a word that is for all our addresses: the provider does not tell them apart. */
const anySender = '*';

/** A conversation in which a word of consent is said. */
type Said = Customer & Pick<ConversationItem, 'businessIdentity' | 'participants'>;

/** A word of consent with its time, on the provider's clock. */
type Word = ConsentChange & Pick<ConsentItem, 'occurredAt'>;

/**
 * Records the consent that an entry reports, under every address of the customer. A change of address takes along the
 * consent under the earlier addresses and that of joined contacts: a phone number can pass to another person, and an
 * opt-out must not be lost with it. A word dated ahead of our clock counts from its receipt, so that it does not win
 * over later ones.
 */
export async function recordConsent(
  table: Table,
  conversation: Said,
  { consent, contactChange, message }: EntryItem,
): Promise<void> {
  const change = contactChange?.reason === 'address_changed' ? contactChange : undefined;
  if (change) await takeAlong(table, conversation, change);
  if (!consent || !message) return;
  const { receivedAt, author } = message;
  const occurredAt = message.occurredAt < receivedAt ? message.occurredAt : receivedAt;
  const word = { ...consent, occurredAt };
  await recordWord(table, conversation, word, {
    change,
    ...speakerIn(conversation, author.identity),
  });
}

/** The addresses that a word concerns beside those of its conversation. */
interface Further {
  readonly change?: ContactChange | undefined;
  /** The address that the word came from. */
  readonly from?: Identity | undefined;
  /** The one address that the word is of: that of a participant, or of one recipient of several. */
  readonly of?: Identity | undefined;
}

/** The word of a participant is for the participant's own address, and never for the customer's. */
function speakerIn(
  conversation: Pick<ConversationItem, 'participants'>,
  author: Identity | undefined,
): Pick<Further, 'from' | 'of'> {
  return author && isParticipant(conversation, [author]) ? { of: author } : { from: author };
}

/**
 * Records a word of consent under every address of the customer, and under the one it came from, also where another
 * contact owns that. The newest word by the provider's clock wins, so repeating it, also after a crash or in another
 * order, ends the same. In a group it is not known whose word it is.
 */
export async function recordWord(
  table: Table,
  { contactId, customerIdentities, businessIdentity }: Said,
  { sender = anySender, ...told }: Word,
  { change, from, of }: Further = {},
): Promise<void> {
  if (isGroup(customerIdentities)) return;
  const word = { ...told, sender, saidTo: new Set([businessIdentity.address]) };
  const own = new Set(customerIdentities.map(identityKey));
  if (of && !own.has(identityKey(of))) return writeOfOwner(table, of, word, contactId);
  const named = [...customerIdentities, ...addressesOf(change)];
  const addresses = await ownAddresses(table, contactId, named);
  for (const { key } of addresses) await write(table, key, { ...word, contactId });
  if (!from || addresses.some(({ key }) => key === identityKey(from))) return;
  await writeOfOwner(table, from, word, contactId);
}

/** Writes a word under one address, as that of its owner, or of this contact where it has none. */
async function writeOfOwner(
  table: Table,
  address: Identity,
  word: ConsentItem,
  contactId: string,
): Promise<void> {
  const owned = await readItem(table, IdentityItem, identityItemKey(address), true);
  const owner = owned?.contactId ?? contactId;
  await write(table, identityKey(address), { ...word, contactId: owner });
}

async function takeAlong(
  table: Table,
  { contactId, customerIdentities }: Customer,
  change: ContactChange,
): Promise<void> {
  const named = [...customerIdentities, ...addressesOf(change)];
  const addresses = await ownAddresses(table, contactId, named);
  for (const word of await wordsAt(table, addresses)) {
    for (const { key } of addresses) await write(table, key, { ...word, contactId });
  }
}

function addressesOf(change: ContactChange | undefined): Identity[] {
  return change ? [...change.identities, ...change.previousIdentities] : [];
}

/** Writes a word unless a newer one is there. The numbers of its sender are learnt either way. */
async function write(table: Table, address: string, word: ConsentItem): Promise<void> {
  const { category, sender, state, evidence, occurredAt, contactId, source, saidTo } = word;
  const Key = consentKey(address, category, sender);
  const given = Object.entries({ category, sender, evidence, contactId, source }).filter(
    ([, value]) => value !== undefined,
  );
  const fields = given.map(([name]) => `#${name} = :${name}`);
  const numbers = saidTo ? { ':saidTo': saidTo } : undefined;
  const written = await unlessRefused(table, {
    Key,
    UpdateExpression: `SET ${fields.join(', ')}, #state = :state, occurredAt = :at${numbers ? ' ADD saidTo :saidTo' : ''}`,
    // A refusal wins over a consent of the same second.
    ConditionExpression:
      'attribute_not_exists(pk) OR occurredAt < :at OR (occurredAt = :at AND :state = :revoked)',
    ExpressionAttributeNames: {
      '#state': 'state',
      ...Object.fromEntries(given.map(([name]) => [`#${name}`, name])),
    },
    ExpressionAttributeValues: {
      ...Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
      ...{ ':state': state, ':at': occurredAt, ':revoked': 'revoked', ...numbers },
    },
  });
  if (written || !numbers) return;
  await unlessRefused(table, {
    Key,
    UpdateExpression: 'ADD saidTo :saidTo',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: numbers,
  });
}
