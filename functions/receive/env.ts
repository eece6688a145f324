import * as z from 'zod/mini';
import { AccountsVariable } from '#shared/accounts';

/** Read with `zod/mini`: this function's size is its cold start. */
export const ReceiveEnv = z.object({
  CONNECTOR: z.string(),
  ACCOUNTS: AccountsVariable,
  INGRESS_QUEUE_URL: z.url(),
  STATUSES_QUEUE_URL: z.url(),
  /** The bucket in which an item too large for the queue waits. */
  ARCHIVE_BUCKET: z.string(),
});
