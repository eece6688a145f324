import { consentOf, deliveryError } from '#connectors/whatsapp/delivery-error';
import { type ErrorFamily, errorFamily } from '#connectors/whatsapp/error-codes';
import { textOf } from '#connectors/whatsapp/item';
import { MetaError } from '#connectors/whatsapp/payload';
import type { SendOutcome } from '#shared/connector/sender';
import { askedWaitSeconds, retryAfter, retryAfterField } from '#shared/http-attempt';
import { isObject, objectOf, parsedJson } from '#shared/json';
import type { DeliveryError } from '#shared/model/delivery-status';

/** One answer of Meta's send endpoint. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** 4^5 s are 17 minutes: by then the burst a pair had borrowed is long paid back. */
const longestPairExponent = 5;

/**
 * Reads the outcome from an answer. Meta's code decides first, the HTTP status where the code is unknown: 429 is "not
 * now", 401 the account, any other 4xx a refusal for good, and a 5xx leaves open whether the message went out.
 * `attempt` counts from 1 and lengthens the wait of the pair limit.
 */
export function classify(answer: Answer, attempt = 1): SendOutcome {
  const body = parsedJson(answer.text);
  if (answer.status >= 200 && answer.status < 300) return classifyAccepted(body);
  const graphError = objectOf(body)['error'];
  const error = isObject(graphError) ? MetaError.parse(graphError) : undefined;
  if (error === undefined) return byStatus(answer, unexplained(answer.status), false);
  const known = isMissingNumber(error) ? 33 : error.code;
  const family = known === undefined ? undefined : errorFamily(known);
  const described = deliveryError(error, family);
  if (family === undefined) return byStatus(answer, described, error.is_transient === true);
  return byFamily(family, answer, described, attempt);
}

/** 200 means accepted, with the id that statuses will name; without a readable id the outcome is uncertain. */
function classifyAccepted(body: unknown): SendOutcome {
  const messages = objectOf(body)['messages'];
  const id = textOf(objectOf(Array.isArray(messages) ? messages[0] : undefined)['id']);
  if (id !== undefined) return { kind: 'sent', providerMessageId: id };
  return {
    kind: 'uncertain',
    error: {
      code: 'outcome_unknown',
      title: 'the provider said yes, but named no message',
      retryable: true,
    },
  };
}

/** Works out the outcome of a message from one of Meta's errors, by the family of its code. */
export function byFamily(
  { outcome, accountTrouble, waitSeconds }: ErrorFamily,
  answer: Answer,
  error: DeliveryError,
  attempt: number,
): SendOutcome {
  if (outcome === 'failed') {
    const consent = consentOf(error);
    return { kind: 'failed', error, ...(consent ? { consent } : {}) };
  }
  if (outcome === 'server') {
    // A 4xx with a code is a refusal; behind a 5xx the message may be on its way.
    return answer.status >= 500 ? { kind: 'uncertain', error } : { kind: 'not_sent', error };
  }
  const exponent = Math.min(Math.max(attempt, 1), longestPairExponent);
  const own = error.code === 'recipient_throttled' ? 4 ** exponent : waitSeconds;
  const waits = retryAfter(askedWaitSeconds(answer.headers) ?? own);
  if (outcome === 'account_paused') return { kind: outcome, ...waits, error };
  return { kind: outcome, ...waits, error, ...(accountTrouble ? { accountTrouble } : {}) };
}

function byStatus(answer: Answer, error: DeliveryError, transient: boolean): SendOutcome {
  const { status, headers } = answer;
  if (status === 429) {
    return {
      kind: 'not_sent',
      ...retryAfterField(headers),
      error: { ...error, code: 'provider_throttled', retryable: true },
    };
  }
  if (status === 401) {
    return {
      kind: 'account_paused',
      error: { ...error, code: 'credentials_rejected', retryable: true },
    };
  }
  if (status < 400 || status === 408 || status >= 500) {
    return { kind: 'uncertain', error: { ...error, retryable: true } };
  }
  return { kind: transient ? 'not_sent' : 'failed', error };
}

/**
 * Code 100 with subcode 33: "object does not exist, or cannot be loaded due to missing permissions". It speaks of
 * the sending number, not of the message, which must not be lost over a wrong setting.
 */
function isMissingNumber({ code, error_subcode }: MetaError): boolean {
  return code === 100 && error_subcode === 33;
}

function unexplained(status: number): DeliveryError {
  return {
    code: 'request_rejected',
    title: `HTTP ${status} without an error of Meta's`,
    retryable: false,
  };
}
