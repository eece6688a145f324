import { createHash } from 'node:crypto';
import type { Accepted } from './provider.ts';
import type { SendRequest } from './send-request.ts';

export interface ProviderAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export function acceptedAnswer({ account, to, providerId }: Accepted): ProviderAnswer {
  if (account.connector === 'twilio') return { status: 201, body: { sid: providerId } };
  const contacts = [{ input: to, wa_id: to.replace('+', '') }];
  const messages = [{ id: providerId }];
  return { status: 200, body: { messaging_product: 'whatsapp', contacts, messages } };
}

export function throttledAnswer({ account }: SendRequest): ProviderAnswer {
  const headers = { 'retry-after': '1' };
  if (account.connector === 'twilio') {
    return { status: 429, headers, body: { code: 20429, message: 'Too Many Requests' } };
  }
  const error = { message: 'Rate limit hit', type: 'OAuthException', code: 130429 };
  return { status: 400, headers, body: { error } };
}

export function refusedAnswer({ account }: SendRequest): ProviderAnswer {
  if (account.connector === 'twilio') {
    return { status: 400, body: { code: 21211, message: 'Invalid To' } };
  }
  const error = { message: 'Message undeliverable', type: 'OAuthException', code: 131026 };
  return { status: 400, body: { error } };
}

export const brokenAnswer: ProviderAnswer = { status: 500, body: { error: 'ordered' } };

/** What Twilio lists for somebody who looks a message up (Message resource, "Read multiple"). */
export function listAnswer(query: URLSearchParams, sends: readonly Accepted[]): ProviderAnswer {
  const to = query.get('To');
  const found = sends.filter(
    ({ account, to: sentTo }) => account.connector === 'twilio' && (!to || sentTo === to),
  );
  const messages = found.toReversed().map(({ providerId, text, to: sentTo, account, at }) => ({
    sid: providerId,
    account_sid: `AC${'1'.repeat(32)}`,
    body: text,
    to: sentTo,
    from: account.address,
    direction: 'outbound-api',
    status: 'sent',
    date_created: new Date(at).toUTCString().replace('GMT', '+0000'),
    date_sent: new Date(at).toUTCString().replace('GMT', '+0000'),
    date_updated: new Date(at).toUTCString().replace('GMT', '+0000'),
    error_code: null,
  }));
  return { status: 200, body: { messages, page: 0, page_size: 1000, next_page_uri: null } };
}

export function providerIdOf({ account, messageId, part, attempt }: SendRequest, nth: number) {
  const hash = createHash('sha256').update(`${messageId}.${part}.${attempt}.${nth}`).digest('hex');
  return account.connector === 'twilio'
    ? `SM${hash.slice(0, 32)}`
    : `wamid.out${hash.slice(0, 24)}`;
}
