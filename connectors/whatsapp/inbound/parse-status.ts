import { accountTrouble, consentOf, deliveryError } from '#connectors/whatsapp/delivery-error';
import {
  isoTime,
  participantsOf,
  readCallbackData,
  statuses,
  statusId,
} from '#connectors/whatsapp/item';
import { type Envelope, StatusItem } from '#connectors/whatsapp/payload';
import type { ChannelEvent, MessageTarget } from '#shared/connector/channel-event';
import { ConnectorError } from '#shared/errors';
import { type JsonObject, jsonOf, omitUndefined } from '#shared/json';
import type { DeliveryStatus } from '#shared/model/delivery-status';
import type { OwnMetadata } from '#shared/model/metadata-name';

/**
 * One delivery status. It may come before the answer to the send, for messages sent elsewhere, repeated and out of
 * order; the store sorts that out. Throws `unreadable_payload` where no message or no status is named.
 */
export function parseStatus(envelope: Envelope, item: JsonObject): ChannelEvent {
  const read = StatusItem.safeParse(item);
  if (!read.success) {
    const fields = read.error.issues.map(({ path }) => path.join('.')).join(', ');
    throw new ConnectorError('unreadable_payload', `unreadable in the status: ${fields}`);
  }
  // The ringing of a call, not the way of a message.
  if (envelope.field === 'calls' || item['type'] === 'call') {
    return { kind: 'ignored', reason: 'call_status' };
  }
  const found = statuses.get(read.data.status);
  return found === undefined
    ? unknownStatus(envelope, item, read.data)
    : statusUpdate(envelope, item, read.data, found);
}

function statusUpdate(
  envelope: Envelope,
  item: JsonObject,
  data: StatusItem,
  status: DeliveryStatus,
): ChannelEvent {
  const errors = data.errors.map((error) => deliveryError(error));
  const troubles = data.errors.flatMap((error) => accountTrouble(error) ?? []);
  const metadata = metadataOf(item, data);
  const [recipient, ...aliases] = participantsOf(item);
  return omitUndefined({
    kind: 'status' as const,
    id: statusId(item) ?? envelope.id,
    target: targetOf(data),
    occurredAt: isoTime(item['timestamp']),
    status,
    recipient,
    aliases: aliases[0] ? aliases : undefined,
    errors: errors.length > 0 ? errors : undefined,
    accountTroubles: troubles.length > 0 ? troubles : undefined,
    consent: recipient === undefined ? errors.map(consentOf).find(Boolean) : undefined,
    metadata: Object.keys(metadata).length > 0 ? metadata : undefined,
  });
}

/**
 * `deleted` and `warning` of older versions, and statuses yet unknown: they change no state, but a person should know.
 */
function unknownStatus({ id }: Envelope, item: JsonObject, { status }: StatusItem): ChannelEvent {
  return omitUndefined({
    kind: 'alert' as const,
    id,
    channel: 'whatsapp' as const,
    code: 'unsupported_status' as const,
    title: `Unknown message status "${status.slice(0, 64)}"`,
    details: jsonOf(item),
    occurredAt: isoTime(item['timestamp']),
  });
}

/** Our own id travels with the message, so a status finds it even before the send has been recorded. */
function targetOf({ id, biz_opaque_callback_data: text }: StatusItem): MessageTarget {
  const sent = text === undefined ? undefined : readCallbackData(text);
  return { providerMessageId: id, ...(sent ? { messageId: sent.messageId, part: sent.part } : {}) };
}

/** Prices, so that a helpdesk can count what its messages cost: since October 2026 service messages are billed. */
function metadataOf(item: JsonObject, data: StatusItem): OwnMetadata {
  const { conversation, recipient_type, recipient_id, biz_opaque_callback_data: text } = data;
  const pricing = data.pricing ?? conversation?.pricing;
  const sent = text === undefined ? undefined : readCallbackData(text);
  return omitUndefined({
    attempt: sent?.attempt.toString(),
    groupId: recipient_type === 'group' ? recipient_id : undefined,
    participant: participantsOf(item)[0],
    pricingModel: pricing?.pricing_model,
    pricingType: pricing?.type,
    pricingCategory: pricing?.category,
    billable: pricing?.billable?.toString(),
    conversationId: conversation?.id,
    conversationOrigin: conversation?.origin?.type,
    conversationExpiresAt: isoTime(conversation?.expiration_timestamp),
  });
}
