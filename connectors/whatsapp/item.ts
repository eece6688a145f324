import { hashOf } from '#shared/ids';
import { isoTimeOf } from '#shared/iso-time';
import { canonicalJson, isObject, type JsonObject, objectOf } from '#shared/json';
import type { DeliveryStatus } from '#shared/model/delivery-status';

/** A text with something in it. Numbers count: Meta writes some ids as JSON numbers (template updates). */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The first of these members that holds a text. */
export function firstText(object: JsonObject, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textOf(object[name]);
    if (text !== undefined) return text;
  }
  return undefined;
}

/** Meta's unix seconds, as text or number, as ISO 8601; undefined for anything else. */
export function isoTime(timestamp: unknown): string | undefined {
  const text = typeof timestamp === 'number' ? String(timestamp) : timestamp;
  if (typeof text !== 'string' || !/^\d{1,12}$/.test(text)) return undefined;
  return isoTimeOf(Number(text) * 1000);
}

/** The lists a change may hold, with the name of one member of each in an item's payload. */
export const itemLists = {
  messages: 'message',
  statuses: 'status',
  message_echoes: 'echo',
  calls: 'call',
  user_preferences: 'preference',
  user_id_update: 'userIdUpdate',
  groups: 'groupEvent',
} as const;

export type ItemKind = (typeof itemLists)[keyof typeof itemLists];

/**
 * The customer of one item as Meta names it: by phone (`wa_id`), by business-scoped user id (BSUID), or both; each is
 * omitted, not empty, when withheld. In a group it is the member who acted, beside the group.
 */
export interface CustomerAddress {
  readonly userId?: string | undefined;
  readonly parentUserId?: string | undefined;
  readonly phone?: string | undefined;
  readonly groupId?: string | undefined;
}

const readers: Readonly<Record<ItemKind, (item: JsonObject) => CustomerAddress>> = {
  message: (item) => {
    const system = objectOf(item['system']);
    return {
      userId: firstText(item, 'from_user_id') ?? firstText(system, 'user_id'),
      parentUserId: firstText(item, 'from_parent_user_id') ?? firstText(system, 'parent_user_id'),
      phone: firstText(item, 'from') ?? firstText(system, 'wa_id', 'new_wa_id'),
      groupId: firstText(item, 'group_id'),
    };
  },
  // The groups page has the group's id in `recipient_id`, the OpenAPI description in `group_id`.
  status: (item) =>
    item['recipient_type'] === 'group'
      ? { groupId: firstText(item, 'group_id', 'recipient_id') }
      : {
          userId: firstText(item, 'recipient_user_id'),
          phone: firstText(item, 'recipient_id'),
          groupId: firstText(item, 'group_id'),
        },
  // `from` is the business here; a standby echo has the addressee inside the message it repeats.
  echo: (item) => {
    const message = objectOf(item['message']);
    const group = [item, message].find((each) => each['recipient_type'] === 'group');
    if (group) return { groupId: firstText(item, 'group_id') ?? firstText(group, 'to') };
    return {
      userId: firstText(item, 'to_user_id') ?? firstText(message, 'recipient'),
      parentUserId: firstText(item, 'to_parent_user_id'),
      phone: firstText(item, 'to') ?? firstText(message, 'to'),
      groupId: firstText(item, 'group_id'),
    };
  },
  call: (item) => {
    const side = item['direction'] === 'BUSINESS_INITIATED' ? 'to' : 'from';
    return {
      userId: firstText(item, `${side}_user_id`, 'from_user_id', 'to_user_id'),
      parentUserId: firstText(item, `${side}_parent_user_id`),
      phone: firstText(item, side),
    };
  },
  preference: (item) => ({
    userId: firstText(item, 'user_id'),
    parentUserId: firstText(item, 'parent_user_id'),
    phone: firstText(item, 'wa_id'),
  }),
  userIdUpdate: (item) => {
    const ids = item['user_id'];
    return {
      userId: isObject(ids) ? firstText(ids, 'current') : firstText(item, 'user_id'),
      phone: firstText(item, 'wa_id'),
    };
  },
  // Meta names the member in many ways (parse-group.ts); the event belongs to the group.
  groupEvent: (item) => ({ groupId: firstText(item, 'group_id') }),
};

