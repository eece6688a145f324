import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { aliasWrite, transact } from '#shared/aws/store/conditional-writes';
import { type Place, readState } from '#shared/aws/store/state';
import { messageExpiry, readEntry, readItem, readMeta, type Table } from '#shared/aws/store/table';
import type { ChannelUpdate, Customer } from '#shared/connector/channel-event';
import { entryOfMessageId, isNamed, type NamedEntry } from '#shared/ids';
import { type Identity, identityKey, isGroup } from '#shared/model/identity';
import type { Author } from '#shared/model/message';
import type { EntryItem } from '#shared/table/entry';
import { type MetaItem, ReferenceItem } from '#shared/table/items';
import { referenceKey, stateKey } from '#shared/table/keys';
import { partCount } from '#shared/table/parts';
import type { EntryState } from '#shared/table/state';

/** Where an update belongs; `part` where the provider's id names one message of several. */
export interface TargetPlace extends Place {
  readonly part: number;
  /** It is a reply of ours, as far as can be seen from the id: its state is written, at the latest by its claim. */
  readonly isReply?: boolean;
}

export type Read = 'eventual' | 'consistent';

/**
 * Finds the entry an update speaks of: by our own id where the provider echoed it, else by the provider's id. Unless
 * told otherwise it reads cheaply first, and consistently before it says that there is none.
 */
export async function findTarget(
  table: Table,
  connector: string,
  account: string,
  { messageId, providerMessageId, part = 0 }: ChannelUpdate['target'],
  reads: readonly Read[] = ['eventual', 'consistent'],
): Promise<TargetPlace | undefined> {
  const own = messageId === undefined ? undefined : entryOfMessageId(messageId);
  if (own) return ownPlace(table, own, part);
  if (providerMessageId === undefined) return undefined;
  const key = referenceKey(connector, account, providerMessageId);
  for (const read of reads) {
    const reference = await readItem(table, ReferenceItem, key, read === 'consistent');
    const target = reference && placeOf(reference, part);
    if (target) return target;
  }
  return undefined;
}

/** Once a table was restored, another message may have the number that the id names: it is looked at first. */
async function ownPlace(
  table: Table,
  named: NamedEntry,
  part: number,
): Promise<TargetPlace | undefined> {
  const { conversationId, sequence, generation } = named;
  const place = { conversationId, sequence, part, isReply: true };
  if ((table.generation ?? 0) === 0 && generation === 0) return place;
  const state = await readState(table, place);
  return state && isNamed(named, state) ? place : undefined;
}

function placeOf(reference: ReferenceItem, given: number): TargetPlace | undefined {
  const { conversationId, sequence, part = given } = reference;
  if (conversationId === undefined || sequence === undefined) return undefined;
  return { conversationId, sequence, part, isReply: reference.part !== undefined };
}

/**
 * The provider's id that a status teaches, when it names our own id beside it: some answers to a send know only the
 * id of a carrier between (AWS End User Messaging). Undefined, and free of cost, where the id is known already. Of
 * several messages each takes its id with the report itself (report.ts).
 */
export function taughtId(
  entry: EntryState,
  providerMessageId: string | undefined,
): string | undefined {
  if (entry.delivery === undefined || partCount(entry) > 1) return undefined;
  return entry.providerMessageId === providerMessageId ? undefined : providerMessageId;
}

/**
 * Makes a provider's id point at our message, so that reactions, quotations and later statuses find it. Before the
 * entry itself takes it (`keepId`), what had come for that id must be joined: a crash in between is repeated whole.
 */
export async function learnId(
  table: Table,
  { connector, account, contactId }: MetaItem,
  { conversationId, sequence, part }: TargetPlace,
  providerMessageId: string,
  receivedAt: string,
): Promise<void> {
  const key = referenceKey(connector, account, providerMessageId);
  const known = await readItem(table, ReferenceItem, key);
  if (known?.conversationId !== undefined) return;
  const expiry = messageExpiry(table, receivedAt);
  const pointer = { conversationId, contactId, sequence, part, ...expiry };
  await transact(table, [aliasWrite(table, key, pointer)]);
}

/** Names the message by the provider's id. */
export async function keepId(
  table: Table,
  { conversationId, sequence }: TargetPlace,
  providerMessageId: string,
): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: stateKey(conversationId, sequence),
      UpdateExpression: 'SET providerMessageId = :id',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':id': providerMessageId },
    }),
  );
}

/**
 * Whether an update is none of the message's, whichever message it names. A group's news changes that group alone; a
 * customer reacts in their own conversation; an edit or a deletion is its author's: the customer's own message, the
 * member's own in a group, the business's own.
 */
export async function isForeign(
  table: Table,
  place: Place,
  update: ChannelUpdate,
): Promise<boolean> {
  return foreignTo(table, place)(update);
}

/** The same question for many updates of one message: conversation and entry are read once, if at all. */
export function foreignTo(
  table: Table,
  { conversationId, sequence }: Place,
): (update: ChannelUpdate) => Promise<boolean> {
  let meta: Promise<MetaItem> | undefined;
  let entry: Promise<EntryItem | undefined> | undefined;
  return async (update) => {
    if (update.kind === 'status' && update.group === undefined) return false;
    meta ??= readMeta(table, conversationId);
    const conversation = await meta;
    if (isElsewhere(conversation, update)) return true;
    if (update.kind === 'status' || update.kind === 'reaction') return false;
    entry ??= readEntry(table, conversationId, sequence);
    const known = await entry;
    return known !== undefined && !isAuthor(conversation, known, update.by);
  };
}

/** As far as the conversation tells. */
function isElsewhere(meta: MetaItem, update: ChannelUpdate): boolean {
  const { customerIdentities } = meta;
  if (update.group !== undefined && !overlaps(customerIdentities, [update.group])) return true;
  if (update.kind !== 'reaction' || isGroup(customerIdentities)) return false;
  return !isCustomerOf(meta, update.customer);
}

function isAuthor(meta: MetaItem, { message }: EntryItem, by: Customer | 'business'): boolean {
  if (by === 'business') return message?.direction === 'outbound';
  if (message?.direction !== 'inbound') return false;
  return isGroup(meta.customerIdentities)
    ? overlaps(addressesOf(message.author), by.identities)
    : isCustomerOf(meta, by);
}

function isCustomerOf({ customerIdentities }: MetaItem, { identities }: Customer): boolean {
  return overlaps(customerIdentities, identities);
}

function addressesOf({ identity, otherIdentities = [] }: Author): readonly Identity[] {
  return identity ? [identity, ...otherIdentities] : otherIdentities;
}

function overlaps(some: readonly Identity[], others: readonly Identity[]): boolean {
  const keys = new Set(some.map(identityKey));
  return others.some((each) => keys.has(identityKey(each)));
}
