import { isObject, type JsonObject, objectOf } from '#shared/json/parsed-json';
import { firstText } from './json-values.ts';

/** The lists a change may hold, and what one member of each is called in an item's payload. */
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
 * The customer of one item as Meta names it: by phone (`wa_id`), by business-scoped user id (BSUID), or both; each
 * is omitted, not empty, when withheld. Of what happens in a group it is the member who did it, beside the group.
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
  // Whom it is about is told in many ways (parse-group.ts); it happens to the group.
  groupEvent: (item) => ({ groupId: firstText(item, 'group_id') }),
};

/** Who the customer of an item is, by the item alone. Never throws; what is missing stays undefined. */
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
