import type { AwsAccount } from '#connectors/whatsapp-aws/account';
import { postSigned } from '#shared/aws/signed-post';
import type { MediaContext } from '#shared/connector/media';
import type { SendContext } from '#shared/connector/sender';
import type { HttpResult } from '#shared/http-attempt';

/**
 * One call of AWS End User Messaging Social for the account's number, in exactly one HTTP request. Signed and posted
 * without the SDK's client, which repeats by default and comes in no version of its siblings here
 * (docs/channels/whatsapp.md, "AWS End User Messaging"). Never throws for what AWS or a network can do.
 */
export function callAws(
  operation: 'send' | 'media' | 'media/get',
  input: object,
  { account, apiUrl, timeoutSeconds }: MediaContext<AwsAccount, unknown>,
): Promise<HttpResult> {
  const { originationPhoneNumberId } = account;
  return postSigned({
    service: 'social-messaging',
    url: `${apiUrl}/v1/whatsapp/${operation}`,
    body: JSON.stringify({ originationPhoneNumberId, ...input }),
    timeoutSeconds,
  });
}

/** `SendWhatsAppMessage`: the Cloud API's JSON travels as bytes, base64 within ours. */
export function sendByAws(
  message: object,
  context: SendContext<AwsAccount, unknown>,
): Promise<HttpResult> {
  const { metaApiVersion } = context.account;
  const bytes = Buffer.from(JSON.stringify(message));
  return callAws('send', { metaApiVersion, message: bytes.toString('base64') }, context);
}
