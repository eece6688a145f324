import type { SendOutcome } from '#shared/connector/sender';
import { networkFault } from '#shared/http-attempt';

type Kind = Exclude<SendOutcome['kind'], 'sent'>;

/**
 * What the errors of SESv2 SendEmail say about the mail. All of them are certain: SES answers with an error before
 * it takes a mail.
 */
const kinds = new Map<string, Kind>([
  ['TooManyRequestsException', 'not_sent'],
  ['Throttling', 'not_sent'],
  ['ThrottlingException', 'not_sent'],
  ['LimitExceededException', 'not_sent'],
  ['AccountSuspendedException', 'account_paused'],
  ['SendingPausedException', 'account_paused'],
  ['MailFromDomainNotVerifiedException', 'account_paused'],
  ['AccessDeniedException', 'account_paused'],
  ['UnrecognizedClientException', 'account_paused'],
  ['InvalidSignatureException', 'account_paused'],
  ['InvalidClientTokenId', 'account_paused'],
  ['ExpiredTokenException', 'account_paused'],
  ['CredentialsProviderError', 'account_paused'],
  ['MessageRejected', 'failed'],
  ['BadRequestException', 'failed'],
  ['NotFoundException', 'failed'],
]);

/** The daily quota is a sliding window of 24 hours, so some of it is free again soon. */
const quotaWaitSeconds = 900;

/**
 * Sorts what SendEmail threw. An answer with a 5xx, an answer that cannot be read and a fault of the network after
 * the request was written are `uncertain`: then only SES's own `Send` event tells.
 */
export function sortFault(fault: unknown): SendOutcome {
  const name = fault instanceof Error ? fault.name : 'unknown';
  const status = httpStatus(fault);
  const kind = kinds.get(name) ?? kindOfStatus(status);
  if (kind === undefined) return networkFault(fault);
  const error = {
    code: codes[kind],
    title: `SES answered ${name}`,
    providerCode: name,
    retryable: kind !== 'failed',
  };
  if (name === 'LimitExceededException') {
    return { kind: 'not_sent', retryAfterSeconds: quotaWaitSeconds, error };
  }
  return { kind, error };
}

const codes: Readonly<Record<Kind, string>> = {
  not_sent: 'provider_throttled',
  account_paused: 'account_restricted',
  failed: 'request_rejected',
  uncertain: 'outcome_unknown',
};

function kindOfStatus(status: number | undefined): Kind | undefined {
  if (status === undefined) return undefined;
  if (status === 429) return 'not_sent';
  return status >= 400 && status < 500 ? 'failed' : 'uncertain';
}

function httpStatus(fault: unknown): number | undefined {
  if (typeof fault !== 'object' || fault === null || !('$metadata' in fault)) return undefined;
  const metadata = fault.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) {
    return undefined;
  }
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
