import type { AwsSmsAccount } from '#connectors/aws-sms/account';
import { writeReference } from '#connectors/aws-sms/send-reference';
import type { SendContext, SendOutcome, UploadOutcome } from '#shared/connector/sender';
import { omitUndefined } from '#shared/json';
import { callAws } from './call.ts';
import { classify } from './classify.ts';
import type { SmsRequest } from './render.ts';

/**
 * One attempt to send one message, never repeated, because AWS has no idempotency token. Its context names the reply,
 * and the events of the message repeat it.
 */
export async function send(
  { operation, input }: SmsRequest,
  context: SendContext<AwsSmsAccount, unknown>,
): Promise<SendOutcome> {
  const { account, messageId, part, attempt } = context;
  const { address } = account;
  const whole = omitUndefined({
    ...input,
    OriginationIdentity: account.originationIdentity,
    ConfigurationSetName: account.configurationSetName,
    ProtectConfigurationId: account.protectConfigurationId,
    TimeToLive: account.validitySeconds,
    Context: writeReference({ messageId, part, attempt, address }),
  });
  const result = await callAws(operation, whole, context);
  return result.kind === 'answer' ? classify(result, address) : result;
}

/** Leaves the request as it is: the file was read to see that it is there, and AWS takes it from the bucket itself. */
export async function shown(request: SmsRequest): Promise<UploadOutcome<SmsRequest>> {
  return { kind: 'uploaded', request };
}
