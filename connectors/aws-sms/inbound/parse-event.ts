import { meaningOf } from '#connectors/aws-sms/delivery-events';
import { readReference } from '#connectors/aws-sms/send-reference';
import type { ChannelEvent } from '#shared/connector/channel-event';
import { isoTimeOf } from '#shared/iso-time';
import { omitUndefined } from '#shared/json';
import { allMessages } from '#shared/model/consent';
import type { DeliveryError } from '#shared/model/delivery-status';
import type { Event } from './payload.ts';

/**
 * An event of a message we sent. Events repeat and overtake each other; the store sees to that. One of a type that is
 * in no list is counted as ignored.
 */
export function parseEvent(event: Event): ChannelEvent {
  const { eventType, messageId, eventTimestamp } = event;
  const meaning = meaningOf(eventType);
  if (!meaning) return { kind: 'ignored', reason: `unknown event ${eventType.slice(0, 40)}` };
  if (isNeverHeardOf(event)) {
    return { kind: 'ignored', reason: 'the carrier has told nothing in 72 hours' };
  }
  const reference = readReference(event['context']);
  return {
    kind: 'status',
    id: `${messageId}:${eventType}`,
    target: {
      providerMessageId: messageId,
      ...(reference ? { messageId: reference.messageId, part: reference.part } : {}),
    },
    status: meaning.status,
    ...(meaning.error ? failureOf(event, { ...meaning, error: meaning.error }, reference) : {}),
    ...omitUndefined({
      occurredAt: eventTimestamp === undefined ? undefined : isoTimeOf(eventTimestamp),
    }),
    metadata: omitUndefined({
      attempt: reference && String(reference.attempt),
      sentFrom: event.originationPhoneNumber,
      channelStatusMessage: event.messageStatusDescription,
    }),
  };
}

/**
 * Tells apart the event that AWS makes up itself where no carrier has told anything: the message may have arrived, so
 * it is not called failed.
 */
function isNeverHeardOf({ eventType, eventTimestamp, messageRequestTimestamp }: Event): boolean {
  const waitMilliseconds = 72 * 3_600_000;
  // AWS counts the hours from a moment of its own.
  const toleranceMilliseconds = 3_600_000;
  if (!eventType.endsWith('_UNKNOWN')) return false;
  const passed = (eventTimestamp ?? 0) - (messageRequestTimestamp ?? 0);
  return passed >= waitMilliseconds - toleranceMilliseconds;
}

interface Failure {
  readonly error: DeliveryError;
  readonly accountTrouble?: true;
}

/** The reason, what it says of the account, and what it says of the recipient's consent. */
function failureOf(
  { eventType, messageStatusDescription = '', originationPhoneNumber }: Event,
  { error, accountTrouble }: Failure,
  reference: { readonly address: string } | undefined,
) {
  const providerCode = eventType;
  // AWS has no event type for it, only its words: "Phone number is opted out".
  if (/opted out/i.test(messageStatusDescription)) {
    const title = 'the recipient opted out of messages from this sender';
    const sender = reference?.address ?? originationPhoneNumber;
    const category = allMessages;
    const consent = { category, state: 'revoked', evidence: messageStatusDescription } as const;
    return {
      errors: [{ code: 'recipient_opted_out', title, providerCode, retryable: false } as const],
      consent: { ...consent, source: 'delivery_error', ...(sender ? { sender } : {}) } as const,
    };
  }
  const told = { ...error, providerCode };
  const trouble = { channel: 'sms', error: told, pause: false } as const;
  return { errors: [told], ...(accountTrouble ? { accountTroubles: [trouble] } : {}) };
}
