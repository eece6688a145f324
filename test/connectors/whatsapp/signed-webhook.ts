import { createHmac } from 'node:crypto';
import { Account } from '#connectors/whatsapp/account';
import { Credentials } from '#connectors/whatsapp/credentials';
import { parse } from '#connectors/whatsapp/parser';
import { verify } from '#connectors/whatsapp/webhook/verify';
import type { ChannelEvent } from '#shared/connector/channel-event';
import type { WebhookItem, WebhookOutcome, WebhookRequest } from '#shared/connector/webhook';
import { jsonText } from '#shared/json';

export const account = Account.parse({ address: '200100300400500' });
export const credentials = Credentials.parse({
  appSecret: 'app-secret-of-the-tests',
  verifyToken: 'verify-token-of-the-tests',
  accessToken: 'EAAtests',
});
export const context = {
  account,
  credentials: [credentials],
  publicUrl: 'https://hooks.example/webhooks/whatsapp/main',
};

export function post(body: Buffer, signature?: string): WebhookRequest {
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (signature !== undefined) headers['x-hub-signature-256'] = signature;
  return { method: 'POST', subpath: '', rawQueryString: '', headers, body };
}

export function signatureOf(body: Buffer, secret = credentials.appSecret): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

/** The items of a body, through the door. */
export function itemsOf(body: unknown): readonly WebhookItem[] {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(jsonText(body));
  const outcome: WebhookOutcome = verify(post(bytes, signatureOf(bytes)), context);
  if (outcome.kind !== 'items') throw new Error(`the door said ${outcome.kind}`);
  return outcome.items;
}

/** What an item becomes after its way through the queue, which is JSON text. */
export async function eventsOf(item: WebhookItem): Promise<readonly ChannelEvent[]> {
  return await parse({ payload: JSON.parse(JSON.stringify(item.payload)), account });
}
