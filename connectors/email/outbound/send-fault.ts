import { capCharacters, cleanLine } from '#connectors/email/clean-text';
import type { SendOutcome } from '#shared/connector/sender';
import { networkFault } from '#shared/http-attempt';
import type { ErrorCode } from '#shared/model/error-code';

interface Meaning {
  readonly kind: Exclude<SendOutcome['kind'], 'sent'>;
  readonly code: ErrorCode;
}

const throttled: Meaning = { kind: 'not_sent', code: 'provider_throttled' };
const credentials: Meaning = { kind: 'account_paused', code: 'credentials_rejected' };
const refused: Meaning = { kind: 'failed', code: 'request_rejected' };
const unknown: Meaning = { kind: 'uncertain', code: 'outcome_unknown' };

/**
 * The outcome of the mail for each error of SESv2 SendEmail. All of them are certain: SES answers with an error before
 * it takes a mail.
 */
const faults = new Map<string, Meaning>([
  ['TooManyRequestsException', throttled],
  ['Throttling', throttled],
  ['ThrottlingException', throttled],
  ['LimitExceededException', throttled],
  ['AccountSuspendedException', { kind: 'account_paused', code: 'account_restricted' }],
  ['SendingPausedException', { kind: 'account_paused', code: 'account_restricted' }],
  ['MailFromDomainNotVerifiedException', { kind: 'account_paused', code: 'channel_misconfigured' }],
  ['AccessDeniedException', credentials],
  ['UnrecognizedClientException', credentials],
  ['InvalidSignatureException', credentials],
  ['InvalidClientTokenId', credentials],
  ['ExpiredTokenException', credentials],
  ['CredentialsProviderError', credentials],
  ['MessageRejected', refused],
  ['BadRequestException', refused],
  ['NotFoundException', refused],
]);

/** The daily quota is a sliding window of 24 hours, so some of it is free again soon. */
const quotaWaitSeconds = 900;

/**
 * Sorts the error that SendEmail threw. An answer with a 5xx, an answer that cannot be read and a fault of the network
 * after the request was written are `uncertain`: then only SES's own `Send` event tells.
 */
export function sortFault(fault: unknown): SendOutcome {
  const name = fault instanceof Error ? fault.name : 'unknown';
  const status = httpStatus(fault);
  const meaning = faults.get(name) ?? meaningOfStatus(status);
  if (meaning === undefined) return networkFault(fault);
  const { kind, code } = meaning;
  const error = {
    code,
    title: titleOf(fault, name),
    providerCode: name,
    retryable: kind !== 'failed',
  };
  if (name === 'LimitExceededException') {
    return { kind: 'not_sent', retryAfterSeconds: quotaWaitSeconds, error };
  }
  return { kind, error };
}

/** The longest part of SES's own sentence that a title holds. */
const longestSentence = 400;

/**
 * Faults of a signature or of keys: AWS repeats the request that it expected, with the session token in it. Their name
 * says enough.
 */
const isSecret = /Signature|Token|Client|Credentials/;

/** SES's answer by its name and, where it has one, its sentence: which address is not verified, what is not allowed. */
function titleOf(fault: unknown, name: string): string {
  const sentence = fault instanceof Error && !isSecret.test(name) ? cleanLine(fault.message) : '';
  const answer = `SES answered ${name}`;
  return sentence === '' || sentence === name
    ? answer
    : `${answer}: ${capCharacters(sentence, longestSentence)}`;
}

function meaningOfStatus(status: number | undefined): Meaning | undefined {
  if (status === undefined) return undefined;
  if (status === 429) return throttled;
  return status >= 400 && status < 500 ? refused : unknown;
}

function httpStatus(fault: unknown): number | undefined {
  if (typeof fault !== 'object' || fault === null || !('$metadata' in fault)) return undefined;
  const metadata = fault.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) {
    return undefined;
  }
  return typeof metadata.httpStatusCode === 'number' ? metadata.httpStatusCode : undefined;
}
