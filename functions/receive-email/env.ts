import * as z from 'zod/mini';
import { AccountsVariable } from '#shared/accounts';

export const ReceiveEmailEnv = z.object({
  ACCOUNTS: AccountsVariable,
  INGRESS_QUEUE_URL: z.url(),
});
