import { defineWebhook } from '#shared/connector/webhook';
import { TelegramAccount } from './account.ts';
import { TelegramCredentials } from './credentials.ts';
import { verify } from './webhook/verify.ts';

export const webhook = defineWebhook({
  account: TelegramAccount,
  credentials: TelegramCredentials,
  maxBodyBytes: 1_000_000,
  contentTypes: ['application/json'],
  verify,
});
