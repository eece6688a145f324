import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { readItem, type Table } from '#shared/aws/store/table';
import type { ContactChange } from '#shared/model/contact';
import type { DeliveryError } from '#shared/model/delivery-status';
import { type Identity, identityKey } from '#shared/model/identity';
import type { ReplyCommand } from '#shared/model/reply';
import type { ReplyContent } from '#shared/model/reply-content';
import type { Verdict } from '#shared/reply/check';
import type { EntryItem } from '#shared/table/entry';
import { ConsentItem, IdentityItem, type MetaItem, readable } from '#shared/table/items';
import { consentKey, identityItemKeyOf } from '#shared/table/keys';

/** What a customer stops who wants no advertising, in the word of the only provider that asks for a category. */
const marketing = 'marketing_messages';

/** Of whichever of our addresses: the provider does not ask for more. */
const sender = '*';

/** An address has one or two of these. */
const mostWords = 25;

type Customer = Pick<MetaItem, 'contactId' | 'customerIdentities'>;

/**
 * Writes down what an entry tells of the customer's consent, under every address of the customer. The newest word by
 * the provider's clock stays, so that repeating it, also after a crash or in another order, ends the same. A change of
 * address takes along what was said under the addresses before, and what a contact had said that is joined: a phone
 * number can be somebody else's next, and an opt-out must not be lost with it.
 */
export async function recordConsent(
  table: Table,
  { contactId, customerIdentities }: Customer,
  { consent, contactChange, message }: EntryItem,
): Promise<void> {
  const change = contactChange?.reason === 'address_changed' ? contactChange : undefined;
  const said = consent && message ? [{ ...consent, sender, occurredAt: message.occurredAt }] : [];
  if (!change && said.length === 0) return;
  const named = [...customerIdentities, ...addressesOf(change)];
  const addresses = await ownAddresses(table, contactId, named);
  const before = change ? await wordsAt(table, addresses) : [];
  for (const word of [...before, ...said]) {
    for (const { key } of addresses) await write(table, key, { ...word, contactId });
  }
}

function addressesOf(change: ContactChange | undefined): Identity[] {
  return change ? [...change.identities, ...change.previousIdentities] : [];
}

async function write(
  table: Table,
  address: string,
  { category, sender: ofSender, state, evidence, occurredAt, contactId }: ConsentItem,
): Promise<void> {
  await unlessRefused(table, {
    Key: consentKey(address, category, ofSender),
    UpdateExpression:
      'SET category = :category, sender = :sender, #state = :state, evidence = :evidence, occurredAt = :at, contactId = :contact',
    // Of two words in the same second a refusal is the one that is kept.
    ConditionExpression:
      'attribute_not_exists(pk) OR occurredAt < :at OR (occurredAt = :at AND :state = :revoked)',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':category': category,
      ':sender': ofSender,
      ':state': state,
      ':evidence': evidence,
      ':at': occurredAt,
      ':contact': contactId,
      ':revoked': 'revoked',
    },
  });
}

/** What the contact has said under its addresses. The word of a former owner of a phone number does not count. */
async function wordsAt(table: Table, addresses: readonly OwnAddress[]): Promise<ConsentItem[]> {
  const words = addresses.map(async ({ key, others }) => {
    const found = await wordsUnder(table, key);
    return found.filter(({ contactId = '' }) => !others.includes(contactId));
  });
  return (await Promise.all(words)).flat();
}

async function wordsUnder(table: Table, address: string): Promise<ConsentItem[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': consentKey(address, marketing, sender).pk },
      ConsistentRead: true,
      Limit: mostWords,
    }),
  );
  return Items.map((item) => ConsentItem.parse(readable(item)));
}

/** The newest; of two in the same second the refusal. */
function lastOf(words: readonly ConsentItem[]): ConsentItem | undefined {
  return words.toSorted(
    (one, other) =>
      other.occurredAt.localeCompare(one.occurredAt) || other.state.localeCompare(one.state),
  )[0];
}

/**
 * The verdict on a reply with the customer's own word added: a template that is marketing by its caller's word does
 * not go to whoever has stopped that. Only for such a template is anything read. The provider would refuse it too
 * (Meta: 131050), after the fact.
 */
export async function consentedVerdict(
  table: Table,
  conversation: Customer,
  { content, fallbackTemplate }: Pick<ReplyCommand, 'content' | 'fallbackTemplate'>,
  verdict: Verdict,
): Promise<Verdict> {
  if (verdict.refusal) return verdict;
  const goesOut = verdict.usesFallback ? (fallbackTemplate ?? content) : content;
  const refusal = await optOutOf(table, conversation, goesOut);
  return refusal ? { refusal } : verdict;
}

async function optOutOf(
  table: Table,
  { contactId, customerIdentities }: Customer,
  content: ReplyContent,
): Promise<DeliveryError | undefined> {
  if (content.type !== 'template' || content.category !== 'marketing') return undefined;
  const addresses = await ownAddresses(table, contactId, customerIdentities);
  const words = await wordsAt(table, addresses);
  const consent = lastOf(words.filter(({ category }) => category === marketing));
  if (consent?.state !== 'revoked') return undefined;
  const title = `the customer stopped ${marketing} on ${consent.occurredAt}`;
  return { code: 'recipient_opted_out', title, retryable: false };
}

/** An address of a contact. */
interface OwnAddress {
  /** As aliases name it. */
  readonly key: string;
  /** Contacts that had it before, or claim it. */
  readonly others: readonly string[];
}

/** More than a person has addresses on one channel. */
const mostAddresses = 20;

/**
 * The addresses that are a contact's now: of those named here, and of those that were ever named together with them.
 * One that nobody has registered counts as the contact's.
 */
async function ownAddresses(
  table: Table,
  contactId: string,
  named: readonly Identity[],
): Promise<OwnAddress[]> {
  const asked = new Set<string>();
  const own: OwnAddress[] = [];
  let next = named.map(identityKey);
  while (next.length > 0) {
    const keys = [...new Set(next)].filter((key) => !asked.has(key));
    const read = await readAddresses(table, keys.slice(0, mostAddresses - asked.size));
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
