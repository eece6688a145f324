import type { SendContext, SignalRequest } from '#shared/connector/sender';
import type { AwsAccount } from './aws-account.ts';
import { sendByAws } from './aws-call.ts';
import { readMark } from './signal.ts';

/** The ticks of "read", and the dots of "typing" with them: for AWS a message like any other. */
export async function signal(
  request: SignalRequest,
  context: SendContext<AwsAccount, unknown>,
): Promise<boolean> {
  const result = await sendByAws(readMark(request), context);
  return result.kind === 'answer' && result.status >= 200 && result.status < 300;
}
