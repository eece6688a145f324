import { defineWebhook } from '#shared/connector/webhook';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { verify } from './webhook/verify.ts';

/** The webhook endpoint for X: CRC challenges by GET, signed activity by POST. */
export const webhook = defineWebhook({
  account: Account,
  credentials: Credentials,
  maxBodyBytes: 1_000_000,
  contentTypes: ['application/json'],
  verify,
});
