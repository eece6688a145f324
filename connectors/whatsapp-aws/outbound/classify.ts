import { deliveryError } from '#connectors/whatsapp/delivery-error';
import { errorFamily } from '#connectors/whatsapp/error-codes';
import { textOf } from '#connectors/whatsapp/item';
import { type Answer, byFamily } from '#connectors/whatsapp/outbound/classify';
import { MetaError } from '#connectors/whatsapp/payload';
import type { SendOutcome } from '#shared/connector/sender';
import { objectOf, parsedJson } from '#shared/json';
import type { ErrorCode } from '#shared/model/error-code';

type Refusal = Exclude<SendOutcome, { kind: 'sent' }>;

interface Meaning {
  readonly kind: Refusal['kind'];
  readonly code: ErrorCode;
  readonly waitSeconds?: number;
}

const rejected: Meaning = { kind: 'account_paused', code: 'credentials_rejected' };
const restricted: Meaning = { kind: 'account_paused', code: 'account_restricted' };
const refused: Meaning = { kind: 'failed', code: 'request_rejected' };
const throttled: Meaning = { kind: 'not_sent', code: 'provider_throttled' };
const unavailable: Meaning = { kind: 'uncertain', code: 'provider_unavailable' };

/** The exceptions of `SendWhatsAppMessage` (API reference), and those every AWS API has for a signature. */
const meanings: ReadonlyMap<string, Meaning> = new Map([
  // Turned away by AWS, before Meta is asked.
  ['ThrottledRequestException', throttled],
  ['ThrottlingException', throttled],
  ['TooManyRequestsException', throttled],
  // A quota of the AWS account: it is counted over longer than a rate.
  ['LimitExceededException', { ...throttled, waitSeconds: 60 }],
  // Meta refuses the account, not this message: the link to it is broken, or the account is blocked.
  ['AccessDeniedByMetaException', restricted],
  // The number is not there, or not in this Region: a wrong setting, over which no reply must be lost.
  ['ResourceNotFoundException', restricted],
  // Our role has no permission, or its signature is not taken.
  ['AccessDeniedException', rejected],
  ['UnrecognizedClientException', rejected],
  ['InvalidClientTokenId', rejected],
  ['InvalidSignatureException', rejected],
  ['IncompleteSignature', rejected],
  ['IncompleteSignatureException', rejected],
  ['MissingAuthenticationToken', rejected],
  ['MissingAuthenticationTokenException', rejected],
  ['ExpiredToken', rejected],
  ['ExpiredTokenException', rejected],
  ['RequestExpired', rejected],
  ['OptInRequired', rejected],
  ['ValidationException', refused],
  ['InvalidParametersException', refused],
  // Meta stands behind AWS: no page says if the message had been handed over when these arose.
  ['DependencyException', unavailable],
  ['InternalServiceException', unavailable],
  ['InternalFailure', unavailable],
  ['ServiceUnavailable', unavailable],
]);

/**
 * Reads the outcome from an answer of `SendWhatsAppMessage`: the exception's name decides, the HTTP status where the
 * name is unknown, and Meta's own code where AWS hands it on with a refusal. A 200 says that AWS has the message; its
 * `messageId` is AWS's own, and Meta's id (`wamid`), which statuses, reactions and quotations name, comes with the
 * first status.
 */
export function classify(answer: Answer): SendOutcome {
  const body = objectOf(parsedJson(answer.text));
  if (answer.status >= 200 && answer.status < 300) return accepted(body);
  const name = exceptionName(answer.headers, body);
  const meaning = meanings.get(name) ?? byStatus(answer.status);
  const refusal = meaning === refused ? byMetasCode(answer, body) : undefined;
  if (refusal) return refusal;
  const { kind, code, waitSeconds } = meaning;
  const error = {
    code,
    title: titleOf(name, body),
    providerCode: name,
    retryable: kind !== 'failed',
  };
  if (kind === 'failed' || kind === 'uncertain' || waitSeconds === undefined)
    return { kind, error };
  return { kind, retryAfterSeconds: waitSeconds, error };
}

/**
 * Reads Meta's code, where AWS's sentence hands it on (`(#131047) Re-engagement message`). In AWS's model no refusal of
 * Meta's has a name of its own, so a closed window is told apart by nothing else.
 */
function byMetasCode(
  answer: Answer,
  body: Readonly<Record<string, unknown>>,
): SendOutcome | undefined {
  const message = messageOf(body);
  const code = Number(/\(#(\d{1,6})\)/.exec(message ?? '')?.[1]);
  const family = errorFamily(code);
  return (
    family && byFamily(family, answer, deliveryError(MetaError.parse({ code, message }), family), 1)
  );
}

function accepted(body: Readonly<Record<string, unknown>>): SendOutcome {
  const messageId = textOf(body['messageId']);
  if (messageId !== undefined) return { kind: 'sent', providerAliases: [messageId] };
  const title = 'AWS said yes, but named no message';
  return { kind: 'uncertain', error: { code: 'outcome_unknown', title, retryable: true } };
}

function byStatus(status: number): Meaning {
  if (status === 429) return throttled;
  if (status === 401 || status === 403) return rejected;
  if (status >= 400 && status < 500 && status !== 408) return refused;
  return unavailable;
}

/** `x-amzn-errortype: ValidationException:http://…`, or `__type` in the body (AWS restJson1, "Operation error"). */
function exceptionName(headers: Headers, body: Readonly<Record<string, unknown>>): string {
  const given = headers.get('x-amzn-errortype') ?? textOf(body['__type']) ?? textOf(body['code']);
  return (given ?? 'unknown').replace(/:.*$/, '').replace(/^.*#/, '') || 'unknown';
}

/** AWS's sentence, cut after a sentence or two: more could hold a customer's text. */
function titleOf(name: string, body: Readonly<Record<string, unknown>>): string {
  const message = messageOf(body);
  return (message === undefined ? `AWS answered ${name}` : `${name}: ${message}`)
    .slice(0, 300)
    .toWellFormed();
}

function messageOf(body: Readonly<Record<string, unknown>>): string | undefined {
  return textOf(body['message']) ?? textOf(body['Message']);
}
