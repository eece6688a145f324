import type { AwsSmsAccount } from '#connectors/aws-sms/account';
import { postSigned } from '#shared/aws/signed-post';
import type { SendContext } from '#shared/connector/sender';
import type { HttpResult } from '#shared/http-attempt';

/**
 * One call of AWS End User Messaging SMS in exactly one HTTP request: JSON 1.0 of AWS, signed and posted without the
 * SDK's client, which repeats by default. Never throws for what AWS or a network can do.
 */
export function callAws(
  operation: string,
  input: object,
  { apiUrl, timeoutSeconds }: SendContext<AwsSmsAccount, unknown>,
): Promise<HttpResult> {
  return postSigned({
    service: 'sms-voice',
    url: `${apiUrl}/`,
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `PinpointSMSVoiceV2.${operation}`,
    },
    body: JSON.stringify(input),
    timeoutSeconds,
  });
}
