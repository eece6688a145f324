import { PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { entriesAfter, readItem, type Table } from '#shared/aws/store/table';
import type { Customer } from '#shared/connector/channel-event';
import { type Identity, identityKey } from '#shared/model/identity';
import type { Author } from '#shared/model/message';
import type { Entry } from '#shared/table/entry';
import { ConversationItem, type DeletedCustomerItem, IdentityItem } from '#shared/table/items';
import {
  contactKey,
  conversationKey,
  deletedCustomerKey,
  entryKey,
  identityItemKey,
  type Key,
  reactionsPrefix,
} from '#shared/table/keys';
import { ReactionItem } from '#shared/table/state';
import { keysUnder } from './keys-under.ts';

/**
 * The time that the deletion of an unknown customer is remembered: longer than their items wait, which are those that
 * are set aside and replayed (`quarantineDays`, 180).
 */
const rememberedDays = 190;

/**
 * Marks the addresses of a deleted customer, and resolves with their contacts: what comes late is deleted as it comes.
 * An address that nothing came from yet gets a note, written before the address is read for the last time: a first
 * message that is stored meanwhile is found here, or finds the note.
 */
export async function markDeleted(
  table: Table,
  { identities }: Customer,
  deletedAt: string,
): Promise<string[]> {
  const contacts = new Set<string>();
  for (const identity of identities) {
    const Key = identityItemKey(identity);
    let item = await readItem(table, IdentityItem, Key, true);
    if (!item) {
      await noteDeleted(table, identity, deletedAt);
      item = await readItem(table, IdentityItem, Key, true);
    }
    if (!item) continue;
    contacts.add(item.contactId);
    await unlessRefused(table, {
      Key,
      UpdateExpression: 'SET deletedAt = :at',
      ConditionExpression: 'attribute_not_exists(deletedAt) OR deletedAt < :at',
      ExpressionAttributeValues: { ':at': deletedAt },
    });
  }
  return [...contacts];
}

async function noteDeleted(table: Table, identity: Identity, deletedAt: string): Promise<void> {
  const note: DeletedCustomerItem = {
    deletedAt,
    expiresAt: Math.floor(Date.parse(deletedAt) / 1000) + rememberedDays * 86_400,
  };
  const Item = { ...deletedCustomerKey(identity), ...note };
  await table.client.send(new PutCommand({ TableName: table.name, Item }));
}

/** The time when the provider deleted a customer; undefined where it did not. */
export async function customerDeletedAt(
  table: Table,
  { identities: [identity] }: Customer,
): Promise<string | undefined> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': identityItemKey(identity).pk },
      ProjectionExpression: 'deletedAt',
      ConsistentRead: true,
    }),
  );
  const times = Items.flatMap(({ deletedAt }) => (deletedAt ? [String(deletedAt)] : []));
  return times.toSorted().at(-1);
}

/** Lists every conversation of a contact, by id: an order that no new message changes. */
export async function conversationIds(table: Table, contactId: string): Promise<string[]> {
  const ids: string[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: 'contact',
        KeyConditionExpression: 'contactPk = :contact',
        ExpressionAttributeValues: { ':contact': contactKey(contactId).pk },
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    ids.push(...(page.Items ?? []).map(({ pk }) => String(pk).replace(/^CONVERSATION#/, '')));
    start = page.LastEvaluatedKey;
  } while (start);
  return ids.toSorted();
}

/** Reads a conversation; undefined where it is on another channel than the customer was deleted on. */
export async function conversationOn(
  table: Table,
  conversationId: string,
  channel: string,
): Promise<ConversationItem | undefined> {
  const key = conversationKey(conversationId);
  const conversation = await readItem(table, ConversationItem, key, true);
  return conversation?.channel === channel ? conversation : undefined;
}

/** The entries of a conversation after a sequence, page by page. */
export async function* entriesFrom(
  table: Table,
  conversationId: string,
  after: number,
): AsyncGenerator<Entry> {
  let last = after;
  for (;;) {
    const entries = await entriesAfter(table, conversationId, last);
    yield* entries;
    const sequence = entries.at(-1)?.sequence;
    if (sequence === undefined) return;
    last = sequence;
  }
}

/** True when the customer wrote the message of an entry. */
export function isWrittenBy({ identities }: Customer, { message }: Entry): boolean {
  if (message?.direction !== 'inbound') return false;
  return isPerson(message.author, new Set(identities.map(identityKey)));
}

function isPerson({ identity, otherIdentities = [] }: Author, keys: ReadonlySet<string>): boolean {
  const own: readonly Identity[] = identity ? [identity, ...otherIdentities] : otherIdentities;
  return own.some((each) => keys.has(identityKey(each)));
}

/** Takes the customer's names from the reactions to a message and from the opening that an entry tells. */
export async function forgetNamesIn(
  table: Table,
  conversationId: string,
  { sequence, opening, reactions }: Entry,
  { identities }: Customer,
): Promise<void> {
  if (opening) await removeFrom(table, entryKey(conversationId, sequence), openingNames);
  if (reactions === undefined) return;
  const keys = new Set(identities.map(identityKey));
  for await (const key of keysUnder(table, reactionsPrefix(conversationId, sequence))) {
    const reaction = await readItem(table, ReactionItem, key, true);
    if (reaction && isPerson(reaction.author, keys)) await removeFrom(table, key, authorNames);
  }
}

/** Takes the customer's names from their conversation and their contact. */
export async function forgetNames(
  table: Table,
  { id, contactId }: Pick<ConversationItem, 'id' | 'contactId'>,
): Promise<void> {
  await removeFrom(table, conversationKey(id), ['customerName', 'customerUsername']);
  await removeFrom(table, contactKey(contactId), ['displayName']);
}

const openingNames = ['opening.customerName', 'opening.customerUsername'];
const authorNames = ['author.displayName', 'author.username'];

async function removeFrom(table: Table, Key: Key, names: readonly string[]): Promise<void> {
  await unlessRefused(table, {
    Key,
    UpdateExpression: `REMOVE ${names.join(', ')}`,
    ConditionExpression: names.map((name) => `attribute_exists(${name})`).join(' OR '),
  });
}
