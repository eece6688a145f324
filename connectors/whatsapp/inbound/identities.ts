import type { CustomerAddress } from '#connectors/whatsapp/item';
import type { Contact } from '#connectors/whatsapp/payload';
import type { Customer } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { omitUndefined } from '#shared/json';
import type { Identity } from '#shared/model/identity';

/** A country code and up to 128 letters and digits, opaque beyond that (business-scoped-user-ids). */
const businessScopedId = /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/;

/** Digits with the signs that people put between them. */
const phoneText = /^\+?[\d\s().-]{4,24}$/;

const longestAddress = 512;

/**
 * One address as an identity. Some providers put a BSUID into the phone fields, so the spelling decides over the
 * field. A phone is kept as Meta's `wa_id` spells it: digits without a plus sign.
 *
 * A BSUID has no scope here: it is unique within a business portfolio, which no webhook names, and the account
 * named there (`entry.id`) is only one of a portfolio's several, so it would tear one customer apart. Settings may
 * name the portfolio (parser.ts).
 */
function identityOf(address: string, field: 'phone' | 'bsuid' | 'parent_bsuid'): Identity {
  const identity = { channel: 'whatsapp', scope: '' } as const;
  const scoped = businessScopedId.exec(address);
  if (scoped) {
    const parent = field === 'parent_bsuid' || scoped[1] !== undefined;
    return { ...identity, kind: parent ? 'parent_bsuid' : 'bsuid', address };
  }
  if (field !== 'phone') return { ...identity, kind: field, address };
  if (phoneText.test(address)) {
    return { ...identity, kind: 'phone', address: address.replace(/\D/g, '') };
  }
  return { ...identity, kind: 'user_id', address };
}

/** Our side of the conversation: the business number by its id. */
export function businessIdentity(phoneNumberId: string): Identity {
  return { channel: 'whatsapp', kind: 'sender_id', scope: '', address: phoneNumberId };
}

/**
 * The customer with every address the item names, the phone first: Meta gives it only while it is good to write to. A
 * contact's BSUID counts only where the item has none, because Meta's own sample has two that differ. `newer` are
 * addresses that WhatsApp has told in another place of the item.
 *
 * Throws `unreadable_payload` when the item names no address.
 */
export function customerOf(
  address: CustomerAddress,
  contact: Contact | undefined,
  newer: readonly Identity[] = [],
): Customer {
  const person = personOf(address, contact, newer);
  if (person) return person;
  throw new ConnectorError(
    'unreadable_payload',
    'the item names no customer: no phone, no user id and no group',
  );
}

/** A person with every address the item names; undefined where there is none. */
export function personOf(
  address: CustomerAddress,
  contact: Contact | undefined,
  newer: readonly Identity[] = [],
): Customer | undefined {
  const [first, ...others] = distinct([
    ...newer,
    ...identities('phone', address.phone, contact?.wa_id),
    ...identities('bsuid', address.userId ?? contact?.user_id),
    ...identities('parent_bsuid', address.parentUserId ?? contact?.parent_user_id),
  ]);
  if (first === undefined) return undefined;
  return omitUndefined({
    identities: [first, ...others] as const,
    displayName: contact?.profile?.name,
    // Written with or without the sign; it is for display and may change.
    username: contact?.profile?.username?.replace(/^@/, '') || undefined,
  });
}

/** Identities of those addresses that are there. */
export function identities(
  field: 'phone' | 'bsuid' | 'parent_bsuid',
  ...addresses: readonly (string | undefined)[]
): Identity[] {
  return addresses
    .filter((address) => address !== undefined)
    .filter((address) => address.length <= longestAddress)
    .map((address) => identityOf(address, field));
}

/**
 * The group an item belongs to; undefined where it is a person's. An id is opaque, and a group is found by nothing
 * else. Throws `unreadable_payload` for one that is longer than an address can be.
 */
export function groupOf(
  { groupId }: CustomerAddress,
  subject?: string | undefined,
): Customer | undefined {
  if (groupId === undefined) return undefined;
  if (groupId.length > longestAddress) {
    throw new ConnectorError(
      'unreadable_payload',
      `group_id has ${groupId.length} characters; allowed: ${longestAddress}`,
    );
  }
  const identity = { channel: 'whatsapp', kind: 'group', scope: '', address: groupId } as const;
  return omitUndefined({ identities: [identity] as const, displayName: subject });
}

function distinct(all: readonly Identity[]): Identity[] {
  return all.filter(
    ({ address }, index) => all.findIndex((each) => each.address === address) === index,
  );
}
