import * as core from 'zod/v4/core';
import type { ReadTopic, TopicItem, TopicNotification } from '#shared/connector/topic';
import { hashOf } from '#shared/ids';
import { isObject, type JsonObject, omitUndefined, parsedJson } from '#shared/json';
import { AwsSmsAccount } from './account.ts';
import { meaningOf } from './delivery-events.ts';
import { textOf } from './json-text.ts';
import { readReference } from './send-reference.ts';

interface Number {
  readonly name: string;
  readonly address: string;
}

/** The account name of an item that belongs to no configured account; such an item is always `unreadable`. */
const unrouted = 'unrouted';

/**
 * Reads one notification of AWS End User Messaging SMS: a customer's message ("Example of a two-way SMS message
 * payload") or an event of a message we sent ("Example event data"). Both come on one topic.
 *
 * A message to a number that no account has is quarantined: no message is lost. An event of a number that no account
 * has belongs to other software of the same AWS account, and is ignored.
 */
export const readNotification: ReadTopic = (text, accounts) => {
  const envelope = parsedJson(text);
  if (!isObject(envelope)) return unreadable(text, 'not a JSON object');
  const { Type } = envelope;
  if (Type === 'SubscriptionConfirmation' || Type === 'UnsubscribeConfirmation') {
    return { ignored: 'sns_handshake' };
  }
  const inner = Type === 'Notification' ? textOf(envelope['Message']) : undefined;
  const body = Type === 'Notification' ? parsedJson(inner ?? '') : envelope;
  if (!isObject(body)) return unreadable(text, 'Message is not the JSON of an object');
  const numbers = accounts.map(({ account, settings }) => ({
    name: account,
    address: core.parse(AwsSmsAccount, settings).address,
  }));
  const eventType = textOf(body['eventType']);
  // A notification with this id is a message, whatever AWS may put beside it one day: none is lost.
  const isMessage = textOf(body['inboundMessageId']) !== undefined;
  if (eventType !== undefined && !isMessage) return eventItem(eventType, body, numbers);
  const publishedAt = Type === 'Notification' ? textOf(envelope['Timestamp']) : undefined;
  return messageItem(text, body, { numbers, publishedAt });
};

function messageItem(
  text: string,
  message: JsonObject,
  context: { readonly numbers: readonly Number[]; readonly publishedAt: string | undefined },
): TopicNotification {
  const from = textOf(message['originationNumber']);
  const to = textOf(message['destinationNumber']);
  const id = textOf(message['inboundMessageId']);
  if (from === undefined || to === undefined || id === undefined) {
    return unreadable(text, 'neither a message nor an event: a number or an id is missing');
  }
  const owner = context.numbers.find(({ address }) => address === to);
  const item = {
    groupKey: [to, from] as const,
    deduplicationId: id,
    payload: omitUndefined({ message, publishedAt: context.publishedAt }),
    ...(owner ? {} : { unreadable: `no account has the number ${to}` }),
  };
  return { items: [{ account: owner?.name ?? unrouted, item }] };
}

/** An event that tells no status: the events of the SMS that is sent instead do. */
const saysNothing = 'RCS_FALLEN_BACK_TO_SMS';

/** The event of a kind that is not known goes on, and is counted by its name, if it is about one of our messages. */
function eventItem(
  eventType: string,
  event: JsonObject,
  numbers: readonly Number[],
): TopicNotification {
  const messageId = textOf(event['messageId']);
  const to = textOf(event['destinationPhoneNumber']);
  const sender = readReference(event['context'])?.address ?? event['originationPhoneNumber'];
  const owner = numbers.find(({ address }) => address === sender);
  const isOfMessage = /^(TEXT|MEDIA|RCS)_/.test(eventType) && eventType !== saysNothing;
  if (messageId === undefined || !isOfMessage) {
    return { ignored: `event ${eventType.slice(0, 40)}` };
  }
  if (!owner) return { ignored: 'event_of_a_message_not_ours' };
  // AWS still tries: the last event of the message tells, under the same id as this one would have.
  if (event['isFinal'] === false && meaningOf(eventType)?.error) {
    return { ignored: `event ${eventType}, not final` };
  }
  const item: TopicItem['item'] = {
    groupKey: [owner.address, to ?? messageId],
    deduplicationId: `${messageId}:${eventType}`,
    payload: { event },
    ...(meaningOf(eventType) ? { isStatus: true } : {}),
  };
  return { items: [{ account: owner.name, item }] };
}

function unreadable(text: string, reason: string): TopicNotification {
  const deduplicationId = `sha256:${hashOf(text)}`;
  const groupKey = [unrouted, deduplicationId] as const;
  const payload = { notification: text };
  const item = { groupKey, deduplicationId, payload, unreadable: reason };
  return { items: [{ account: unrouted, item }] };
}
