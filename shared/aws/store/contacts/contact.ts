import { readItem, type Table } from '#shared/aws/store/table';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { derivedId } from '#shared/ids';
import { type Identity, identityKey } from '#shared/model/identity';
import { IdentityItem } from '#shared/table/items';
import { identityItemKey } from '#shared/table/keys';

/** One address that a message names, and how the message names it. */
export interface Claim {
  readonly identity: Identity;
  readonly key: string;
  readonly evidence: IdentityItem['evidence'];
  /** `current`: the sender's own. `previous`: the sender's former one. `asserted`: only claimed by the sender. */
  readonly role: 'current' | 'previous' | 'asserted';
}

/** An address with its item in the table. */
export interface SeenAddress {
  readonly claim: Claim;
  readonly item: IdentityItem | undefined;
}

/** The contact behind a customer's addresses. */
export interface KnownContact {
  readonly contactId: string;
  /** True if no message came from any of these addresses before. */
  readonly isNew: boolean;
  /** The address by which the contact was found; absent for a new contact. */
  readonly foundBy?: { readonly key: string; readonly since?: string | undefined };
  /** The item read for every address; empty if all of them are known to be this contact's. */
  readonly seen: readonly SeenAddress[];
}

export type Addressed = Pick<
  ChannelMessage,
  'customer' | 'replacesIdentities' | 'assertsIdentities' | 'senderStanding'
>;

/** Providers' clocks and webhooks cross: a change and the first message after it arrive at about the same time. */
const marginMs = 300_000;

/**
 * Finds the contact of a message. Addresses before a change come first: the conversation belongs to their contact. A
 * BSUID is asked before a phone number, because numbers pass to new owners and BSUIDs do not. If addresses belong to
 * several contacts, one known before this message was written wins over one first seen after it: had all messages come
 * in order, the latter would not exist (`settleAddresses` then joins it).
 *
 * The first address found usually knows all the others, and one read is enough. A new contact's id is derived from its
 * first address, so two racing deliveries create the same contact. An untrusted sender is a separate contact.
 */
export async function findContact(
  table: Table,
  message: Addressed,
  occurredAt: string,
  consistent: boolean,
): Promise<KnownContact> {
  if (message.senderStanding === 'untrusted') return claimedContact(message);
  const claims = claimsOf(message);
  const seen: SeenAddress[] = [];
  for (const claim of claims) {
    const item = await readItem(table, IdentityItem, identityItemKey(claim.identity), consistent);
    seen.push({ claim, item });
    const isHeldNow = item && !message.replacesIdentities && isHeld(claim, item, occurredAt);
    if (isHeldNow && knowsAll(item, claim, claims)) {
      const foundBy = { key: claim.key, since: item.since };
      return { contactId: item.contactId, isNew: false, foundBy, seen: [] };
    }
  }
  const owned = seen.filter(
    ({ claim, item }) => item && claim.role !== 'asserted' && isHeld(claim, item, occurredAt),
  );
  const before = owned.find(({ item }) => !isSeenAfter(item, message, occurredAt));
  const { claim, item } = before ?? owned[0] ?? {};
  if (!claim || !item) return { contactId: newContactId(message, seen), isNew: true, seen };
  const foundBy = { key: claim.key, since: item.since };
  return { contactId: item.contactId, isNew: false, foundBy, seen };
}

/** Tells whether one address already names every other address of the message. */
function knowsAll({ aliases }: IdentityItem, { key: own }: Claim, claims: readonly Claim[]) {
  return claims.every(({ key }) => key === own || aliases.includes(key));
}

/**
 * The contact of all senders who only claim an address: never that of its owner, and they do not get the address. It is
 * written each time, without a read; its name is the one claimed last.
 */
function claimedContact({ customer }: Addressed): KnownContact {
  return { contactId: claimedContactId(customer.identities[0]), isNew: true, seen: [] };
}

/** The id of the contact that only claims an address. */
export function claimedContactId(identity: Identity): string {
  return derivedId('con', 'claimed', identityKey(identity));
}

/** Derives the id from the first address and earlier contacts: one of them may have its id from the same address. */
function newContactId({ customer }: Addressed, seen: readonly SeenAddress[]): string {
  const before = seen.flatMap(({ claim, item }) =>
    item && claim.role !== 'asserted' ? [item.contactId] : [],
  );
  return derivedId('con', identityKey(customer.identities[0]), ...before);
}

/** Lists every address once, in the order in which they are looked up. */
function claimsOf({ customer, replacesIdentities: replaced, assertsIdentities }: Addressed) {
  const current = replaced ? 'verified' : 'observed';
  const claims = [
    ...byTrust(replaced ?? []).map((each) => claim(each, 'previous', 'observed')),
    ...byTrust(customer.identities).map((each) => claim(each, 'current', current)),
    ...(assertsIdentities ?? []).map((each) => claim(each, 'asserted', 'asserted')),
  ];
  const now = new Set(customer.identities.map(identityKey));
  const unique = new Map<string, Claim>();
  for (const each of claims) {
    if (each.role !== 'current' && now.has(each.key)) continue;
    if (!unique.has(each.key)) unique.set(each.key, each);
  }
  return [...unique.values()];
}

function claim(identity: Identity, role: Claim['role'], evidence: Claim['evidence']): Claim {
  return { identity, key: identityKey(identity), role, evidence };
}

/** Sorts stably: within a kind the connector's order stays. */
function byTrust(identities: readonly Identity[]): Identity[] {
  const rank = ({ kind }: Identity) => (kind === 'bsuid' ? 0 : kind === 'phone' ? 2 : 1);
  return identities.toSorted((one, other) => rank(one) - rank(other));
}

/** False for a phone number that its owner has verifiably left before this message: its sender is a new owner. */
export function isHeld({ identity, role }: Claim, item: IdentityItem, occurredAt: string): boolean {
  if (identity.kind !== 'phone' || role !== 'current' || item.leftAt === undefined) return true;
  return Date.parse(occurredAt) <= Date.parse(item.leftAt) + marginMs;
}

/**
 * Tells whether an address was first seen after a message that arrives only now. A change comes from another system
 * than messages, with its own clock, hence the margin. Items older than the field `since` count as old.
 */
export function isSeenAfter(
  item: IdentityItem | undefined,
  { replacesIdentities }: Addressed,
  occurredAt: string,
): boolean {
  if (item?.since === undefined) return false;
  const margin = replacesIdentities ? marginMs : 0;
  return Date.parse(item.since) >= Date.parse(occurredAt) - margin;
}
