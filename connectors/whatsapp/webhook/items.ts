import {
  type CustomerAddress,
  contentId,
  customerAddressOf,
  firstText,
  handoverAddress,
  type ItemKind,
  type ItemPlace,
  isKnownStatus,
  itemId,
  itemLists,
} from '#connectors/whatsapp/item';
import type { WebhookItem } from '#shared/connector/webhook';
import { hashOf } from '#shared/ids';
import { canonicalJson, isObject, type JsonObject, objectOf, parsedJson } from '#shared/json';

/** One change with what its items need of the envelope. */
interface Change extends ItemPlace {
  /** The `phone_number_id` it is about; for account updates the WhatsApp Business Account. */
  readonly business: string;
  readonly metadata?: JsonObject | undefined;
  /** Meta's own agent has the conversation: the business reads along. */
  readonly standby: boolean;
}

/**
 * Splits an authentic body into items: every entry, every change, every message, status and echo, and one item for the
 * rest of a change. Written by hand and tolerant, because one odd member must not cost its neighbours (up to 1000
 * updates travel together) and because schemas would be paid for in every cold start.
 *
 * A member that cannot be read becomes an item with `unreadable`. A body of another product of the same app (`page`,
 * `instagram`) has no items. `accountAddress` is only the group of items that name no business number.
 */
export function splitBody(body: Buffer, accountAddress: string): readonly WebhookItem[] {
  const parsed = parsedJson(body.toString('utf8'));
  if (parsed === undefined) return [unreadableBody(body, accountAddress, 'the body is not JSON')];
  if (!isObject(parsed)) {
    return [unreadableBody(body, accountAddress, 'the body is JSON, but no object')];
  }
  const product = parsed['object'];
  if (product !== undefined && product !== 'whatsapp_business_account') return [];
  const entries = parsed['entry'];
  if (!Array.isArray(entries)) {
    return [unreadableBody(body, accountAddress, 'entry is not a list')];
  }
  return entries.flatMap((entry: unknown) => splitEntry(entry, accountAddress));
}

/** One entry of a body; AWS passes them on one by one. */
export function splitEntry(entry: unknown, accountAddress: string): readonly WebhookItem[] {
  if (!isObject(entry))
    return [unreadableFragment({ entry }, accountAddress, 'entry is no object')];
  const changes = entry['changes'] ?? [];
  if (!Array.isArray(changes)) {
    return [unreadableFragment({ entry }, accountAddress, 'entry.changes is not a list')];
  }
  return changes.flatMap((change: unknown) => splitChange(change, entry, accountAddress));
}

function splitChange(
  change: unknown,
  entry: JsonObject,
  accountAddress: string,
): readonly WebhookItem[] {
  if (!isObject(change)) {
    return [unreadableFragment({ change }, accountAddress, 'a change is no object')];
  }
  const value = objectOf(change['value']);
  const metadata = [value['metadata'], value['recipient']].find(isObject);
  const entryId = firstText(entry, 'id');
  const place: Change = {
    // Two of Meta's own samples have `field` on the entry.
    field: firstText(change, 'field') ?? firstText(entry, 'field') ?? 'unknown',
    entryId,
    entryTime: firstText(entry, 'time'),
    business: firstText(metadata ?? {}, 'phone_number_id') ?? entryId ?? accountAddress,
    metadata,
    standby: isObject(value['standby']),
  };
  return isObject(change['value'])
    ? splitValue(place, value)
    : [valueItem(place, change['value'] ?? null)];
}

function splitValue(change: Change, value: JsonObject): readonly WebhookItem[] {
  const { standby, ...own } = value;
  const body: JsonObject = isObject(standby) ? { ...own, ...standby } : value;
  const lists = Object.entries(itemLists).filter(([name]) => Array.isArray(body[name]));
  const items = lists.flatMap(([name, kind]) => splitList(change, kind, name, body));
  const carried = [
    ...lists.map(([name]) => name),
    'messaging_product',
    'metadata',
    ...(items.length > 0 ? ['contacts'] : []),
    ...(hasMessages(body) ? ['errors'] : []),
  ];
  const rest = Object.entries(body).filter(([name]) => !carried.includes(name));
  if (items.length > 0 && rest.length === 0) return items;
  return [...items, valueItem(change, Object.fromEntries(rest))];
}

