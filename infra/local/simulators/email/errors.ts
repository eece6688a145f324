import type { ApiAnswer, Faults } from '#infra/local/simulators/simulator';

/** Errors of SESv2 `SendEmail` and of every AWS API, with the status each comes with. */
const statuses: ReadonlyMap<string, number> = new Map([
  ['AccessDeniedException', 403],
  ['AccountSuspendedException', 400],
  ['BadRequestException', 400],
  ['ExpiredTokenException', 403],
  ['InternalFailure', 500],
  ['InvalidClientTokenId', 403],
  ['InvalidSignatureException', 403],
  ['LimitExceededException', 400],
  ['MailFromDomainNotVerifiedException', 400],
  ['MessageRejected', 400],
  ['NotFoundException', 404],
  ['SendingPausedException', 400],
  ['Throttling', 400],
  ['ThrottlingException', 400],
  ['TooManyRequestsException', 429],
  ['UnrecognizedClientException', 403],
]);

export const faults: Faults = {
  kinds: ['429', '500', ...statuses.keys()],
  answer: (kind) => {
    const name = { 429: 'TooManyRequestsException', 500: 'InternalFailure' }[kind] ?? kind;
    return errorAnswer(statuses.get(name) ?? 400, name, `simulated ${name}`);
  },
  unknown: errorAnswer(400, 'NovelException', 'an error that is in no list'),
};

/** An error as the SDK reads it: the type in `x-amzn-errortype`, the text in the body. */
export function errorAnswer(status: number, type: string, message: string): ApiAnswer {
  const answer = jsonAnswer(status, { message });
  return { ...answer, headers: { ...answer.headers, 'x-amzn-errortype': type } };
}

export function jsonAnswer(status: number, value: unknown): ApiAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
