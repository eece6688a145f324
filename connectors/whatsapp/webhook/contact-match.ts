import type { CustomerAddress } from '#connectors/whatsapp/customer-address';
import { firstText } from '#connectors/whatsapp/json-values';
import { isObject, type JsonObject } from '#shared/json/parsed-json';

/** Finds the `contacts[]` member that belongs to an item, or none. */
export type ContactMatch = (address: CustomerAddress) => JsonObject | undefined;

/**
 * Joins `contacts[]` to the items of one change. The list may be missing, shorter, or in another order, so it is
 * joined by id: `user_id`, then `wa_id`. Only where one customer wrote everything and one contact is named are they
 * the same without a common id: Brazilian and Mexican numbers differ between `from` and `wa_id`, and Meta's own
 * sample has `uUS.…` beside `US.…`.
 */
export function matchContacts(
  contacts: unknown,
  addresses: readonly CustomerAddress[],
): ContactMatch {
  const known = Array.isArray(contacts) ? contacts.filter(isObject) : [];
  const byUserId = indexed(known, 'user_id');
  const byPhone = indexed(known, 'wa_id');
  const customers = new Set(addresses.map(({ userId, phone }) => userId ?? phone));
  const only = known.length === 1 && customers.size === 1 ? known[0] : undefined;
  return ({ userId, phone }) =>
    (userId === undefined ? undefined : byUserId.get(userId)) ??
    (phone === undefined ? undefined : byPhone.get(phone)) ??
    only;
}

function indexed(contacts: readonly JsonObject[], name: string): ReadonlyMap<string, JsonObject> {
  const index = new Map<string, JsonObject>();
  for (const contact of contacts) {
    const id = firstText(contact, name);
    if (id !== undefined) index.set(id, contact);
  }
  return index;
}

/**
 * What keeps one customer's items in order. The BSUID comes first: since April 2026 it is on every message, status
 * and echo, while the phone is withheld after thirty quiet days or for users with a name, so one customer's items
 * carry the phone or not. The contact fills in a BSUID the item itself lacks. A group is one conversation, whichever
 * member writes.
 */
export function customerKey(address: CustomerAddress, contact: JsonObject | undefined): string {
  const { groupId, userId, phone } = address;
  const named = contact === undefined ? undefined : firstText(contact, 'user_id', 'wa_id');
  if (groupId !== undefined) return `group:${groupId}`;
  return userId ?? named ?? phone ?? 'unknown';
}
