import {
  type CustomerAddress,
  customerAddressOf,
  firstText,
  handoverAddress,
  isoTime,
} from '#connectors/whatsapp/item';
import type { Envelope } from '#connectors/whatsapp/payload';
import type { ChannelMessage } from '#shared/connector/channel-event';
import { type JsonObject, objectOf, omitUndefined } from '#shared/json';
import { notice } from './content.ts';
import { handoverOf, metaBusinessAgent, newOwnerOf } from './handled-by.ts';
import { businessIdentity, customerOf, identities } from './identities.ts';
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

/** Reads a customer's consent: "stop" and "resume" for marketing messages. */
export function parsePreference(
  envelope: Envelope,
  preference: JsonObject,
  business: string,
): ChannelMessage {
  const category = firstText(preference, 'category') ?? 'messages';
  const value = firstText(preference, 'value') ?? 'changed';
  const address = customerAddressOf('preference', preference);
  const state = consentStates.get(value);
  const evidence = firstText(preference, 'detail') ?? `user_preferences: ${value}`;
  return {
    ...noticeOf(envelope, business, address, preference['timestamp']),
    ...notice('user_preferences', `[${category}: ${value}]`, preference),
    ...(state ? { consent: { category, state, evidence, source: 'provider' as const } } : {}),
  };
}

/** Any other value is passed on as it is: we do not guess its meaning. */
const consentStates: ReadonlyMap<string, 'granted' | 'revoked'> = new Map([
  ['stop', 'revoked'],
  ['resume', 'granted'],
  ['signup', 'granted'],
]);

/** A new user id, as it was announced before August 2026; today it comes as a system message. */
export function parseUserIdUpdate(
  envelope: Envelope,
  update: JsonObject,
  business: string,
): ChannelMessage {
  const address = customerAddressOf('userIdUpdate', update);
  const previous = identities('bsuid', firstText(objectOf(update['user_id']), 'previous'));
  return {
    ...noticeOf(envelope, business, address, update['timestamp']),
    ...notice('user_changed_user_id', '[user_changed_user_id]', update),
    ...(previous.length > 0 ? { replacesIdentities: previous } : {}),
  };
}

/** Meta's agent hands a conversation to people, or takes it back; with a summary for the one who goes on. */
export function parseHandover(
  envelope: Envelope,
  value: JsonObject,
  business: string,
): ChannelMessage {
  const kind = firstText(value, 'type') ?? 'handover';
  const handover = handoverOf(value);
  const context = objectOf(handover['conversation_context']);
  const summary = firstText(objectOf(context['summary']), 'text');
  const handledBy = newOwnerOf(handover);
  return {
    ...noticeOf(envelope, business, handoverAddress(value), value['timestamp']),
    ...notice(kind, summary ?? `[${kind}]`, value),
    ...(handledBy === undefined ? {} : { handledBy }),
    ...(handledBy === metaBusinessAgent ? { metadata: { handledBy } } : {}),
  };
}

/** A notice in the customer's conversation, from an item that has no message id: the item's own names it. */
function noticeOf(
  { id, contacts }: Envelope,
  business: string,
  address: CustomerAddress,
  timestamp: unknown,
): Omit<ChannelMessage, keyof ReadContent> & { readonly direction: 'inbound' } {
  return omitUndefined({
    kind: 'message' as const,
    channel: 'whatsapp' as const,
    direction: 'inbound' as const,
    visibility: 'private' as const,
    providerMessageId: id,
    business: businessIdentity(business),
    customer: customerOf(address, contacts[0]),
    occurredAt: isoTime(timestamp),
    // Meta counts messages and calls of the customer, nothing else (messages, "customer service windows").
    opensReplyWindow: false,
  });
}
