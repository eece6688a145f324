import { setTimeout as sleep } from 'node:timers/promises';
import {
  aliasWrite,
  referenceWrite,
  type TransactItem,
  transact,
} from '#shared/aws/store/conditional-writes';
import { settleAddresses } from '#shared/aws/store/contacts/addresses';
import { findContact, type KnownContact } from '#shared/aws/store/contacts/contact';
import { contactChangeOf } from '#shared/aws/store/contacts/contact-change';
import { holdsAddress, takeoverOf } from '#shared/aws/store/contacts/takeover';
import {
  goneOf,
  messageExpiry,
  readEntry,
  readItem,
  readMeta,
  stampOf,
  type Table,
} from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { type Entry, type EntryItem, joinEntry } from '#shared/table/entry';
import { MetaItem, parkedOn, ReferenceItem } from '#shared/table/items';
import { metaKey, referenceKey } from '#shared/table/keys';
import { advanceMeta, newContactItem, putEntry, putMeta } from './conversation-writes.ts';
import { newEntry, newMeta, type Origin } from './new-entry.ts';
import { ownIdOf, placeMessage, publicNameOf } from './thread.ts';

type Parked = ReturnType<typeof parkedOn>;

export interface Appended {
  readonly outcome: 'appended' | 'duplicate';
  readonly meta: MetaItem;
  readonly entry: Entry;
  /** Updates that came before the message and wait to be applied. */
  readonly parked: Parked;
}

/** Everything one try has read, and the entry it wants to write. */
interface Draft {
  readonly contact: KnownContact;
  /** What the message changes about whose its addresses are; mostly nothing. */
  readonly addresses: readonly TransactItem[];
  readonly meta: MetaItem;
  readonly entry: EntryItem;
}

const mostTries = 8;

/**
 * Appends a message of a customer (or one the business wrote elsewhere) to its conversation, once: a second
 * delivery of the same provider message changes nothing and returns what the first one wrote.
 *
 * One transaction holds reference, conversation, entry and addresses, so that a crash leaves all of it or nothing.
 * The number is taken by the condition on the sequence that was read; a concurrent append makes this one read again.
 * Throws `unavailable` when the conversation stays contended; the queue tries again then.
 */
export async function appendMessage(
  table: Table,
  origin: Origin,
  message: ChannelMessage,
): Promise<Appended> {
  let parked: Parked | undefined;
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    // The first try reads at half the price; after a refusal the reads are consistent.
    const result = await tryAppend(table, origin, message, parked, attempt > 0);
    if ('outcome' in result) return result;
    parked = result.parked ?? parked;
    if (!result.parked) await sleep(Math.random() * 20 * (attempt + 1));
  }
  throw new ConnectorError('unavailable', 'the conversation is contended; try again');
}

/** One try; without an outcome it is to be made again, over what is parked on the reference if anything is. */
async function tryAppend(
  table: Table,
  origin: Origin,
  message: ChannelMessage,
  parked: Parked | undefined,
  consistent: boolean,
): Promise<Appended | { readonly parked?: Parked }> {
  const draft = await draftOf(table, origin, message, consistent);
  if (!draft) return {};
  const refused = await transact(
    table,
    writes(table, origin, message, draft, parked !== undefined),
  );
  const key = referenceKey(origin.connector, origin.account, ownIdOf(message));
  if (!refused) {
    const meta = { ...draft.meta, sequence: draft.entry.sequence };
    // What was parked between the read and the write is there too; with the pointer there, nothing is parked any more.
    const last = parked && (await readItem(table, ReferenceItem, key, true));
    return {
      outcome: 'appended',
      meta,
      entry: joinEntry(draft.entry),
      parked: parkedOn(last, ownIdOf(message)),
    };
  }
  if (refused[0] !== 'ConditionalCheckFailed') return {};
  const reference = await readItem(table, ReferenceItem, key, true);
  if (reference?.conversationId) return duplicate(table, reference, ownIdOf(message));
  return { parked: parkedOn(reference, ownIdOf(message)) };
}