/** Finds the customer of an item, by the item alone. Never throws; what is missing stays undefined. */
export function customerAddressOf(kind: ItemKind, item: JsonObject): CustomerAddress {
  return readers[kind](item);
}

/** The customer of a `messaging_handovers` change, which names the sender and has no list. */
export function handoverAddress(value: JsonObject): CustomerAddress {
  const sender = objectOf(value['sender']);
  return {
    userId: firstText(sender, 'user_id'),
    parentUserId: firstText(sender, 'parent_user_id'),
    phone: firstText(sender, 'wa_id', 'phone_number'),
  };
}

/** The place of an item in its webhook: part of its id only where Meta gave it none. */
export interface ItemPlace {
  readonly field: string;
  readonly entryId?: string | undefined;
  readonly entryTime?: string | undefined;
}

/**
 * One id for one thing, however often Meta repeats it: a failure of any subscribed app repeats the webhook to all of
 * them, for up to 7 days (webhooks/overview). Imported history has ids of its own, so that it never stands in the
 * way of a live message.
 */
export function itemId(kind: ItemKind, item: unknown, place: ItemPlace): string {
  const own = isObject(item) ? ownId(kind, item) : undefined;
  if (own === undefined) return contentId(kind, item, place);
  return place.field === 'history' ? `history:${own}` : own;
}

/**
 * The id of an item that has none: its content, and the time of its entry, so that the same alarm may ring again later.
 */
export function contentId(kind: string, content: unknown, place: ItemPlace): string {
  const { field, entryId = '', entryTime = '' } = place;
  return `sha256:${hashOf(kind, field, entryId, entryTime, canonicalJson(content ?? null))}`;
}

function ownId(kind: ItemKind, item: JsonObject): string | undefined {
  if (kind === 'status') return statusId(item);
  const id = firstText(item, 'id');
  if (kind !== 'call' || id === undefined) return id;
  return `${id}:${firstText(item, 'event') ?? '-'}`;
}

/** A message has one status of each name, in groups one for each participant. */
export function statusId(item: JsonObject): string | undefined {
  const message = firstText(item, 'id');
  if (message === undefined) return undefined;
  return `${message}:${firstText(item, 'status') ?? '-'}:${participantsOf(item).join() || '-'}`;
}

/**
 * The member of a group that a status speaks of, by every name that it gives. Meta leaves out what it withholds, so one
 * status of a member may have the number and another the user id: only one with both ties them.
 */
export function participantsOf(item: JsonObject): readonly string[] {
  // The groups page spells the number the other way round.
  const number = firstText(item, 'recipient_participant_id', 'participant_recipient_id');
  const userId = firstText(item, 'recipient_participant_user_id');
  return [userId, number].filter((name) => name !== undefined);
}

/** By Meta's name. `played` exists since November 2025 (voice messages). */
export const statuses: ReadonlyMap<string, DeliveryStatus> = new Map([
  ['sent', 'sent'],
  ['delivered', 'delivered'],
  ['read', 'read'],
  ['played', 'played'],
  ['failed', 'failed'],
]);

/** Tells if a member of `statuses` is the status of a message, and of a kind that is known. */
export function isKnownStatus(member: unknown): boolean {
  if (!isObject(member) || firstText(member, 'id') === undefined) return false;
  return statuses.has(firstText(member, 'status') ?? '');
}

/** One attempt to send one part of one of our messages. */
interface SentPart {
  readonly messageId: string;
  readonly part: number;
  readonly attempt: number;
}

/** Our ids in the one text Meta repeats in statuses (`biz_opaque_callback_data`, at most 512 characters). */
export function callbackData({ messageId, part, attempt }: SentPart): string {
  return `${messageId}.${part}.${attempt}`;
}

/** Reads what `callbackData` wrote; undefined for a text another system gave its own messages. */
export function readCallbackData(text: string): SentPart | undefined {
  const match = /^([\w-]{1,128})\.(\d{1,4})\.(\d{1,4})$/.exec(text);
  if (!match?.[1]) return undefined;
  return { messageId: match[1], part: Number(match[2]), attempt: Number(match[3]) };
}
