import * as core from 'zod/v4/core';
import { firstText } from '#connectors/whatsapp/item';
import { splitEntry } from '#connectors/whatsapp/webhook/items';
import type { ReadTopic, TopicItem } from '#shared/connector/topic';
import type { WebhookItem } from '#shared/connector/webhook';
import { hashOf } from '#shared/ids';
import { isObject, type JsonObject, objectOf, parsedJson } from '#shared/json';
import { AwsAccount } from './account.ts';

interface Number {
  readonly name: string;
  readonly address: string;
}

/** The account name of an item that belongs to no configured account; such an item is always `unreadable`. */
const unrouted = 'unrouted';

/**
 * Reads the notification that AWS publishes for one entry of one of Meta's webhooks (social-messaging user guide,
 * "Message and event format"): `whatsAppWebhookEntry` is JSON in a string, and `context` is AWS's own and stays outside
 * of it, because a message has a `context` of Meta's that says what it answers.
 *
 * The entry is read by the same code as one that Meta posts, so items, groups and ids are the same. Each item belongs
 * to the account of the number its change names; an item that names no configured number is quarantined.
 */
export const readNotification: ReadTopic = (text, accounts) => {
  const notification = unwrapped(text);
  if (!isObject(notification)) return { items: [unreadable(text, 'not a JSON object')] };
  const type = notification['Type'];
  if (type === 'SubscriptionConfirmation' || type === 'UnsubscribeConfirmation') {
    return { ignored: 'sns_handshake' };
  }
  const entry = entryOf(notification);
  if (entry === undefined) {
    return { items: [unreadable(text, 'whatsAppWebhookEntry is not the JSON of an object')] };
  }
  const numbers = accounts.map(({ account, settings }) => ({
    name: account,
    address: core.parse(AwsAccount, settings).address,
  }));
  const told = toldNumber(notification, numbers);
  const items = splitEntry(entry, told?.address ?? unrouted);
  return { items: items.map((item) => routed(item, numbers, told)) };
};

/** With raw delivery the body is the message, without it SNS's envelope is around it. */
function unwrapped(text: string): unknown {
  const value = parsedJson(text);
  if (!isObject(value) || value['Type'] !== 'Notification') return value;
  return typeof value['Message'] === 'string' ? parsedJson(value['Message']) : undefined;
}

function entryOf(notification: JsonObject): JsonObject | undefined {
  const given = notification['whatsAppWebhookEntry'];
  const entry = typeof given === 'string' ? parsedJson(given) : given;
  return isObject(entry) ? entry : undefined;
}

/** The number AWS names beside the entry: an event of the whole account (templates, quality) names none itself. */
function toldNumber(notification: JsonObject, numbers: readonly Number[]): Number | undefined {
  const named = objectOf(notification['context'])['MetaPhoneNumberIds'];
  const ids = (Array.isArray(named) ? named : []).map((each) =>
    firstText(objectOf(each), 'metaPhoneNumberId'),
  );
  const found = numbers.find(({ address }) => ids.includes(address));
  return found ?? (numbers.length === 1 && ids.length === 0 ? numbers[0] : undefined);
}

function routed(
  item: WebhookItem,
  numbers: readonly Number[],
  told: Number | undefined,
): TopicItem {
  const { metadata, field } = objectOf(item.payload);
  const own = firstText(objectOf(metadata), 'phone_number_id');
  const owner = own === undefined ? told : numbers.find(({ address }) => address === own);
  if (owner) return { account: owner.name, item };
  const reason = `no account has the number ${own ?? 'of this'} (${String(field ?? 'no field')})`;
  return { account: unrouted, item: { ...item, unreadable: item.unreadable ?? reason } };
}

function unreadable(text: string, reason: string): TopicItem {
  const deduplicationId = `sha256:${hashOf(text)}`;
  return {
    account: unrouted,
    item: {
      groupKey: [unrouted, deduplicationId],
      deduplicationId,
      payload: { notification: text },
      unreadable: reason,
    },
  };
}
