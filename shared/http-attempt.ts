import type { DeliveryError } from './model/delivery-status.ts';

export interface HttpAttempt {
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly headers: Readonly<Record<string, string>>;
  /** A form brings its own `content-type`, with its boundary. */
  readonly body?: string | Uint8Array | FormData;
  readonly timeoutSeconds: number;
}

/** The result of one HTTP attempt: an answer, or a fault that says if the request can have arrived. */
export type HttpResult =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Headers;
      readonly text: string;
    }
  | { readonly kind: 'not_sent' | 'uncertain'; readonly error: DeliveryError };

/**
 * Errors that happen before a byte of the request has left: no name, no route, no listener, no TLS. Any other one, a
 * timeout or a reset above all, may have reached the provider (reliability: outbound crash point O4).
 */
const notSentCodes = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_INVALID_URL',
  // The fetch standard refuses some ports before it connects, without a code of its own.
  'bad port',
]);

/** Makes exactly one HTTP request: no retry, no redirect followed. Never throws for a fault of the network. */
export async function attemptHttp(attempt: HttpAttempt): Promise<HttpResult> {
  try {
    const response = await fetch(attempt.url, {
      method: attempt.method,
      headers: attempt.headers,
      ...(attempt.body === undefined ? {} : { body: attempt.body }),
      redirect: 'manual',
      signal: AbortSignal.timeout(Math.ceil(attempt.timeoutSeconds * 1000)),
    });
    const text = await response.text();
    return { kind: 'answer', status: response.status, headers: response.headers, text };
  } catch (fault) {
    return networkFault(fault);
  }
}

/** Sorts a thrown network error; the error itself is never logged, because clients put credentials into it. */
export function networkFault(fault: unknown): HttpResult & { kind: 'not_sent' | 'uncertain' } {
  const code = faultCode(fault);
  const kind = notSentCodes.has(code) ? 'not_sent' : 'uncertain';
  return {
    kind,
    error: {
      code: kind === 'not_sent' ? 'provider_unreachable' : 'outcome_unknown',
      title: `no answer from the provider (${code})`,
      retryable: true,
    },
  };
}

function faultCode(fault: unknown): string {
  const cause = fault instanceof Error && fault.cause instanceof Error ? fault.cause : fault;
  if (cause instanceof AggregateError && cause.errors.length > 0) return faultCode(cause.errors[0]);
  if (cause instanceof Error) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    return cause.message === 'bad port' ? cause.message : cause.name;
  }
  return 'unknown';
}

/** `Retry-After` in seconds (RFC 9110 allows a number or a date); absent when there is none to understand. */
export function retryAfterSeconds(headers: Headers, nowMs: number): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, Math.ceil((at - nowMs) / 1000));
}

/** The seconds that an answer asks to wait. A date is counted from the answer's own `Date`, so our clock is not needed. */
export function askedWaitSeconds(headers: Headers): number | undefined {
  const seconds = retryAfterSeconds(headers, Date.parse(headers.get('date') ?? ''));
  return Number.isNaN(seconds) ? undefined : seconds;
}

/** The same as a field of an outcome, absent where the answer asks for no wait. */
export function retryAfterField(headers: Headers): RetryAfter {
  return retryAfter(askedWaitSeconds(headers));
}

interface RetryAfter {
  readonly retryAfterSeconds?: number;
}

/** A wait in seconds as a field of an outcome, absent where there is none. */
export function retryAfter(seconds: number | undefined): RetryAfter {
  return seconds === undefined ? {} : { retryAfterSeconds: seconds };
}

/**
 * The age of an attempt when an answer was written, by the answer's own `Date`. To the end of the second that it names:
 * it has no fractions. NaN where it cannot be read.
 */
export function ageSeconds(attemptedAt: string, answer: Headers): number {
  return (Date.parse(answer.get('date') ?? '') + 999 - Date.parse(attemptedAt)) / 1000;
}
