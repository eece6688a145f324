import { webhook } from '#connectors/telegram/webhook';
import type { WebhookItem, WebhookRequest } from '#shared/connector/webhook';
import { canonicalJson, jsonText } from '#shared/json';

export const account = { address: '7005550006' };
export const secretToken = 'invented_Secret-1';
export const credentials = { botToken: '7005550006:invented-token-of-the-tests', secretToken };
export const context = {
  account,
  publicUrl: 'https://api.example/webhooks/telegram/main',
  credentials: [credentials],
};
export const header = 'x-telegram-bot-api-secret-token';

/** A webhook as Telegram posts it: the token stands in a header, whatever the body is. */
export function post(body: Buffer | string, token = secretToken): WebhookRequest {
  const headers = { 'content-type': 'application/json', [header]: token };
  const bytes = Buffer.from(body);
  return { method: 'POST', subpath: '', rawQueryString: '', headers, body: bytes };
}

export function itemsOf(update: unknown): readonly WebhookItem[] {
  const outcome = webhook.verify(post(jsonText(update)), context);
  if (outcome.kind !== 'items') throw new Error(`the webhook endpoint says ${outcome.kind}`);
  return outcome.items;
}

/** The payload as the parser gets it. */
export function throughQueue(payload: unknown): unknown {
  return JSON.parse(canonicalJson(payload));
}
