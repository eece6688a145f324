import * as z from 'zod/mini';
import { AccountsVariable } from '#shared/accounts';

export const ReceiveEmailEnv = z.object({
  MAIL_QUEUE_URL: z.url(),
  ACCOUNTS: AccountsVariable,
  INGRESS_QUEUE_URL: z.url(),
  STATUSES_QUEUE_URL: z.url(),
  /** Where SES stores mails. */
  MAIL_BUCKET: z.string(),
});
