import type { SendOutcome } from '#shared/connector/sender';
import type { ErrorCode } from '#shared/model/error-code';

export interface Meaning {
  readonly kind: Exclude<SendOutcome['kind'], 'sent'>;
  readonly code: ErrorCode;
  readonly waitSeconds?: number;
  readonly accountTrouble?: true;
}

const rejected: Meaning = { kind: 'account_paused', code: 'credentials_rejected' };
const restricted: Meaning = { kind: 'account_paused', code: 'account_restricted' };
const depleted: Meaning = { kind: 'account_paused', code: 'credits_depleted' };
const throttled: Meaning = { kind: 'not_sent', code: 'provider_throttled' };
const unavailable: Meaning = { kind: 'uncertain', code: 'provider_unavailable' };
const refused: Meaning = { kind: 'failed', code: 'request_rejected' };
const country: Meaning = { kind: 'failed', code: 'recipient_country_blocked' };
const media: Meaning = { kind: 'failed', code: 'media_rejected' };
const misconfigured: Meaning = {
  kind: 'failed',
  code: 'channel_misconfigured',
  accountTrouble: true,
};

/** The exceptions of the two operations, and those every AWS API has for a signature. */
const byName: ReadonlyMap<string, Meaning> = new Map([
  ['ThrottlingException', throttled],
  // A quota of the AWS account: it is counted over longer than a rate.
  ['ServiceQuotaExceededException', { ...throttled, waitSeconds: 60 }],
  ['InternalServerException', unavailable],
  ['InternalFailure', unavailable],
  ['ServiceUnavailable', unavailable],
  // The number is not there, or not in this Region: a wrong setting, over which no reply must be lost.
  ['ResourceNotFoundException', restricted],
  // Our role has no permission, or its signature is not taken.
  ...[
    ...['AccessDeniedException', 'UnrecognizedClientException', 'InvalidClientTokenId'],
    ...['InvalidSignatureException', 'IncompleteSignature', 'IncompleteSignatureException'],
    ...['MissingAuthenticationToken', 'MissingAuthenticationTokenException', 'OptInRequired'],
    ...['ExpiredToken', 'ExpiredTokenException', 'RequestExpired', 'NotAuthorized'],
  ].map((name) => [name, rejected] as const),
  ['ValidationException', refused],
  ['ConflictException', refused],
]);

/** The `Reason` of an exception, where it says more than the name. */
const byReason: ReadonlyMap<string, Meaning> = new Map([
  ['DESTINATION_PHONE_NUMBER_OPTED_OUT', { kind: 'failed', code: 'recipient_opted_out' }],
  ['DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION', country],
  ['DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE', country],
  ['DESTINATION_COUNTRY_BLOCKED', country],
  ['COUNTRY_NOT_ENABLED', country],
  ['MEDIA_TYPE_NOT_SUPPORTED', media],
  ['ATTACHMENT_TYPE_NOT_SUPPORTED', media],
  ['MAXIMUM_SIZE_EXCEEDED', { kind: 'failed', code: 'media_too_large' }],
  ['ACCOUNT_DISABLED', restricted],
  ['INSUFFICIENT_ACCOUNT_REPUTATION', restricted],
  ['MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT', depleted],
  ['MONTHLY_SPEND_LIMIT_REACHED_FOR_MEDIA', depleted],
  // The account is in the sandbox, or the number is not registered, not active, or of the wrong kind.
  ...[
    ...['DESTINATION_PHONE_NUMBER_NOT_VERIFIED', 'NO_ORIGINATION_IDENTITIES_FOUND'],
    ...['NUMBER_CAPABILITIES_MISMATCH', 'MESSAGE_TYPE_MISMATCH', 'RESOURCE_NOT_ACTIVE'],
    ...['REGISTRATION_NOT_COMPLETE', 'INVALID_IDENTITY_FOR_DESTINATION_COUNTRY'],
    ...['INTERNATIONAL_SENDING_NOT_SUPPORTED', 'CHANNEL_NOT_ENABLED', 'RESOURCE_NOT_ACCESSIBLE'],
    ...['SENDER_ID_NOT_REGISTERED', 'SENDER_ID_NOT_SUPPORTED', 'SENDER_ID_REQUIRES_REGISTRATION'],
  ].map((reason) => [reason, misconfigured] as const),
]);

/** The meaning of a refusal. A name that is in no list is judged by the HTTP status. */
export function meaningOf(name: string, reason: string | undefined, status: number): Meaning {
  return byReason.get(reason ?? '') ?? byName.get(name) ?? byStatus(status);
}

function byStatus(status: number): Meaning {
  if (status === 429) return throttled;
  if (status === 401 || status === 403) return rejected;
  return status >= 400 && status < 500 && status !== 408 ? refused : unavailable;
}
