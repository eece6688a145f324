import { accountTroubleOf } from '#connectors/twitter/api/account-troubles';
import { CallFailed } from '#connectors/twitter/api/client';
import { readRefusal } from '#connectors/twitter/api/problem';
import { rateLimitWaitSeconds } from '#connectors/twitter/rate-limit';
import type { CallRefusal } from '#shared/connector/catch-up';
import type { HttpResult } from '#shared/http-attempt';

/** A 403 that names no other trouble. */
const notPermitted = {
  code: 'app_not_permitted',
  title: 'the X app lacks the permission or access level to read',
} as const;
/** Each call would meet the same trouble of the account, so one an hour is enough. */
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
  const { status, headers, text } = result;
  const isRefusal = status >= 400 && status < 500;
  const trouble = isRefusal ? accountTroubleOf(status, readRefusal(text)) : undefined;
  if (!trouble && status === 429) return { kind: 'wait', seconds: rateLimitWaitSeconds(headers) };
  if (trouble || status === 403) {
    const { code, title } = trouble ?? notPermitted;
    const error = { code, title, providerCode: `http_${status}`, retryable: true };
    return { kind: 'refused', error, waitSeconds };
  }
  const title = `X answered ${status}`;
  return { kind: isRefusal ? 'rejected' : 'unavailable', title };
}
