import { metaWebhook, twilioWebhook, type Webhook } from '#test/faults/load/sign';
import type { Random } from '#test/faults/random';
import type { Accepted } from './provider.ts';

export type StatusName = 'sent' | 'delivered' | 'read' | 'failed';

/** What the provider tells later of a message it took, and when. */
export interface LaterStatus {
  readonly status: StatusName;
  readonly afterMilliseconds: number;
}

/** In order, out of order, twice, before the answer, late, failed in the end, failed after all. */
export function drawStatuses(random: Random): readonly LaterStatus[] {
  const at = (status: StatusName, afterMilliseconds: number) => ({ status, afterMilliseconds });
  const draw = random.integer(0, 99);
  if (draw < 4) return [at('sent', 60), at('failed', 200)];
  if (draw < 8) return [at('sent', 60), at('delivered', 150), at('failed', 900)];
  if (draw < 20) return [at('read', 50), at('delivered', 90), at('sent', 130)];
  if (draw < 32) return [at('sent', 40), at('sent', 80), at('delivered', 90), at('delivered', 400)];
  if (draw < 42) return [at('sent', 0), at('delivered', 1)];
  if (draw < 50) return [at('delivered', 5500), at('read', 6000)];
  return [at('sent', 80), at('delivered', 250), ...(draw < 80 ? [at('read', 600)] : [])];
}

/** The webhook that tells it. */
export function statusWebhook(send: Accepted, status: StatusName): Webhook {
  const { account, to, providerId, messageId, part, attempt } = send;
  const reference = `${messageId}.${part}.${attempt}`;
  if (account.connector === 'twilio') {
    const name = status === 'failed' ? 'undelivered' : status;
    return twilioWebhook(
      account,
      {
        MessageSid: providerId,
        SmsSid: providerId,
        MessageStatus: name,
        SmsStatus: name,
        From: account.address,
        To: to,
        ...(status === 'failed' ? { ErrorCode: '30003' } : {}),
      },
      `status/${reference}`,
    );
  }
  const phone = to.replace('+', '');
  return metaWebhook(account, {
    contacts: [{ profile: { name: 'Customer' }, wa_id: phone }],
    statuses: [
      {
        id: providerId,
        status,
        timestamp: String(Math.floor(Date.now() / 1000)),
        recipient_id: phone,
        biz_opaque_callback_data: reference,
        ...(status === 'failed' ? { errors: [{ code: 131026, title: 'Undeliverable' }] } : {}),
      },
    ],
  });
}
