import type { ChannelMessage } from '#shared/connector/channel-event';
import { notice } from './content.ts';
import { type CustomerAddress, customerAddressOf, handoverAddress } from './customer-address.ts';
import { businessIdentity, customerOf, identities } from './identities.ts';
import { firstText, type JsonObject, objectOf, present } from './json-values.ts';
import { isoTime } from './meta-time.ts';
import type { Envelope } from './payload.ts';
import type { ReadContent } from './read-content.ts';

/** A call. It opens the reply window like a message, when the customer made it. */
export function parseCall(envelope: Envelope, call: JsonObject, business: string): ChannelMessage {
  const event = firstText(call, 'event') ?? 'call';
  const byBusiness = call['direction'] === 'BUSINESS_INITIATED';
  // The session is WebRTC's own business, long, and of no use after the call.
  const { session: _session, ...details } = call;
  return {
    ...noticeOf(envelope, business, customerAddressOf('call', call), call['timestamp']),
    ...notice(`call_${event}`, `[call: ${event}]`, details),
    direction: byBusiness ? 'outbound' : 'inbound',
    opensReplyWindow: !byBusiness,
  };
}

/** What a customer allows us to send: "stop" and "resume" for marketing messages. */
export function parsePreference(
  envelope: Envelope,
  preference: JsonObject,
  business: string,
): ChannelMessage {
  const category = firstText(preference, 'category') ?? 'messages';
  const value = firstText(preference, 'value') ?? 'changed';
  const address = customerAddressOf('preference', preference);
  return {
    ...noticeOf(envelope, business, address, preference['timestamp']),
    ...notice('user_preferences', `[${category}: ${value}]`, preference),
  };
}

/** A new user id, as it was announced before August 2026; today it comes as a system message. */
export function parseUserIdUpdate(
  envelope: Envelope,
  update: JsonObject,
  business: string,
): ChannelMessage {
  const { current, previous } = objectOf(update['user_id']);
  const base = noticeOf(
    envelope,
    business,
    customerAddressOf('userIdUpdate', update),
    update['timestamp'],
    [current, previous],
  );
  return { ...base, ...notice('user_changed_user_id', '[user_changed_user_id]', update) };
}

/** Meta's agent hands a conversation to people, or takes it back; with a summary for whoever goes on. */
export function parseHandover(
  envelope: Envelope,
  value: JsonObject,
  business: string,
): ChannelMessage {
  const kind = firstText(value, 'type') ?? 'handover';
  const context = objectOf(objectOf(value[kind])['conversation_context']);
  const summary = firstText(objectOf(context['summary']), 'text');
  return {
    ...noticeOf(envelope, business, handoverAddress(value), value['timestamp']),
    ...notice(kind, summary ?? `[${kind}]`, value),
  };
}

/** A notice in the customer's conversation, from an item that has no message id: the item's own names it. */
function noticeOf(
  { id, contacts }: Envelope,
  business: string,
  address: CustomerAddress,
  timestamp: unknown,
  userIds: readonly unknown[] = [],
): Omit<ChannelMessage, keyof ReadContent> & { readonly direction: 'inbound' } {
  const newer = userIds.flatMap((each) =>
    typeof each === 'string' && each !== '' ? identities('bsuid', each) : [],
  );
  return present({
    kind: 'message' as const,
    channel: 'whatsapp' as const,
    direction: 'inbound' as const,
    visibility: 'private' as const,
    providerMessageId: id,
    business: businessIdentity(business),
    customer: customerOf(address, contacts[0], newer),
    occurredAt: isoTime(timestamp),
    // Meta counts messages and calls of the customer, nothing else (messages, "customer service windows").
    opensReplyWindow: false,
  });
}
