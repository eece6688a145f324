import { addressOf, channelOf } from '#connectors/twilio/address';
import { accountTroubleOf, consentOf, deliveryError } from '#connectors/twilio/errors';
import { statusUpdateId } from '#connectors/twilio/items';
import { readStatusPath } from '#connectors/twilio/status-path';
import { statuses } from '#connectors/twilio/statuses';
import type { ChannelEvent } from '#shared/connector/channel-event';
import type { DeliveryError } from '#shared/model/delivery-status';
import { senderOf } from './opt-out.ts';
import { type Callback, filled, pick, required } from './payload.ts';

/** Our errors for failures that come without an error code. */
const uncodedErrors: ReadonlyMap<string, DeliveryError> = new Map([
  ['canceled', { code: 'canceled', title: 'canceled before it was sent', retryable: false }],
  [
    'partially_delivered',
    { code: 'partially_delivered', title: 'some segments did not arrive', retryable: false },
  ],
]);

const metadataFields = {
  rawDlrDoneDate: 'RawDlrDoneDate',
  messagingServiceSid: 'MessagingServiceSid',
  channelStatusMessage: 'ChannelStatusMessage',
  /** RCS may fall back to SMS: this tells what really went out. */
  sentFrom: 'From',
} as const;

/**
 * A status callback ("Outbound message status in status callbacks"). Callbacks repeat and overtake each other; the
 * store sees to that. A state this code does not know is counted as ignored, for Twilio adds some without notice.
 */
export function parseStatus({ fields, subpath }: Callback, status: string): ChannelEvent {
  const providerMessageId = required(fields, 'MessageSid');
  if (!statuses.has(status)) {
    return { kind: 'ignored', reason: `unknown status ${status.slice(0, 40)}` };
  }
  const known = statuses.get(status);
  if (known === undefined) return { kind: 'ignored', reason: `status ${status} says nothing new` };
  const reference = readStatusPath(subpath);
  return {
    kind: 'status',
    id: statusUpdateId(fields, status),
    target: {
      providerMessageId,
      ...(reference ? { messageId: reference.messageId, part: reference.part } : {}),
    },
    status: known,
    ...(known === 'failed' ? failureOf(fields, status) : {}),
    metadata: {
      ...pick(fields, metadataFields),
      ...(reference ? { attempt: String(reference.attempt) } : {}),
    },
  };
}

/** The reason, and what it says of the account and of the recipient's consent. */
function failureOf(fields: ReadonlyMap<string, string>, status: string) {
  const error = errorOf(fields, status);
  const trouble = accountTroubleOf(error.providerCode ?? '');
  const channel = channelOf(filled(fields, 'To') ?? '');
  const sender = senderOf(fields, addressOf(filled(fields, 'From') ?? ''));
  const consent = consentOf(error.providerCode ?? '', sender);
  return {
    errors: [error],
    ...(trouble ? { accountTroubles: [{ channel, error, ...trouble }] } : {}),
    ...(consent ? { consent } : {}),
  };
}

function errorOf(fields: ReadonlyMap<string, string>, status: string): DeliveryError {
  const code = filled(fields, 'ErrorCode');
  if (code === undefined) {
    return (
      uncodedErrors.get(status) ?? {
        code: 'not_delivered',
        title: 'not delivered, without a reason given',
        retryable: false,
      }
    );
  }
  return deliveryError(code);
}
