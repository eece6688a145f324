import type { Account } from '#connectors/twilio/account';
import type { Credentials } from '#connectors/twilio/credentials';
import { statusPath } from '#connectors/twilio/status-path';
import { withoutFragment } from '#connectors/twilio/webhook-url';
import type { SendContext, SendOutcome } from '#shared/connector/sender';
import { attemptHttp } from '#shared/http-attempt';
import { classify } from './classify.ts';
import { type CreateOptions, type MessageRequest, writeForm } from './message-request.ts';

/**
 * Creates one message: one HTTP request, never repeated, because Twilio's API has no idempotency key. Its outcome comes
 * to the status callback, whose path names the reply.
 */
export async function send(
  request: MessageRequest,
  context: SendContext<Account, Credentials>,
): Promise<SendOutcome> {
  const { account, credentials, apiUrl, publicUrl } = context;
  const { file: _file, content: _content, ...shown } = request;
  const options = {
    ...shown,
    statusCallback: `${withoutFragment(publicUrl)}/${statusPath(context)}`,
    validityPeriod: account.validitySeconds,
    ...(account.smartEncoded === undefined ? {} : { smartEncoded: account.smartEncoded }),
  } satisfies CreateOptions;
  const result = await attemptHttp({
    url: `${apiUrl}/2010-04-01/Accounts/${credentials.accountSid}/Messages.json`,
    method: 'POST',
    headers: {
      authorization: authorization(credentials),
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: writeForm(options),
    timeoutSeconds: context.timeoutSeconds,
  });
  const sender = request.messagingServiceSid ?? request.from ?? account.address;
  return result.kind === 'answer' ? classify(result, sender, request.sendAt) : result;
}

/** The header of every call. An API key where there is one: it can be revoked without breaking the signatures. */
export function authorization({
  accountSid,
  authToken,
  apiKeySid,
  apiKeySecret,
}: Credentials): string {
  const pair = apiKeySid && apiKeySecret ? [apiKeySid, apiKeySecret] : [accountSid, authToken];
  return `Basic ${Buffer.from(pair.join(':'), 'utf8').toString('base64')}`;
}
