import type { AccountTrouble } from '#shared/connector/channel-event';
import type { ConsentChange } from '#shared/model/consent';
import type { DeliveryError } from '#shared/model/delivery-status';
import { addressOf, channelOf } from './address.ts';
import { accountTroubleOf, consentOf, deliveryError } from './errors.ts';

/** Our errors for failures that come without an error code. */
const uncodedErrors: ReadonlyMap<string, DeliveryError> = new Map([
  ['canceled', { code: 'canceled', title: 'canceled before it was sent', retryable: false }],
  [
    'partially_delivered',
    { code: 'partially_delivered', title: 'some segments did not arrive', retryable: false },
  ],
]);

/** A failed message as Twilio tells it, in a callback or when it is asked. */
interface FailedMessage {
  readonly status: string;
  readonly code: string | undefined;
  readonly to: string;
  readonly from: string;
  readonly messagingServiceSid: string | undefined;
}

/** The reason of a failure, and what it says of the account and of the recipient's consent. */
export function failureOf({ status, code, to, from, messagingServiceSid }: FailedMessage): {
  readonly errors: readonly DeliveryError[];
  readonly accountTroubles?: readonly AccountTrouble[];
  readonly consent?: ConsentChange;
} {
  const error = errorOf(status, code);
  const trouble = accountTroubleOf(code ?? '');
  // Twilio keeps one list for a Messaging Service, and else one for each number.
  const consent = consentOf(code ?? '', messagingServiceSid ?? addressOf(from));
  return {
    errors: [error],
    ...(trouble ? { accountTroubles: [{ channel: channelOf(to), error, ...trouble }] } : {}),
    ...(consent ? { consent } : {}),
  };
}

function errorOf(status: string, code: string | undefined): DeliveryError {
  if (code !== undefined) return deliveryError(code);
  const title = 'not delivered, without a reason given';
  return uncodedErrors.get(status) ?? { code: 'not_delivered', title, retryable: false };
}