function splitList(
  change: Change,
  kind: ItemKind,
  name: string,
  body: JsonObject,
): readonly WebhookItem[] {
  const members = body[name] as readonly unknown[];
  const match = matchContacts(
    body['contacts'],
    members.filter(isObject).map((member) => customerAddressOf(kind, member)),
  );
  // `errors` beside messages explains them: an interactive message without its object comes with one.
  const errors = kind === 'message' ? body['errors'] : undefined;
  return members.map((member) => listItem(change, kind, member, match, errors));
}

function listItem(
  change: Change,
  kind: ItemKind,
  member: unknown,
  match: ContactMatch,
  errors: unknown,
): WebhookItem {
  const id = itemId(kind, member, change);
  const address = isObject(member) ? customerAddressOf(kind, member) : {};
  const contact = match(address);
  return {
    groupKey: [change.business, customerKey(address, contact)],
    deduplicationId: id,
    payload: {
      ...envelopeOf(change, id),
      ...(contact && kind !== 'status' ? { contacts: [contact] } : {}),
      ...(errors === undefined ? {} : { errors }),
      [kind]: member,
    },
    ...(isObject(member) ? {} : { unreadable: `a ${kind} is no object` }),
    ...(kind === 'status' && isKnownStatus(member) ? { isStatus: true } : {}),
  };
}

/** The item of everything beside the known lists: account updates, a handover, an unknown field. */
function valueItem(change: Change, value: unknown): WebhookItem {
  const id = contentId('value', value, change);
  const { userId, phone } = handoverAddress(objectOf(value));
  return {
    groupKey: [change.business, userId ?? phone ?? `field:${change.field}`],
    deduplicationId: id,
    payload: { ...envelopeOf(change, id), value },
  };
}

function envelopeOf({ field, entryId, entryTime, metadata, standby }: Change, id: string) {
  return {
    id,
    field,
    ...(entryId === undefined ? {} : { entryId }),
    ...(entryTime === undefined ? {} : { entryTime }),
    ...(metadata === undefined ? {} : { metadata }),
    ...(standby ? { standby } : {}),
  };
}

function hasMessages(body: JsonObject): boolean {
  const messages = body['messages'];
  return Array.isArray(messages) && messages.length > 0;
}

function unreadableBody(body: Buffer, business: string, reason: string): WebhookItem {
  const bodyBase64 = body.toString('base64');
  return unreadableFragment({ bodyBase64 }, business, reason);
}

function unreadableFragment(payload: JsonObject, business: string, reason: string): WebhookItem {
  return {
    groupKey: [business, 'unreadable'],
    deduplicationId: `sha256:${hashOf(canonicalJson(payload))}`,
    payload,
    unreadable: reason,
  };
}

/** Finds the `contacts[]` member that belongs to an item, or none. */
type ContactMatch = (address: CustomerAddress) => JsonObject | undefined;

/**
 * Joins `contacts[]` to the items of one change. The list may be missing, shorter, or in another order, so it is joined
 * by id: `user_id`, then `wa_id`. Only where one customer wrote everything and one contact is named are they the same
 * without a common id: Brazilian and Mexican numbers differ between `from` and `wa_id`, and Meta's own sample has
 * `uUS.…` beside `US.…`.
 */
function matchContacts(contacts: unknown, addresses: readonly CustomerAddress[]): ContactMatch {
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
 * The key that keeps one customer's items in order. The BSUID comes first: since April 2026 it is on every message,
 * status and echo, while the phone is withheld after thirty quiet days or for users with a name, so one customer's
 * items carry the phone or not. The contact fills in a BSUID the item itself lacks. A group is one conversation,
 * regardless of the member who writes.
 */
function customerKey(address: CustomerAddress, contact: JsonObject | undefined): string {
  const { groupId, userId, phone } = address;
  const named = contact === undefined ? undefined : firstText(contact, 'user_id', 'wa_id');
  if (groupId !== undefined) return `group:${groupId}`;
  return userId ?? named ?? phone ?? 'unknown';
}
