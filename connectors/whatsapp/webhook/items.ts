import {
  customerAddressOf,
  handoverAddress,
  type ItemKind,
  itemLists,
} from '#connectors/whatsapp/customer-address';
import { contentId, type ItemPlace, itemId } from '#connectors/whatsapp/item-id';
import { firstText } from '#connectors/whatsapp/json-values';
import { isKnownStatus } from '#connectors/whatsapp/statuses';
import { canonicalJson } from '#shared/canonical-json';
import type { WebhookItem } from '#shared/connector/webhook';
import { hashOf } from '#shared/ids';
import { isObject, type JsonObject, objectOf, parsedJson } from '#shared/json/parsed-json';
import { type ContactMatch, customerKey, matchContacts } from './contact-match.ts';

/** One change with what its items need of the envelope. */
interface Change extends ItemPlace {
  /** The `phone_number_id` it is about; of account news the WhatsApp Business Account. */
  readonly business: string;
  readonly metadata?: JsonObject | undefined;
  /** Meta's own agent has the conversation: the business reads along. */
  readonly standby: boolean;
}

/**
 * Splits an authentic body into items: every entry, every change, every message, status and echo, and one item for
 * whatever else a change holds. Written by hand and tolerant, because one odd member must not cost its neighbours
 * (up to 1000 updates travel together) and because schemas would be paid for in every cold start.
 *
 * What cannot be read becomes an item with `unreadable`. A body of another product of the same app
 * (`page`, `instagram`) has no items. `accountAddress` is only the group of what names no business number.
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

/** What is no list of ours: account news, a handover, a field nobody has heard of. */
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
