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
  readConversation,
  readEntry,
  readItem,
  stampOf,
  type Table,
} from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { type Entry, type EntryItem, joinEntry } from '#shared/table/entry';
import { type ConversationItem, parkedOn, ReferenceItem } from '#shared/table/items';
import { referenceKey } from '#shared/table/keys';
import {
  advanceConversation,
  newContactItem,
  putConversation,
  putEntry,
} from './conversation-writes.ts';
import { JoinsNothing } from './joins-nothing.ts';
import { newConversation, newEntry, type Origin } from './new-entry.ts';
import { mayJoin, placed } from './placed.ts';
import { ownIdOf, publicNameOf } from './thread.ts';

type Parked = ReturnType<typeof parkedOn>;

export interface Appended {
  readonly outcome: 'appended' | 'duplicate';
  readonly conversation: ConversationItem;
  readonly entry: Entry;
  /** Updates that arrived before the message and wait to be applied. */
  readonly parked: Parked;
}

/** The data that one try has read, and the entry it wants to write. */
interface Draft {
  /** As it is stored: in the name of the address that sent it, where it may not speak for another. */
  readonly message: ChannelMessage;
  readonly contact: KnownContact;
  /** Changes to the owners of the message's addresses; mostly none. */
  readonly addresses: readonly TransactItem[];
  readonly conversation: ConversationItem;
  readonly entry: EntryItem;
}

const maxTries = 8;

/**
 * Appends a message as `append` does. One that may only join a conversation and no longer finds it may be stored all the
 * same: an earlier delivery found it, and died before it published.
 */
export async function appendMessage(
  table: Table,
  origin: Origin,
  message: ChannelMessage,
): Promise<Appended> {
  try {
    return await append(table, origin, message);
  } catch (fault) {
    const known = fault instanceof JoinsNothing && (await findAppended(table, origin, message));
    if (known) return known;
    throw fault;
  }
}

/**
 * Appends a message of a customer (or one the business wrote elsewhere) to its conversation, once: a second delivery of
 * the same provider message changes nothing and returns what the first one wrote.
 *
 * One transaction holds reference, conversation, entry and addresses, so that a crash leaves all of it or nothing. A
 * condition on the sequence that was read reserves the next number; after a concurrent append this one reads again.
 * Throws `unavailable` when the conversation stays contended; the queue tries again then.
 */
async function append(table: Table, origin: Origin, message: ChannelMessage): Promise<Appended> {
  let parked: Parked | undefined;
  for (let attempt = 0; attempt < maxTries; attempt += 1) {
    // The first try reads at half the price; after a refusal reads are consistent.
    const result = await tryAppend(table, origin, message, parked, attempt > 0);
    if ('outcome' in result) return result;
    parked = result.parked ?? parked;
    if (!result.parked) await sleep(Math.random() * 20 * (attempt + 1));
  }
  throw new ConnectorError('unavailable', 'the conversation is contended; try again');
}

/** Makes one try. Without an outcome the caller tries again, over the updates parked on the reference, if any. */
async function tryAppend(
  table: Table,
  origin: Origin,
  message: ChannelMessage,
  parked: Parked | undefined,
  consistent: boolean,
): Promise<Appended | { readonly parked?: Parked }> {
  const draft = await draftOf(table, origin, message, consistent);
  if (!draft) return {};
  const refused = await transact(table, writes(table, origin, draft, parked !== undefined));
  const key = referenceKey(origin.connector, origin.account, ownIdOf(message));
  if (!refused) {
    const conversation = { ...draft.conversation, sequence: draft.entry.sequence };
    // Updates parked between read and write are included; once the pointer is written, no more are parked.
    const last = parked && (await readItem(table, ReferenceItem, key, true));
    return {
      outcome: 'appended',
      conversation,
      entry: joinEntry(draft.entry),
      parked: parkedOn(last, ownIdOf(message)),
    };
  }
  if (refused[0] !== 'ConditionalCheckFailed') return {};
  const reference = await readItem(table, ReferenceItem, key, true);
  if (reference?.conversationId) return duplicate(table, reference, ownIdOf(message));
  return { parked: parkedOn(reference, ownIdOf(message)) };
}

