import { readMark } from '#connectors/whatsapp/outbound/send';
import type { AwsAccount } from '#connectors/whatsapp-aws/account';
import type { SendContext, SignalRequest } from '#shared/connector/sender';
import { sendByAws } from './call.ts';

/** The ticks of "read", and the dots of "typing" with them: for AWS a message like any other. */
export async function signal(
  request: SignalRequest,
  context: SendContext<AwsAccount, unknown>,
): Promise<boolean> {
  const result = await sendByAws(readMark(request), context);
  return result.kind === 'answer' && result.status >= 200 && result.status < 300;
}
