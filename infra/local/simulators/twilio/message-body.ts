import type { ApiAnswer, SimulatedSend } from '#infra/local/simulators/simulator';
import { smsSegments } from '#shared/reply/sms-segments';
import { keptUntil } from './schedule.ts';

/** A message as the API shows it (Message resource). */
export function messageBody({ at, to, text, messageId, request }: SimulatedSend, now: Date) {
  const form = request as Readonly<Record<string, string>>;
  const accountSid = form['AccountSid'] ?? '';
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${messageId}`;
  const date = new Date(at).toUTCString().replace('GMT', '+0000');
  return {
    sid: messageId,
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: text,
    date_created: date,
    date_sent: null,
    date_updated: date,
    direction: 'outbound-api',
    error_code: null,
    error_message: null,
    from: form['From'] ?? null,
    messaging_service_sid: form['MessagingServiceSid'] ?? null,
    num_media: messageId.startsWith('MM') ? '1' : '0',
    num_segments: to.includes(':') ? '1' : String(smsSegments(text).segments),
    price: null,
    price_unit: 'USD',
    status: statusOf(form, now),
    subresource_uris: { media: `${uri}/Media.json` },
    to,
    uri: `${uri}.json`,
  };
}

function statusOf(form: Readonly<Record<string, string>>, now: Date): string {
  const until = keptUntil(form);
  if (until && until > now) return 'scheduled';
  return form['MessagingServiceSid'] ? 'accepted' : 'queued';
}

/** An answer of the API. */
export function json(status: number, value: unknown): ApiAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
