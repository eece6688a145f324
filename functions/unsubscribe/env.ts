import * as z from 'zod/mini';
import { AccountsVariable } from '#shared/accounts';

/** Read with `zod/mini`: this function's size is its cold start. */
export const UnsubscribeEnv = z.object({
  CONNECTOR: z.string(),
  ACCOUNTS: AccountsVariable,
  INGRESS_QUEUE_URL: z.url(),
});
