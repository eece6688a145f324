import { readItem, type Table } from '#shared/aws/store/table';
import { allMessages, marketingMessages } from '#shared/model/consent';
import type { DeliveryError } from '#shared/model/delivery-status';
import { type Identity, identityKey } from '#shared/model/identity';
import type { ReplyCommand } from '#shared/model/reply';
import type { ReplyRules, ReplyValidation } from '#shared/reply/check';
import { type ConsentItem, type ConversationItem, IdentityItem } from '#shared/table/items';
import { identityItemKeyOf } from '#shared/table/keys';
import { suppressionOf, wordsUnder } from './suppressed.ts';

/** A conversation in which a reply is to be sent. */
type Addressed = Customer & Pick<ConversationItem, 'id' | 'businessIdentity'>;

type Reply = Pick<ReplyCommand, 'content' | 'fallbackTemplate' | 'purpose'>;

/**
 * Adds the customer's own word to the check of a reply, at accepting and again at sending: nothing goes to a customer
 * who has stopped all messages of this sender, and no marketing to one who has stopped marketing. The provider would
 * refuse it too (Meta: 131050, Twilio: 21610), but only after the fact, and not every one does.
 *
 * Nothing goes to an address that messages come back from (suppressed.ts). Reads the customer's addresses and the words
 * under them. A reply that is refused already reads nothing.
 */
export async function validateConsented(
  table: Table,
  conversation: Addressed,
  { content, fallbackTemplate, purpose }: Reply,
  { consentSenders = [] }: Pick<ReplyRules, 'consentSenders'>,
  validation: ReplyValidation,
): Promise<ReplyValidation> {
  if (validation.refusal) return validation;
  const goesOut = validation.usesFallback ? (fallbackTemplate ?? content) : content;
  const isAdvertising =
    purpose === 'marketing' || (goesOut.type === 'template' && goesOut.category === 'marketing');
  const ours = conversation.businessIdentity.address;
  const senders = ['*', ours, ...consentSenders];
  const isForUs = ({ sender, saidTo }: ConsentItem) =>
    senders.includes(sender) || saidTo?.has(ours);
  const said = await wordsOf(table, conversation);
  const words = said.all.filter(isForUs);
  const categories = isAdvertising ? [allMessages, marketingMessages] : [allMessages];
  const refusal =
    categories.map((category) => optOutIn(words, category)).find(Boolean) ??
    (await suppressed(table, conversation, said.ofAddressee.filter(isForUs)));
  return refusal ? { refusal } : validation;
}

/** The refusal where the address that the reply goes to is dead, or wants none. */
async function suppressed(
  table: Table,
  { id, customerIdentities: [addressee] }: Addressed,
  words: readonly ConsentItem[],
): Promise<DeliveryError | undefined> {
  return addressee && suppressionOf(table, id, addressee, words);
}

/** The refusal that the words of one category amount to: the newest decides. */
function optOutIn(words: readonly ConsentItem[], category: string): DeliveryError | undefined {
  const last = lastOf(words.filter((word) => word.category === category));
  if (last?.state !== 'revoked') return undefined;
  const what = category === allMessages ? 'messages from this sender' : category;
  const title = `the customer stopped ${what} on ${last.occurredAt}`;
  return { code: 'recipient_opted_out', title, retryable: false };
}

/** The newest; in the same second the refusal. */
function lastOf(words: readonly ConsentItem[]): ConsentItem | undefined {
  return words.toSorted(
    (one, other) =>
      other.occurredAt.localeCompare(one.occurredAt) || other.state.localeCompare(one.state),
  )[0];
}

/** The customer of a conversation. */
export type Customer = Pick<ConversationItem, 'contactId' | 'customerIdentities'>;

/** An address of a contact. */
export interface OwnAddress {
  /** The key that aliases use. */
  readonly key: string;
  /** Contacts that owned it before, or claim it. */
  readonly others: readonly string[];
}

/** More addresses than a person has on one channel. */
const maxAddresses = 20;

/**
 * Finds the addresses that a contact has now: those named here, and those ever named together with them. An address
 * that is not registered counts as the contact's.
 */
export async function ownAddresses(
  table: Table,
  contactId: string,
  named: readonly Identity[],
): Promise<OwnAddress[]> {
  const asked = new Set<string>();
  const own: OwnAddress[] = [];
  let next = named.map(identityKey);
  while (next.length > 0) {
    const keys = [...new Set(next)].filter((key) => !asked.has(key));
    const read = await readAddresses(table, keys.slice(0, maxAddresses - asked.size));
    for (const { key } of read) asked.add(key);
    const found = read.filter(({ item }) => (item?.contactId ?? contactId) === contactId);
    own.push(...found.map(({ key, item }) => ({ key, others: item?.conflicts ?? [] })));
    next = found.flatMap(({ item }) => item?.aliases ?? []);
  }
  return own;
}

async function readAddresses(table: Table, keys: readonly string[]) {
  const read = keys.map(async (key) => {
    const item = await readItem(table, IdentityItem, identityItemKeyOf(key), true);
    return { key, item };
  });
  return Promise.all(read);
}

/** Words of consent by the key of the address that they stand under. */
type WordsByAddress = ReadonlyMap<string, readonly ConsentItem[]>;

/**
 * Reads the contact's consent under its addresses. The word of a former owner of a phone number does not count. `known`
 * has been read already.
 */
export async function wordsAt(
  table: Table,
  addresses: readonly OwnAddress[],
  known: WordsByAddress = new Map(),
): Promise<ConsentItem[]> {
  const words = addresses.map(async ({ key, others }) => {
    const found = known.get(key) ?? (await wordsUnder(table, key));
    return found.filter(({ contactId = '' }) => !others.includes(contactId));
  });
  return (await Promise.all(words)).flat();
}

/**
 * Reads everything that the customer of a conversation has said, under every address, and what the present owner of the
 * address that replies go to has said. Strongly consistent.
 */
async function wordsOf(
  table: Table,
  { contactId, customerIdentities }: Customer,
): Promise<{ readonly all: ConsentItem[]; readonly ofAddressee: readonly ConsentItem[] }> {
  const named = customerIdentities.map(identityKey);
  const [addresses, words] = await Promise.all([
    ownAddresses(table, contactId, customerIdentities),
    Promise.all(named.map((key) => wordsUnder(table, key))),
  ]);
  const known = new Map(named.map((key, index) => [key, words[index] ?? []]));
  const [addressee] = named;
  const [ofAddressee = []] = words;
  const isOwn = addresses.some(({ key }) => key === addressee);
  if (isOwn || addressee === undefined) {
    return { all: await wordsAt(table, addresses, known), ofAddressee };
  }
  // The address has passed to another person, and a reply here would reach that one.
  const [owned] = await readAddresses(table, [addressee]);
  const theirs = { key: addressee, others: owned?.item?.conflicts ?? [] };
  return { all: await wordsAt(table, [...addresses, theirs], known), ofAddressee };
}
