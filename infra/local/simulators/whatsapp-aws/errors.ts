import type { ApiAnswer, Faults } from '#infra/local/simulators/simulator';

/** An error as AWS's restJson1 protocol writes it: the name in a header, the sentence in the body. */
export function exception(status: number, name: string, message: string): ApiAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    body: JSON.stringify({ message }),
  };
}

/** Exceptions of the model of `SendWhatsAppMessage` and of every AWS API, with the status each comes with. */
const statuses: ReadonlyMap<string, number> = new Map([
  ['AccessDeniedByMetaException', 403],
  ['AccessDeniedException', 403],
  ['DependencyException', 502],
  ['ExpiredToken', 403],
  ['ExpiredTokenException', 403],
  ['IncompleteSignature', 403],
  ['IncompleteSignatureException', 403],
  ['InternalFailure', 500],
  ['InternalServiceException', 500],
  ['InvalidClientTokenId', 403],
  ['InvalidParametersException', 400],
  ['InvalidSignatureException', 403],
  ['LimitExceededException', 400],
  ['MissingAuthenticationToken', 403],
  ['MissingAuthenticationTokenException', 403],
  ['OptInRequired', 403],
  ['RequestExpired', 400],
  ['ResourceNotFoundException', 404],
  ['ServiceUnavailable', 503],
  ['ThrottledRequestException', 429],
  ['ThrottlingException', 400],
  ['TooManyRequestsException', 429],
  ['UnrecognizedClientException', 403],
  ['ValidationException', 400],
]);

export const faults: Faults = {
  kinds: ['429', '500', ...statuses.keys()],
  answer: (kind) => {
    const name =
      { 429: 'ThrottledRequestException', 500: 'InternalServiceException' }[kind] ?? kind;
    return exception(statuses.get(name) ?? 400, name, `simulated ${name}`);
  },
  unknown: exception(400, 'NovelException', 'an exception that is in no model'),
};

/**
 * The exception for a refusal of Meta. AWS documents no mapping; this is the exception whose description is nearest.
 */
export function exceptionOf(answer: ApiAnswer): ApiAnswer {
  const { error } = JSON.parse(answer.body) as { error: { code: number; message: string } };
  const { code, message } = error;
  if ([4, 80007, 130429, 131056].includes(code)) {
    return exception(429, 'ThrottledRequestException', message);
  }
  if (answer.status === 401 || answer.status === 403) {
    return exception(403, 'AccessDeniedByMetaException', message);
  }
  if (answer.status >= 500) return exception(502, 'DependencyException', message);
  return exception(400, 'InvalidParametersException', message);
}
