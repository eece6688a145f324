import type { SendContext, SendOutcome } from '#shared/connector/sender';
import type { AwsAccount } from './aws-account.ts';
import { sendByAws } from './aws-call.ts';
import { classify } from './aws-classify.ts';
import { callbackData } from './callback-data.ts';
import type { SendRequest } from './send-request.ts';

/**
 * One attempt to send one message. AWS has no idempotency key either, and its answer does not know Meta's id, so our
 * own ids travel along in `biz_opaque_callback_data`: the status that repeats them says both that the message went
 * out and what Meta calls it.
 */
export async function send(
  { body }: SendRequest,
  context: SendContext<AwsAccount, unknown>,
): Promise<SendOutcome> {
  const named = { ...body, biz_opaque_callback_data: callbackData(context) };
  const result = await sendByAws(named, context);
  return result.kind === 'answer' ? classify(result) : result;
}
