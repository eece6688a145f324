import type { Account } from '#connectors/whatsapp/account';
import type { Credentials } from '#connectors/whatsapp/credentials';
import { callbackData } from '#connectors/whatsapp/item';
import type { SendContext, SendOutcome, SignalRequest } from '#shared/connector/sender';
import { attemptHttp, type HttpResult } from '#shared/http-attempt';
import { classify } from './classify.ts';
import type { SendRequest } from './send-request.ts';

/**
 * One attempt to send one message. The request carries our ids as `biz_opaque_callback_data`, which Meta repeats in
 * every status: it has no idempotency key, so that echo is the only proof after a lost answer.
 */
export async function send(
  { phoneNumberId, body }: SendRequest,
  context: SendContext<Account, Credentials>,
): Promise<SendOutcome> {
  const named = { ...body, biz_opaque_callback_data: callbackData(context) };
  const result = await postToNumber(phoneNumberId, 'messages', named, context);
  return result.kind === 'answer' ? classify(result, context.attempt) : result;
}

/**
 * Marks a message as read, and with it everything before it; `typing` shows the dots as well, until an answer comes
 * or for 25 seconds (typing-indicators). Meta knows no dots without the ticks.
 */
export async function signal(
  request: SignalRequest,
  context: SendContext<Account, Credentials>,
): Promise<boolean> {
  const number = request.businessIdentity.address;
  const phoneNumberId = /^\d{1,32}$/.test(number) ? number : context.account.address;
  const result = await postToNumber(phoneNumberId, 'messages', readMark(request), context);
  return result.kind === 'answer' && result.status >= 200 && result.status < 300;
}

/** The body of the call. Meta takes the same from us and from AWS. */
export function readMark({ signal: sign, providerMessageId }: SignalRequest) {
  return {
    messaging_product: 'whatsapp',
    status: 'read',
    message_id: providerMessageId,
    ...(sign === 'typing' ? { typing_indicator: { type: 'text' } } : {}),
  };
}

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
