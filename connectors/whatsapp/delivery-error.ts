import type { AccountTrouble } from '#shared/connector/channel-event';
import { type ConsentChange, marketingMessages } from '#shared/model/consent';
import type { DeliveryError } from '#shared/model/delivery-status';
import { errorFamily } from './error-codes.ts';
import type { MetaError } from './payload.ts';

/** Meta's explanations are a sentence or two; more could hold a customer's text. */
const longestTitle = 300;

/**
 * One of Meta's errors in our words: our stable code, Meta's title with its explanation, Meta's code beside it.
 * `retryable` says that the same message may be tried again later, never that it should be done blindly.
 */
export function deliveryError(
  error: MetaError,
  family = error.code === undefined ? undefined : errorFamily(error.code),
): DeliveryError {
  const { code } = error;
  return {
    code: family?.code ?? 'request_rejected',
    title: titleOf(error),
    ...(code === undefined ? {} : { providerCode: String(code) }),
    retryable: error.is_transient === true || (family !== undefined && family.outcome !== 'failed'),
  };
}

/** Reads the trouble of the account from an error that an answer to a send would tell too (classify.ts). */
export function accountTrouble(error: MetaError): AccountTrouble | undefined {
  const family = error.code === undefined ? undefined : errorFamily(error.code);
  if (!family) return undefined;
  const { outcome, accountTrouble: isTold = false, waitSeconds } = family;
  const pause = outcome === 'account_paused';
  if (!pause && !isTold) return undefined;
  return {
    ...{ channel: 'whatsapp', error: deliveryError(error, family), pause },
    ...(waitSeconds === undefined ? {} : { retryAfterSeconds: waitSeconds }),
  };
}

/**
 * Reads the customer's refusal of marketing from an error, "User has stopped receiving marketing messages" (131050): it
 * may be the first that is heard of it.
 */
export function consentOf({ code, providerCode }: DeliveryError): ConsentChange | undefined {
  if (code !== 'recipient_opted_out') return undefined;
  return {
    ...{ category: marketingMessages, state: 'revoked', source: 'delivery_error' },
    evidence: `Meta error ${providerCode}`,
  };
}

function titleOf({ title, message, details, error_data }: MetaError): string {
  const heading = message ?? title ?? 'the provider gave no reason';
  const explanation = error_data?.details ?? details;
  const whole =
    explanation === undefined || heading.includes(explanation)
      ? heading
      : `${heading}: ${explanation}`;
  return whole.slice(0, longestTitle);
}
