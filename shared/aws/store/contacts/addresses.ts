import type { TransactItem } from '#shared/aws/store/conditional-writes';
import { readItem, type Table } from '#shared/aws/store/table';
import { identityKey } from '#shared/model/identity';
import { IdentityItem } from '#shared/table/items';
import { identityItemKeyOf } from '#shared/table/keys';
import {
  type Addressed,
  isHeld,
  isSeenAfter,
  type KnownContact,
  type SeenAddress,
} from './contact.ts';
import {
  conflictWrite,
  handOnWrite,
  keepWrite,
  type Linked,
  linkWrite,
  takeWrite,
} from './identity-writes.ts';

/** The changes that a message makes to the owners of its addresses. */
export interface SettledAddresses {
  readonly writes: readonly TransactItem[];
  /** Addresses that had no owner and are the contact's from now on. */
  readonly linked: number;
  /** Contacts that lost addresses to this one, because they exist only through a late delivery. */
  readonly joined: readonly string[];
  /** Other contacts that own one of the addresses, recorded for the first time. */
  readonly disputed: readonly string[];
}

/** More addresses than a person has on one channel. */
const maxFollowed = 20;

/**
 * Decides on each address that is not known to be the contact's. An address without an owner is linked. One first seen
 * after this message is taken over from its contact, with everything linked to it since. Any other contact's address is
 * recorded as a conflict, once, and left to its owner. Pure, except that it reads the other addresses of a joined
 * contact.
 *
 * Every write has the condition that what was read still holds, so the writes belong in the transaction of the entry.
 */
export async function settleAddresses(
  table: Table,
  { contactId, seen }: KnownContact,
  message: Addressed,
  occurredAt: string,
): Promise<SettledAddresses> {
  const aliases = [...message.customer.identities, ...(message.replacesIdentities ?? [])];
  const linked: Linked = { contactId, occurredAt, aliases: aliases.map(identityKey) };
  const taken = seen.filter((each) => isTaken(each, contactId, message, occurredAt));
  const followed = await followedFrom(table, seen, taken, message, occurredAt);
  const disputed = seen.flatMap((each) => disputeOf(each, taken, contactId, occurredAt));
  const writes = seen.flatMap((each) => {
    const { claim, item } = each;
    if (!item) return [linkWrite(table, linked, claim)];
    if (taken.includes(each)) return [takeWrite(table, linked, { key: claim.key, claim }, item)];
    if (item.contactId === contactId) return keepWrite(table, linked, claim, item);
    if (!disputed.includes(item)) return [];
    const write = isHeld(claim, item, occurredAt) ? conflictWrite : handOnWrite;
    return [write(table, linked, claim, item)];
  });
  return {
    writes: [...writes, ...followed.map((each) => takeWrite(table, linked, each, each.item))],
    linked: seen.filter(({ item }) => !item).length,
    joined: [...new Set(taken.flatMap(({ item }) => item?.contactId ?? []))],
    disputed: [...new Set(disputed.map((item) => item.contactId))],
  };
}

function isTaken(
  { claim, item }: SeenAddress,
  contactId: string,
  message: Addressed,
  occurredAt: string,
): boolean {
  if (!item || item.contactId === contactId || claim.role === 'asserted') return false;
  return isSeenAfter(item, message, occurredAt);
}

function disputeOf(
  each: SeenAddress,
  taken: readonly SeenAddress[],
  contactId: string,
  occurredAt: string,
): IdentityItem[] {
  const { claim, item } = each;
  if (!item || item.contactId === contactId || taken.includes(each)) return [];
  const isRecorded = item.conflicts?.includes(contactId) && isHeld(claim, item, occurredAt);
  return isRecorded ? [] : [item];
}

/** Finds the joined contact's other addresses: linked to those taken over, and first seen after this message too. */
async function followedFrom(
  table: Table,
  seen: readonly SeenAddress[],
  taken: readonly SeenAddress[],
  message: Addressed,
  occurredAt: string,
) {
  const done = new Set(seen.map(({ claim }) => claim.key));
  const open = taken.flatMap(({ item }) => (item ? [item] : []));
  const followed: { readonly key: string; readonly item: IdentityItem }[] = [];
  for (let next = open.shift(); next && followed.length < maxFollowed; next = open.shift()) {
    for (const key of next.aliases.filter((alias) => !done.has(alias))) {
      done.add(key);
      const item = await readItem(table, IdentityItem, identityItemKeyOf(key), true);
      if (item?.contactId !== next.contactId) continue;
      if (!isSeenAfter(item, message, occurredAt)) continue;
      followed.push({ key, item });
      open.push(item);
    }
  }
  return followed;
}
