import { defineWebhook } from '#shared/connector/webhook';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { verify } from './webhook/verify.ts';

export const webhook = defineWebhook({
  /** A `Body` of 1,600 characters, percent-encoded, and ten media URLs stay far below this. */
  maxBodyBytes: 4 * 65_536,
  contentTypes: ['application/x-www-form-urlencoded', 'application/json'],
  account: Account,
  credentials: Credentials,
  verify,
});
