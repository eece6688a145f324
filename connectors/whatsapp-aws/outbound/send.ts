import { callbackData } from '#connectors/whatsapp/item';
import type { SendRequest } from '#connectors/whatsapp/outbound/send-request';
import type { AwsAccount } from '#connectors/whatsapp-aws/account';
import type { SendContext, SendOutcome } from '#shared/connector/sender';
import { sendByAws } from './call.ts';
import { classify } from './classify.ts';

/**
 * One attempt to send one message. AWS has no idempotency key either, and its answer does not know Meta's id, so our
 * own ids travel along in `biz_opaque_callback_data`: the status that repeats them says both that the message went out
 * and Meta's id of it.
 */
export async function send(
  { body }: SendRequest,
  context: SendContext<AwsAccount, unknown>,
): Promise<SendOutcome> {
  const named = { ...body, biz_opaque_callback_data: callbackData(context) };
  const result = await sendByAws(named, context);
  return result.kind === 'answer' ? classify(result) : result;
}
