import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { aliasWrite, transact } from '#shared/aws/store/conditional-writes';
import { type Place, readState } from '#shared/aws/store/state';
import {
  messageExpiry,
  readConversation,
  readEntry,
  readItem,
  type Table,
} from '#shared/aws/store/table';
import type { ChannelUpdate } from '#shared/connector/channel-event';
import { entryOfMessageId, isNamed, type NamedEntry } from '#shared/ids';
import { isGroup } from '#shared/model/identity';
import { isAuthor, isCustomerOf, overlaps } from '#shared/table/author';
import type { EntryItem } from '#shared/table/entry';
import { ConversationItem, ReferenceItem } from '#shared/table/items';
import { conversationKey, referenceKey, stateKey } from '#shared/table/keys';
import { partCount } from '#shared/table/parts';
import type { EntryState } from '#shared/table/state';

/** The entry an update belongs to; `part` if the provider's id names one message of several. */
export interface TargetPlace extends Place {
  readonly part: number;
  /** True if the id shows one of our replies: its state has been written, at the latest with its lease. */
  readonly isReply?: boolean;
}

export type Read = 'eventual' | 'consistent';

/**
 * Finds the entry that an update refers to: by our own id if the provider echoed it, else by the provider's id. By
 * default it reads cheaply first, and consistently before it says that there is none.
 */
export async function findTarget(
  table: Table,
  connector: string,
  account: string,
  { messageId, providerMessageId, part = 0 }: ChannelUpdate['target'],
  reads: readonly Read[] = ['eventual', 'consistent'],
): Promise<TargetPlace | undefined> {
  const own = messageId === undefined ? undefined : entryOfMessageId(messageId);
  if (own && (await isOfAccount(table, own, connector, account))) return ownPlace(table, own, part);
  if (providerMessageId === undefined) return undefined;
  const key = referenceKey(connector, account, providerMessageId);
  for (const read of reads) {
    const reference = await readItem(table, ReferenceItem, key, read === 'consistent');
    const target = reference && placeOf(reference, part);
    if (target) return target;
  }
  return undefined;
}

/**
 * Tells if one of our ids belongs to the account that names it. The provider only repeats it: who can send through one
 * account could name a message of another.
 */
async function isOfAccount(
  table: Table,
  { conversationId }: NamedEntry,
  connector: string,
  account: string,
): Promise<boolean> {
  const key = conversationKey(conversationId);
  const conversation =
    (await readItem(table, ConversationItem, key)) ??
    (await readItem(table, ConversationItem, key, true));
  return conversation?.connector === connector && conversation.account === account;
}

/** Checks the entry first if the table was restored: another message may have the number that the id names. */
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
 * The provider's id that a status links, when it names our own id beside it: some answers to a send know only the id of
 * an intermediate carrier (AWS End User Messaging). Undefined, and free of cost, if the id is known already. A message
 * of several parts takes each id with the report itself (report.ts).
 */
export function taughtId(
  entry: EntryState,
  providerMessageId: string | undefined,
): string | undefined {
  if (entry.delivery === undefined || partCount(entry) > 1) return undefined;
  return entry.providerMessageId === providerMessageId ? undefined : providerMessageId;
}

/**
 * Makes a provider's id point at our message, so that reactions, quotations and later statuses find it. Updates parked
 * under that id must be applied before the entry itself takes it (`keepId`): after a crash in between, all of it is
 * repeated.
 */
export async function linkProviderId(
  table: Table,
  { connector, account, contactId }: ConversationItem,
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

/** Stores the provider's id on the message. */
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
 * Tells whether an update does not belong to the message it names. A group's update changes that group alone; a
 * customer reacts in their own conversation; only its author edits or deletes a message: the customer their own, a
 * group member their own, the business its own.
 */
export async function isForeign(
  table: Table,
  place: Place,
  update: ChannelUpdate,
): Promise<boolean> {
  return foreignTo(table, place)(update);
}

/** Answers the same for many updates of one message: conversation and entry are read once, if at all. */
export function foreignTo(
  table: Table,
  { conversationId, sequence }: Place,
): (update: ChannelUpdate) => Promise<boolean> {
  let readingConversation: Promise<ConversationItem> | undefined;
  let readingEntry: Promise<EntryItem | undefined> | undefined;
  return async (update) => {
    if (update.kind === 'status' && update.group === undefined) return false;
    readingConversation ??= readConversation(table, conversationId);
    const conversation = await readingConversation;
    if (isElsewhere(conversation, update)) return true;
    if (update.kind === 'status' || update.kind === 'reaction') return false;
    readingEntry ??= readEntry(table, conversationId, sequence);
    const known = await readingEntry;
    return known !== undefined && !isAuthor(conversation, known, update.by);
  };
}

/** Checks as far as the conversation alone shows. */
function isElsewhere(conversation: ConversationItem, update: ChannelUpdate): boolean {
  const { customerIdentities } = conversation;
  if (update.group !== undefined && !overlaps(customerIdentities, [update.group])) return true;
  if (update.kind !== 'reaction' || isGroup(customerIdentities)) return false;
  return !isCustomerOf(conversation, update.customer);
}
