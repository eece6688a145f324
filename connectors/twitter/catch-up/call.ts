import { CallFailed } from '#connectors/twitter/api/client';
import { rateLimitWaitSeconds } from '#connectors/twitter/rate-limit';
import type { CallRefusal } from '#shared/connector/catch-up';
import type { HttpResult } from '#shared/http-attempt';

/** Refusals that concern the whole account: each call would meet the same, so one an hour is enough. */
const ofAccount = {
  401: ['credentials_rejected', 'X does not accept the credentials of this account'],
  402: ['credits_depleted', 'the X app has no API credits left'],
  403: ['app_not_permitted', 'the X app lacks the permission or access level to read'],
} as const;
const waitSeconds = 3600;

/** Makes one call; a refusal of X and a fault of the network are answers, not errors. */
export async function granted<Answer>(
  call: () => Promise<Answer>,
): Promise<{ readonly kind: 'answer'; readonly answer: Answer } | CallRefusal> {
  try {
    return { kind: 'answer', answer: await call() };
  } catch (fault) {
    if (!(fault instanceof CallFailed)) throw fault;
    return refusalOf(fault.result);
  }
}

function refusalOf(result: HttpResult): CallRefusal {
  if (result.kind !== 'answer') return { kind: 'unavailable', title: result.error.title };
  const { status, headers } = result;
  if (status === 429) return { kind: 'wait', seconds: rateLimitWaitSeconds(headers) };
  if (status === 401 || status === 402 || status === 403) {
    const [code, title] = ofAccount[status];
    const providerCode = `http_${status}`;
    const error = { code, title, providerCode, retryable: true };
    return { kind: 'refused', error, waitSeconds };
  }
  const title = `X answered ${status}`;
  return { kind: status >= 400 && status < 500 ? 'rejected' : 'unavailable', title };
}