/** Prepares the writes; undefined if what was read may be old: the caller reads again. */
async function draftOf(
  table: Table,
  origin: Origin,
  given: ChannelMessage,
  consistent: boolean,
): Promise<Draft | undefined> {
  const { message, contact, place, stored } = await placed(table, origin, given, consistent);
  const occurredAt = message.occurredAt ?? origin.receivedAt;
  if (stored?.takeovers !== undefined) {
    const now = await findContact(table, message, occurredAt, true);
    if (now.contactId !== contact.contactId) return undefined;
  }
  if (message.joinsOnly && !(await mayJoin(table, origin, message, stored))) {
    if (consistent) throw new JoinsNothing();
    return undefined;
  }
  const { contactId } = contact;
  const conversation = stored ?? newConversation(place, contactId, origin, message, occurredAt);
  const stamp = stampOf(table, origin.receivedAt);
  const { joinRefused } = place;
  const drafted = { occurredAt, joinRefused, stamp, contactId };
  const entry = newEntry(conversation, origin, message, drafted);
  const heldBy = (others: readonly TransactItem[]) =>
    stored ? [] : holdsAddress(table, contact, occurredAt, others);
  const draft = { message, contact, conversation };
  if (contact.seen.length === 0) return { ...draft, addresses: heldBy([]), entry };
  const settled = await settleAddresses(table, contact, message, occurredAt);
  const { begun, writes } = await takeoverOf(table, origin, message, settled.joined);
  const told = contactChangeOf(message, settled, begun);
  const addresses = [...heldBy(settled.writes), ...settled.writes, ...writes];
  return { ...draft, addresses, entry: { ...told, ...entry } };
}

/** Finds what an earlier delivery of the message wrote. Costs half a read unit if there was none. */
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
  const conversation = await readConversation(table, conversationId);
  const entry = await readEntry(table, conversationId, sequence);
  if (!entry) throw goneOf(reference);
  return { outcome: 'duplicate', conversation, entry, parked };
}

/** Lists the writes, the reference first: only its refusal tells a duplicate from a conflict. */
function writes(
  table: Table,
  { connector, account, receivedAt, raw }: Origin,
  { message, contact, addresses, conversation, entry }: Draft,
  overParked: boolean,
): TransactItem[] {
  const { sequence } = entry;
  const expiry = messageExpiry(table, receivedAt);
  const pointer = {
    conversationId: conversation.id,
    contactId: contact.contactId,
    sequence,
    ...expiry,
  };
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
    conversation.sequence === 0
      ? putConversation(table, conversation, entry)
      : advanceConversation(table, conversation, entry, { message, contactId: contact.contactId }),
    putEntry(table, conversation.id, entry),
    ...(contact.isNew ? [newContactItem(table, contact.contactId, message)] : []),
    ...addresses,
    ...[...aliases].map((alias) =>
      aliasWrite(table, referenceKey(connector, account, alias), pointer),
    ),
  ];
}

/**
 * Tells whether a message is only a copy of one we sent that came back. Not for one that is stored: an earlier delivery
 * came before our message was known, and may have died before it published.
 */
export async function isOwnCopy(
  table: Table,
  { connector, account }: { readonly connector: string; readonly account: string },
  message: ChannelMessage,
): Promise<boolean> {
  const { copyOf } = message;
  if (copyOf === undefined) return false;
  const isKnown = async (id: string) => {
    const reference = await readItem(
      table,
      ReferenceItem,
      referenceKey(connector, account, id),
      true,
    );
    return reference?.conversationId !== undefined;
  };
  return (await isKnown(copyOf)) && !(await isKnown(ownIdOf(message)));
}
