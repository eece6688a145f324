import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { readItem, type Table } from '#shared/aws/store/table';
import type { ContactChange } from '#shared/model/contact';
import type { DeliveryError } from '#shared/model/delivery-status';
import { type Identity, identityKey } from '#shared/model/identity';
import type { ReplyCommand } from '#shared/model/reply';
import type { ReplyContent } from '#shared/model/reply-content';
import type { ReplyValidation } from '#shared/reply/check';
import type { EntryItem } from '#shared/table/entry';
import { ConsentItem, type ConversationItem, IdentityItem, readable } from '#shared/table/items';
import { consentKey, identityItemKeyOf } from '#shared/table/keys';

/** The consent category for advertising, as the only provider with categories calls it. */
const marketing = 'marketing_messages';

/** Consent covers all our addresses: the provider does not tell them apart. */
const sender = '*';

/** More consent items than an address has: one or two. */
const maxWords = 25;

type Customer = Pick<ConversationItem, 'contactId' | 'customerIdentities'>;

/**
 * Records the consent that an entry reports, under every address of the customer. The newest word by the provider's
 * clock wins, so repeating it, also after a crash or in another order, ends the same. A change of address takes along
 * the consent under the earlier addresses and that of joined contacts: a phone number can pass to another person, and
 * an opt-out must not be lost with it.
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
    // A refusal wins over a consent of the same second.
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

/** Reads the contact's consent under its addresses. The word of a former owner of a phone number does not count. */
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
      Limit: maxWords,
    }),
  );
  return Items.map((item) => ConsentItem.parse(readable(item)));
}

/** The newest; in the same second the refusal. */
function lastOf(words: readonly ConsentItem[]): ConsentItem | undefined {
  return words.toSorted(
    (one, other) =>
      other.occurredAt.localeCompare(one.occurredAt) || other.state.localeCompare(one.state),
  )[0];
}

/**
 * Adds the customer's own word to the check of a reply: a template that its caller marks as marketing does not go to a
 * customer who has stopped marketing. Reads only for such a template. The provider would refuse it too (Meta: 131050),
 * but only after the fact.
 */
export async function validateConsented(
  table: Table,
  conversation: Customer,
  { content, fallbackTemplate }: Pick<ReplyCommand, 'content' | 'fallbackTemplate'>,
  validation: ReplyValidation,
): Promise<ReplyValidation> {
  if (validation.refusal) return validation;
  const goesOut = validation.usesFallback ? (fallbackTemplate ?? content) : content;
  const refusal = await optOutOf(table, conversation, goesOut);
  return refusal ? { refusal } : validation;
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
