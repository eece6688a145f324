import type { Account } from '#connectors/whatsapp/account';
import type { Credentials } from '#connectors/whatsapp/credentials';
import { callbackData } from '#connectors/whatsapp/statuses';
import type { SendContext, SendOutcome } from '#shared/connector/sender';
import { classify } from './classify.ts';
import { postToNumber } from './graph-call.ts';
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