/** Undefined when the contact read is no longer whom the message belongs to. */
async function draftOf(
  table: Table,
  origin: Origin,
  message: ChannelMessage,
  consistent: boolean,
): Promise<Draft | undefined> {
  const occurredAt = message.occurredAt ?? origin.receivedAt;
  const contact = await findContact(table, message, occurredAt, consistent);
  const place = await placeMessage(table, origin, message, contact.contactId);
  const stored = await readItem(table, MetaItem, metaKey(place.conversationId), consistent);
  if (stored?.takeovers !== undefined) {
    const now = await findContact(table, message, occurredAt, true);
    if (now.contactId !== contact.contactId) return undefined;
  }
  const meta = stored ?? newMeta(place, contact.contactId, origin, message, occurredAt);
  const stamp = stampOf(table, origin.receivedAt);
  const { joinRefused } = place;
  const entry = newEntry(meta, origin, message, { occurredAt, joinRefused, stamp });
  const heldBy = (others: readonly TransactItem[]) =>
    stored ? [] : holdsAddress(table, contact, occurredAt, others);
  if (contact.seen.length === 0) return { contact, addresses: heldBy([]), meta, entry };
  const settled = await settleAddresses(table, contact, message, occurredAt);
  const { begun, writes } = await takeoverOf(table, origin, message, settled.joined);
  const told = contactChangeOf(message, settled, begun);
  const addresses = [...heldBy(settled.writes), ...settled.writes, ...writes];
  return { contact, addresses, meta, entry: { ...told, ...entry } };
}

/** What an earlier delivery of the message wrote, if there was one: half a read unit where there was none. */
export async function findAppended(
  table: Table,
  { connector, account }: Pick<Origin, 'connector' | 'account'>,
  message: ChannelMessage,
): Promise<Appended | undefined> {
  const ownId = ownIdOf(message);
  const reference = await readItem(table, ReferenceItem, referenceKey(connector, account, ownId));
  return reference?.conversationId ? duplicate(table, reference, ownId) : undefined;
}

async function duplicate(
  table: Table,
  reference: ReferenceItem,
  providerId: string,
): Promise<Appended> {
  const { conversationId = '', sequence = 0 } = reference;
  const parked = parkedOn(reference, providerId);
  const meta = await readMeta(table, conversationId);
  const entry = await readEntry(table, conversationId, sequence);
  if (!entry) throw goneOf(reference);
  return { outcome: 'duplicate', meta, entry, parked };
}

/** The reference stands first: its refusal is what tells a duplicate from a conflict. */
function writes(
  table: Table,
  { connector, account, receivedAt, raw }: Origin,
  message: ChannelMessage,
  { contact, addresses, meta, entry }: Draft,
  overParked: boolean,
): TransactItem[] {
  const { sequence } = entry;
  const expiry = messageExpiry(table, receivedAt);
  const pointer = { conversationId: meta.id, contactId: contact.contactId, sequence, ...expiry };
  const ownId = ownIdOf(message);
  const aliases = new Set([publicNameOf(message), ...(message.providerAliases ?? [])]);
  aliases.delete(ownId);
  const own = referenceKey(connector, account, ownId);
  const kept = {
    ...(raw?.packed ? { raw: raw.packed } : {}),
    ...(raw?.key === undefined ? {} : { rawKey: raw.key }),
  };
  return [
    referenceWrite(table, own, { ...pointer, ...kept }, overParked),
    meta.sequence === 0 ? putMeta(table, meta, entry) : advanceMeta(table, meta, entry, message),
    putEntry(table, meta.id, entry),
    ...(contact.isNew ? [newContactItem(table, contact.contactId, message)] : []),
    ...addresses,
    ...[...aliases].map((alias) =>
      aliasWrite(table, referenceKey(connector, account, alias), pointer),
    ),
  ];
}

/** Whether a message is nothing but a copy of one we sent that came back. */
export async function isOwnCopy(
  table: Table,
  { connector, account }: { readonly connector: string; readonly account: string },
  { copyOf }: ChannelMessage,
): Promise<boolean> {
  if (copyOf === undefined) return false;
  const key = referenceKey(connector, account, copyOf);
  const reference = await readItem(table, ReferenceItem, key, true);
  return reference?.conversationId !== undefined;
}
