import { customerAddressOf } from '#connectors/whatsapp/item';
import { type Envelope, MessageFields } from '#connectors/whatsapp/payload';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { isObject, type JsonObject, omitUndefined } from '#shared/json';
import { notice } from './content.ts';
import { customerOf, groupOf } from './identities.ts';
import { messageOf, readUpdate } from './parse-message.ts';

/**
 * Reads a message that the business wrote elsewhere: the owner on the phone (coexistence), or Meta's own agent. An echo
 * of one of our own sends has the id our send was given, so the store sees it as known.
 */
export function parseEcho(envelope: Envelope, echo: JsonObject, business: string): ChannelEvent {
  const message = flattened(echo);
  const fields = MessageFields.parse(message);
  const address = customerAddressOf('echo', echo);
  const group = groupOf(address);
  const customer = group ?? customerOf(address, envelope.contacts[0]);
  const base = messageOf(envelope, message, fields, business);
  const byAgent = envelope.standby || fields.message_creation_type === 'created_by_1p_bot';
  const outbound = {
    ...base,
    direction: 'outbound' as const,
    customer,
    ...(byAgent ? { automated: true } : {}),
    metadata: { ...base.metadata, origin: byAgent ? 'meta_business_agent' : 'phone_app' },
  };
  const doer = { customer, by: 'business' as const, ...(group ? { group } : {}) };
  const update = readUpdate(envelope, message, fields, doer);
  // The business's own reaction would read as the customer's.
  if (update?.kind === 'reaction') {
    const { emoji, target } = update;
    const details = omitUndefined({ emoji, messageId: target.providerMessageId });
    return { ...outbound, ...notice('business_reaction', emoji || '[reaction removed]', details) };
  }
  return update ?? outbound;
}

/** A standby echo repeats the send request inside `message`; any other echo is a message itself. */
function flattened(echo: JsonObject): JsonObject {
  const { message, ...own } = echo;
  return isObject(message) ? { ...message, ...own } : echo;
}
