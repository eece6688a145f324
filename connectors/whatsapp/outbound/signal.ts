import type { Account } from '#connectors/whatsapp/account';
import type { Credentials } from '#connectors/whatsapp/credentials';
import type { SendContext, SignalRequest } from '#shared/connector/sender';
import { postToNumber } from './graph-call.ts';

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

/** The body of the call, whoever carries it to Meta. */
export function readMark({ signal: sign, providerMessageId }: SignalRequest) {
  return {
    messaging_product: 'whatsapp',
    status: 'read',
    message_id: providerMessageId,
    ...(sign === 'typing' ? { typing_indicator: { type: 'text' } } : {}),
  };
}
