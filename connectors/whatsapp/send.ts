import type { SendContext, SendOutcome } from '#shared/connector/sender';
import { attemptHttp } from '#shared/http-attempt';
import type { Account } from './account.ts';
import { callbackData } from './callback-data.ts';
import { classify } from './classify.ts';
import type { Credentials } from './credentials.ts';
import type { SendRequest } from './render.ts';

/**
 * One attempt to send one message. The request carries our ids as `biz_opaque_callback_data`, which Meta repeats in
 * every status: it has no idempotency key, so that echo is the only proof after a lost answer.
 */
export async function send(
  { phoneNumberId, body }: SendRequest,
  context: SendContext<Account, Credentials>,
): Promise<SendOutcome> {
  const { account, credentials, apiUrl, timeoutSeconds, attempt } = context;
  const result = await attemptHttp({
    url: `${apiUrl}/${account.graphVersion}/${phoneNumberId}/messages`,
    method: 'POST',
    headers: {
      authorization: `Bearer ${credentials.accessToken}`,
      'content-type': 'application/json',
      // Meta's OpenAPI wants a name and a version of three numbers, and refuses undici's own.
      'user-agent': 'switchboard/0.1.0',
    },
    body: JSON.stringify({ ...body, biz_opaque_callback_data: callbackData(context) }),
    timeoutSeconds,
  });
  return result.kind === 'answer' ? classify(result, attempt) : result;
}
