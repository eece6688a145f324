import type { ApiAnswer } from './simulator.ts';

/** An error as AWS's restJson1 protocol writes it: the name in a header, the sentence in the body. */
export function exception(status: number, name: string, message: string): ApiAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': name },
    body: JSON.stringify({ message }),
  };
}

/** Of the model of `SendWhatsAppMessage`, with the status each comes with. */
const statuses: ReadonlyMap<string, number> = new Map([
  ['AccessDeniedByMetaException', 403],
  ['AccessDeniedException', 403],
  ['DependencyException', 502],
  ['InternalServiceException', 500],
  ['InvalidParametersException', 400],
  ['LimitExceededException', 400],
  ['ResourceNotFoundException', 404],
  ['ThrottledRequestException', 429],
  ['ValidationException', 400],
]);

/** The answer for a named fault: an HTTP status, or one of AWS's exceptions. Undefined for any other name. */
export function namedException(name: string): ApiAnswer | undefined {
  const exceptionName =
    { 429: 'ThrottledRequestException', 500: 'InternalServiceException' }[name] ?? name;
  if (!/^[A-Z]\w*Exception$/.test(exceptionName)) return undefined;
  return exception(statuses.get(exceptionName) ?? 400, exceptionName, `simulated ${exceptionName}`);
}

/** What becomes of a refusal of Meta's is written nowhere; this is the exception whose description is nearest. */
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
