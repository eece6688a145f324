import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { ObjectEraser } from '#shared/aws/objects/erase';
import { unlessRefused } from '#shared/aws/store/conditional-writes';
import { readState } from '#shared/aws/store/state';
import { messageExpiry, readItem, type Table } from '#shared/aws/store/table';
import type { ChannelMessage, ChannelUpdate } from '#shared/connector/channel-event';
import { type Identity, identityKey } from '#shared/model/identity';
import { isRedacted } from '#shared/table/entry';
import { CopyItem, type ParkedUpdate, ReferenceItem } from '#shared/table/items';
import { copiesPrefix, copyKey, entryKey, type Key, referenceKey } from '#shared/table/keys';
import { keysUnder } from './keys-under.ts';
import { eraseRaw } from './raw.ts';

export interface Account {
  readonly connector: string;
  readonly account: string;
}

/**
 * Notes which other messages a message brings the words of, under their ids: their deletion finds the copies then. Done
 * before the message is stored; a note of a message that never was leads nowhere.
 */
export async function noteCopies(
  table: Table,
  { connector, account, receivedAt }: Account & { readonly receivedAt: string },
  { copies = [], business, deduplicationId, providerMessageId }: ChannelMessage,
): Promise<void> {
  const copiedIn = deduplicationId ?? providerMessageId;
  for (const { providerMessageId: original, quoted, author } of copies) {
    const note = {
      ...{ copiedIn, ...(quoted ? { quoted } : {}), ...messageExpiry(table, receivedAt) },
      ...(author ? { author: authorKey(author, business) } : {}),
    };
    const key = copyKey(referenceKey(connector, account, original), copiedIn);
    await table.client.send(new PutCommand({ TableName: table.name, Item: { ...key, ...note } }));
  }
}

/** The person who deletes a message: `business`, or the customer. */
export type Deleter = Extract<ChannelUpdate, { readonly kind: 'deletion' }>['by'];

function authorKey(author: Identity, business: Identity): string {
  const key = identityKey(author);
  return key === identityKey(business) ? 'business' : key;
}

/** True where the author of a copied message deletes it, or where the provider did not name the author. */
function isAuthor(author: string | undefined, by: Deleter): boolean {
  if (author === undefined) return true;
  return by === 'business'
    ? author === 'business'
    : by.identities.some((each) => identityKey(each) === author);
}

/**
 * Takes the words of a message from the messages that brought a copy of them: the quotation, and the raw items, which
 * hold it too. What these messages say themselves stays. `by` is compared with the author that the copy came with; it
 * is left out where the deletion was compared with the stored message.
 */
export async function redactCopies(
  table: Table,
  eraser: ObjectEraser,
  { connector, account }: Account,
  providerMessageId: string,
  by?: Deleter,
): Promise<void> {
  const original = referenceKey(connector, account, providerMessageId);
  for await (const key of keysUnder(table, copiesPrefix(original))) {
    const copy = await readItem(table, CopyItem, key, true);
    if (!copy || (by && !isAuthor(copy.author, by))) continue;
    await redactCopy(table, eraser, referenceKey(connector, account, copy.copiedIn), copy);
  }
}

async function redactCopy(
  table: Table,
  eraser: ObjectEraser,
  reference: Key,
  { quoted }: CopyItem,
): Promise<void> {
  const stored = await readItem(table, ReferenceItem, reference, true);
  const { conversationId, sequence } = stored ?? {};
  if (conversationId === undefined || sequence === undefined) return;
  await eraseRaw(table, eraser, reference);
  if (!quoted) return;
  await unlessRefused(table, {
    Key: entryKey(conversationId, sequence),
    UpdateExpression: 'REMOVE message.quotedText',
    ConditionExpression: 'attribute_exists(message.quotedText)',
  });
}

/**
 * Lists those of the copied messages that are deleted: their deletion came before this message, and did not find it.
 * Asked after the message was stored, so that one of the two always sees the other.
 */
export async function deletedOriginals(
  table: Table,
  { connector, account }: Account,
  { copies = [], business }: ChannelMessage,
): Promise<string[]> {
  const deleted: string[] = [];
  for (const { providerMessageId, author } of copies) {
    const key = referenceKey(connector, account, providerMessageId);
    const reference = await readItem(table, ReferenceItem, key, true);
    const { conversationId, sequence, parked = [] } = reference ?? {};
    const state =
      conversationId === undefined || sequence === undefined
        ? undefined
        : await readState(table, { conversationId, sequence });
    const by = author && authorKey(author, business);
    const isDeleted = state ? isRedacted(state) : parked.some((each) => isRedactionBy(each, by));
    if (isDeleted) deleted.push(providerMessageId);
  }
  return deleted;
}

/** True for a parked deletion by the author, named as a copy's note does. */
export function isRedactionBy(parked: ParkedUpdate, author: string | undefined): boolean {
  // Parked as the parser gave it.
  return isRedaction(parked) && isAuthor(author, parked['by'] as Deleter);
}

/** True for a parked deletion that takes the words of its message. */
export function isRedaction({ kind, ['redacts']: redacts }: ParkedUpdate): boolean {
  return kind === 'deletion' && redacts === true;
}
