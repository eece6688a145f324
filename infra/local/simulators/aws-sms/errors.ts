import type { ApiAnswer, Faults } from '#infra/local/simulators/simulator';

/** An error as AWS's JSON 1.0 protocol writes it: the name and the members of the exception in the body. */
export function exception(
  name: string,
  Message: string,
  { Reason, status = 400 }: { readonly Reason?: string; readonly status?: number } = {},
): ApiAnswer {
  const body = { __type: `com.amazonaws.pinpointsmsvoicev2#${name}`, Message, Reason };
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(body),
  };
}

/** The exceptions of the two operations, and those of every AWS API, with the status of each. */
const names: ReadonlyMap<string, number> = new Map([
  ['AccessDeniedException', 400],
  ['ConflictException', 400],
  ['ExpiredTokenException', 400],
  ['InternalFailure', 500],
  ['InternalServerException', 500],
  ['InvalidSignatureException', 400],
  ['MissingAuthenticationTokenException', 400],
  ['ResourceNotFoundException', 400],
  ['ServiceQuotaExceededException', 400],
  ['ServiceUnavailable', 503],
  ['ThrottlingException', 400],
  ['UnrecognizedClientException', 400],
  ['ValidationException', 400],
]);

/** The reasons that a send can meet, of the lists that the API reference has for each exception. */
const reasons: Readonly<Record<string, readonly string[]>> = {
  AccessDeniedException: ['ACCOUNT_DISABLED', 'INSUFFICIENT_ACCOUNT_REPUTATION'],
  ConflictException: [
    ...['DESTINATION_COUNTRY_BLOCKED_BY_PROTECT_CONFIGURATION'],
    ...['DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE'],
    ...['DESTINATION_PHONE_NUMBER_NOT_VERIFIED', 'DESTINATION_PHONE_NUMBER_OPTED_OUT'],
    ...['MESSAGE_TYPE_MISMATCH', 'NO_ORIGINATION_IDENTITIES_FOUND'],
    ...['NUMBER_CAPABILITIES_MISMATCH', 'REGISTRATION_NOT_COMPLETE', 'RESOURCE_NOT_ACTIVE'],
  ],
  ServiceQuotaExceededException: [
    ...['MONTHLY_SPEND_LIMIT_REACHED_FOR_MEDIA', 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT'],
  ],
  ValidationException: [
    ...['ATTACHMENT_TYPE_NOT_SUPPORTED', 'CHANNEL_NOT_ENABLED', 'COUNTRY_NOT_ENABLED'],
    ...['DESTINATION_COUNTRY_BLOCKED', 'INTERNATIONAL_SENDING_NOT_SUPPORTED', 'INVALID_PARAMETER'],
    ...['INVALID_IDENTITY_FOR_DESTINATION_COUNTRY', 'MAXIMUM_SIZE_EXCEEDED'],
    ...['MEDIA_TYPE_NOT_SUPPORTED', 'PRICE_OVER_THRESHOLD', 'RESOURCE_NOT_ACCESSIBLE'],
    ...['SENDER_ID_NOT_REGISTERED', 'SENDER_ID_NOT_SUPPORTED', 'SENDER_ID_REQUIRES_REGISTRATION'],
  ],
};

const exceptionOf = new Map(
  Object.entries(reasons).flatMap(([name, all]) => all.map((reason) => [reason, name] as const)),
);

/** A refusal for one of the reasons. */
export function refusal(Reason: string, message = `simulated ${Reason}`): ApiAnswer {
  return exception(exceptionOf.get(Reason) ?? 'ValidationException', message, { Reason });
}

export const faults: Faults = {
  kinds: ['429', '500', ...names.keys(), ...exceptionOf.keys()],
  answer: (kind) => {
    if (kind === '429') return exception('ThrottlingException', 'Rate exceeded', { status: 429 });
    if (exceptionOf.has(kind)) return refusal(kind);
    const name = kind === '500' ? 'InternalServerException' : kind;
    return exception(name, `simulated ${name}`, { status: names.get(name) ?? 400 });
  },
  unknown: exception('NovelException', 'an exception that is in no model'),
};
