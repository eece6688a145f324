import { defineWebhook } from '#shared/connector/webhook';
import { Account } from './account.ts';
import { Credentials } from './credentials.ts';
import { verify } from './webhook/verify.ts';

/** The webhook endpoint for Meta: the handshake by GET, signed updates by POST. */
export const webhook = defineWebhook({
  account: Account,
  credentials: Credentials,
  /** Meta sends at most 3 MB (webhooks/overview); the rest is room for how that is counted. */
  maxBodyBytes: 3_500_000,
  contentTypes: ['application/json'],
  verify,
});
