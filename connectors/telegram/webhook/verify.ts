import type { TelegramAccount } from '#connectors/telegram/account';
import type { TelegramCredentials } from '#connectors/telegram/credentials';
import {
  secretEquals,
  type VerifyContext,
  type WebhookOutcome,
  type WebhookRequest,
} from '#shared/connector/webhook';
import { answerTo, itemOf } from './update-item.ts';

/**
 * Telegram signs nothing: the secret token in a header, known to Telegram and to us, is the whole proof (setWebhook,
 * "secret_token").
 */
export function verify(
  { method, headers, body }: WebhookRequest,
  { account, credentials }: VerifyContext<TelegramAccount, TelegramCredentials>,
): WebhookOutcome {
  if (method !== 'POST') return refused('not a POST');
  const given = headers['x-telegram-bot-api-secret-token'];
  if (given === undefined) return refused('no secret token');
  // Each of them is compared, so that the time does not tell which one fits.
  const fits = credentials.map(({ secretToken }) => secretEquals(secretToken, given));
  if (!fits.includes(true)) return refused('another secret token');
  const item = itemOf(body, account.address);
  return { kind: 'items', items: [item], response: answerTo(item) };
}

function refused(reason: string): WebhookOutcome {
  return { kind: 'refused', statusCode: 401, reason };
}
