import type { Account } from '#connectors/whatsapp/account';
import type { Credentials } from '#connectors/whatsapp/credentials';
import type { SendContext } from '#shared/connector/sender';
import { attemptHttp, type HttpResult } from '#shared/http-attempt';

/**
 * One `POST` to an edge of a business number, in the account's Graph version: JSON, or a form with a file. Never
 * throws for what a provider or a network can do.
 */
export function postToNumber(
  phoneNumberId: string,
  edge: 'media' | 'messages',
  body: object,
  { account, credentials, apiUrl, timeoutSeconds }: SendContext<Account, Credentials>,
): Promise<HttpResult> {
  const isForm = body instanceof FormData;
  return attemptHttp({
    url: `${apiUrl}/${account.graphVersion}/${phoneNumberId}/${edge}`,
    method: 'POST',
    headers: {
      authorization: `Bearer ${credentials.accessToken}`,
      ...(isForm ? {} : { 'content-type': 'application/json' }),
      // Meta's OpenAPI wants a name and a version of three numbers, and refuses undici's own.
      'user-agent': 'switchboard/0.1.0',
    },
    body: isForm ? body : JSON.stringify(body),
    timeoutSeconds,
  });
}
